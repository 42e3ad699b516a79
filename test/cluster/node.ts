/** One process of an installation, as it is built: started, asked, stopped, killed and paused by its own process id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pause } from '../servers/paused.ts';
import { endWithUs } from '../servers/running-server.ts';

export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const START_MS_MAX = 60_000;
/** A container engine waits so long before it kills. */
const STOP_MS_MAX = 10_000;
const REQUEST_MS_MAX = 30_000;
/** A bulk whose process sleeps meanwhile. */
const BULK_MS_MAX = 120_000;

export type Part = 'serve' | 'api' | 'worker';

export interface NodeStart {
  part: Part;
  env: Readonly<Record<string, string>>;
  /** Sent with each request. */
  key: string;
  /** Options of Node, before the program. */
  nodeArgs?: readonly string[];
}

/** What a process wrote so far. */
interface Said {
  stdout: string;
  stderr: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

export interface RecordsAnswer {
  /** Ids of the lines that were acknowledged, by their number from 1. */
  ids: Map<number, string>;
  duplicates: number;
  /** Every line was acknowledged, and the answer came to its end. */
  isWhole: boolean;
  /** Of the answer; 0 where none came. */
  status: number;
}

export class ClusterNode {
  readonly part: Part;
  readonly #process: ChildProcess;
  readonly #url: string;
  readonly #key: string;
  readonly #said: Said;

  private constructor(start: NodeStart, process: ChildProcess, url: string, said: Said) {
    this.part = start.part;
    this.#key = start.key;
    this.#process = process;
    this.#url = url;
    this.#said = said;
  }

  /** Resolves when it listens. @throws Error with what it said, where it ends before or takes too long */
  static async start(start: NodeStart): Promise<ClusterNode> {
    const { process: child, said } = spawnNode(start);
    const limit = AbortSignal.timeout(START_MS_MAX);
    while (child.exitCode === null && child.signalCode === null && !limit.aborted) {
      const url = /(?:watches|answers|health) at (\S+)\n/.exec(said.stdout)?.[1];
      if (url !== undefined) return new ClusterNode(start, child, url, said);
      await sleep(10);
    }
    child.kill('SIGKILL');
    throw new Error(`the ${start.part} did not start: ${said.stdout}${said.stderr}`);
  }

  /** The same process, asked with another key. */
  as(key: string): ClusterNode {
    const { part } = this;
    return new ClusterNode({ part, env: {}, key }, this.#process, this.#url, this.#said);
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** What it logged as an error. */
  errors(): string[] {
    return this.#said.stderr.split('\n').filter(line => /"level":[56]0/.test(line));
  }

  /** @throws Error where it takes longer than whoever stops it waits, or ends otherwise than it should */
  async stop(): Promise<void> {
    if (!this.isRunning) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const limit = sleep(STOP_MS_MAX, null, { ref: false });
    if ((await Promise.race([ended, limit])) === null) {
      await this.kill();
      throw new Error(`the ${this.part} did not end in ${STOP_MS_MAX} ms: ${this.#said.stderr}`);
    }
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== 0)
      throw new Error(`the ${this.part} ended with ${exitCode ?? signalCode}: ${this.#said.stderr}`);
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  pause(): Promise<void> {
    return pause(this.#process);
  }

  goOn(): void {
    this.#process.kill('SIGCONT');
  }

  /** Rejects where no answer comes. */
  async ask(
    method: string,
    path: string,
    body?: object | string,
    timeoutMs = REQUEST_MS_MAX,
  ): Promise<Answer> {
    const response = await this.#fetch(method, path, body, timeoutMs);
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** The body of an answer that is as it should be. @throws Error for any other */
  async json<T>(method: string, path: string, body?: object): Promise<T> {
    const { status, text } = await this.ask(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  }

  /**
   * Posts lines. Each line of the answer is an acknowledgement of its own, also where the answer breaks off after it.
   * @param onStored called with the first ones
   */
  async postRecords(
    query: string,
    lines: readonly string[],
    onStored: () => void = () => {},
  ): Promise<RecordsAnswer> {
    const told: RecordsAnswer = { ids: new Map(), duplicates: 0, isWhole: false, status: 0 };
    let rest = '';
    let isFirst = true;
    try {
      const response = await this.#fetch('POST', `/v1/records${query}`, `${lines.join('\n')}\n`, BULK_MS_MAX);
      told.status = response.status;
      const decoder = new TextDecoder();
      for await (const chunk of response.status === 200 ? (response.body ?? []) : []) {
        const texts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
        rest = texts.pop() ?? '';
        for (const text of texts) noteLine(told, text, lines.length);
        if (isFirst && told.ids.size > 0) onStored();
        isFirst = told.ids.size === 0;
      }
    } catch (error) {
      // What was acknowledged before the connection broke holds.
      if (error instanceof RangeError) throw error;
    }
    return told;
  }

  #fetch(
    method: string,
    path: string,
    body: object | string | undefined,
    timeoutMs = REQUEST_MS_MAX,
  ): Promise<Response> {
    const isLines = typeof body === 'string';
    const headers = {
      Authorization: `Bearer ${this.#key}`,
      ...(body === undefined
        ? {}
        : { 'Content-Type': isLines ? 'application/x-ndjson' : 'application/json' }),
    };
    return fetch(new URL(path, this.#url), {
      method,
      headers,
      body: isLines || body === undefined ? (body ?? null) : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
  }
}

interface AnswerLine {
  line?: number;
  id?: string;
  duplicate?: true;
  summary?: object;
  error?: object;
}

/** @throws RangeError where a line was refused: all of them are good ones */
function noteLine(told: RecordsAnswer, text: string, lines: number): void {
  const { line, id, duplicate, summary, error } = JSON.parse(text) as AnswerLine;
  if (summary !== undefined) told.isWhole = error === undefined && told.ids.size === lines;
  else if (id === undefined || line === undefined) throw new RangeError(`a line was not stored: ${text}`);
  else told.ids.set(line, id);
  if (duplicate === true) told.duplicates += 1;
}

/**
 * Runs a process that may end by itself, until it does or what is waited for is over; then it is stopped.
 * @returns whether it had ended by `kill -9`    @throws Error where it ended otherwise
 */
export async function runUntil(start: NodeStart, isOver: Promise<unknown>): Promise<boolean> {
  const { process: child, said } = spawnNode(start);
  const ended = once(child, 'exit').then(() => true);
  if (!(await Promise.race([ended, isOver.then(() => false)]))) child.kill('SIGTERM');
  await ended;
  if (child.signalCode === 'SIGKILL') return true;
  if (child.exitCode === 0) return false;
  throw new Error(`the ${start.part} ended with ${child.exitCode}: ${said.stdout}${said.stderr}`);
}

function spawnNode({ part, env, nodeArgs = [] }: NodeStart): {
  process: ChildProcess;
  said: Said;
} {
  const child = spawn(process.execPath, [...nodeArgs, MAIN, part], {
    env: { PATH: process.env['PATH'], BAYESWATCH_PORT: '0', BAYESWATCH_LEARN_AFTER_MS: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithUs(child);
  const said: Said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  return { process: child, said };
}

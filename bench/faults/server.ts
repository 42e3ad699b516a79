/** A server process as it is built, which can be ended without warning, and what a client knows of it. */
import { type ChildProcess, type ExecFileException, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Program } from './program.ts';

const START_MS_MAX = 30_000;
const STOP_MS_MAX = 30_000;
const REQUEST_MS_MAX = 30_000;
/** A recount of what a minute of overload left takes minutes. */
const COMMAND_MS_MAX = 600_000;
const POLL_MS = 40;
const SETTLE_MS_MAX = 90_000;
/** Looks in a row that must see the same model and nothing waiting: an entry may be appended between two reads. */
const SETTLED_LOOKS = 5;

export interface WindowAnswer {
  id: string;
  status: string;
  note?: string;
  name?: string;
}

export interface RecordLine {
  line: number;
  id: string;
  duplicate?: true;
}

/** What the audit tells of a request. */
export interface AuditLine {
  action: string;
  outcome: string;
  subject?: string;
}

interface ModelAnswer {
  id: string;
  backlog: { records: number; windows: number };
}

/** What runs, where it works and who may ask it. */
export interface Installation {
  program: Program;
  folder: string;
  key: string;
}

function environmentOf({ program, folder, key }: Installation): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    BAYESWATCH_DATA: folder,
    BAYESWATCH_PORT: '0',
    BAYESWATCH_ADMIN_KEY: key,
    BAYESWATCH_LEARN_AFTER_MS: '0',
    ...program.environment,
  };
}

function spawnServer(installation: Installation): ChildProcess {
  const env = environmentOf(installation);
  return spawn(process.execPath, [installation.program.main, 'serve'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Starts a server and kills it after so long, whether it listens by then or not. */
export async function startAndKill(installation: Installation, afterMs: number): Promise<void> {
  const child = spawnServer(installation);
  child.stdout?.resume();
  child.stderr?.resume();
  const ended = once(child, 'exit');
  await Promise.race([setTimeout(afterMs), ended]);
  child.kill('SIGKILL');
  await ended;
}

/** What a command printed, and how it ended. */
export interface Ran {
  code: number | null;
  text: string;
}

/** Runs a command beside or without a server. @param kill ends it without warning, as the signal says */
export async function runCommand(
  installation: Installation,
  argv: readonly string[],
  kill?: AbortSignal,
): Promise<Ran> {
  const env = environmentOf(installation);
  const options = { env, timeout: COMMAND_MS_MAX, killSignal: 'SIGKILL', signal: kill } as const;
  try {
    const args = [installation.program.main, ...argv];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, options);
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const { code, killed, stdout, stderr } = error as Partial<ExecFileException>;
    const late = killed === true && kill?.aborted !== true ? `not done after ${COMMAND_MS_MAX} ms\n` : '';
    return { code: typeof code === 'number' ? code : null, text: `${stdout ?? ''}${stderr ?? ''}${late}` };
  }
}

export class Server {
  readonly #process: ChildProcess;
  readonly #url: string;
  readonly #key: string;
  readonly #log: () => string;
  /** From the start of the process until it listened. */
  readonly startMs: number;
  #isKilled = false;

  private constructor(
    process: ChildProcess,
    address: { url: string; key: string },
    told: { startMs: number; log: () => string },
  ) {
    this.#process = process;
    this.#url = address.url;
    this.#key = address.key;
    this.startMs = told.startMs;
    this.#log = told.log;
  }

  /** @throws Error with what it said, where it ends before it listens or takes too long */
  static async start(installation: Installation): Promise<Server> {
    const beganMs = performance.now();
    const child = spawnServer(installation);
    const texts = { stdout: '', stderr: '' };
    const url = await new Promise<string>((resolve, reject) => {
      const fail = () => reject(new Error(`the server did not start: ${texts.stdout}${texts.stderr}`));
      const timer = globalThis.setTimeout(() => {
        child.kill('SIGKILL');
        fail();
      }, START_MS_MAX);
      for (const name of ['stdout', 'stderr'] as const) {
        child[name]?.setEncoding('utf8').on('data', (text: string) => {
          texts[name] += text;
          const address = /watches at (\S+)\n/.exec(texts.stdout)?.[1];
          if (address === undefined) return;
          clearTimeout(timer);
          resolve(address);
        });
      }
      child.once('exit', () => {
        clearTimeout(timer);
        fail();
      });
    });
    const told = { startMs: performance.now() - beganMs, log: () => texts.stderr };
    return new Server(child, { url, key: installation.key }, told);
  }

  /** @throws Error where the system had not told it: then the process did not start */
  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('the process has no id');
    return this.#process.pid;
  }

  get address(): { host: string; port: number } {
    const { hostname: host, port } = new URL(this.#url);
    return { host, port: Number(port) };
  }

  get isKilled(): boolean {
    return this.#isKilled;
  }

  /** Errors that the server logged. */
  errorLines(): string[] {
    return this.#log()
      .split('\n')
      .filter(line => line.includes('"level":50') || line.includes('"level":60'));
  }

  /** `kill -9` of the process that was started here. */
  async kill(): Promise<void> {
    this.#isKilled = true;
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /**
   * Posts lines. Each line of the answer is an acknowledgement of its own, also where the server dies before the last.
   * @returns whether the answer came to its end
   * @throws Error where a line was rejected, or the server ended without being killed
   */
  async postLines(
    query: string,
    lines: readonly string[],
    onStored: (line: RecordLine) => void,
  ): Promise<boolean> {
    let rest = '';
    let brokeOff = '';
    let isWhole = false;
    try {
      const headers = { 'Content-Type': 'application/x-ndjson' };
      const body = `${lines.join('\n')}\n`;
      const response = await this.#fetch('POST', `/v1/records${query}`, { headers, body });
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        const told = (rest + decoder.decode(chunk, { stream: true })).split('\n');
        rest = told.pop() ?? '';
        for (const text of told) {
          const answer = JSON.parse(text) as Partial<RecordLine> & { summary?: object };
          if (answer.summary !== undefined && 'error' in answer) brokeOff = text;
          else if (answer.summary !== undefined) isWhole = true;
          else if (answer.id !== undefined && answer.line !== undefined) onStored(answer as RecordLine);
          else throw new RangeError(`a line was not stored: ${text}`);
        }
      }
    } catch (error) {
      // An answer that breaks off has said why before, and its connection is cut.
      if (!(this.#isKilled || brokeOff !== '') || error instanceof RangeError) throw error;
    }
    if (!isWhole && !this.#isKilled) throw new Error(`the answer broke off: ${brokeOff || rest}`);
    return isWhole;
  }

  /** @returns the answer; null where the server was killed before it came */
  async ask<T>(method: string, path: string, body?: object): Promise<T | null> {
    try {
      const options = { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
      const response = await this.#fetch(method, path, body === undefined ? {} : options);
      return (await response.json()) as T;
    } catch (error) {
      if (this.#isKilled) return null;
      throw error;
    }
  }

  /** As `ask`, of a server that nobody kills meanwhile. */
  async get<T>(path: string): Promise<T> {
    const answer = await this.ask<T>('GET', path);
    if (answer === null) throw new Error(`${path}: the server was killed`);
    return answer;
  }

  /** Scores a record. @throws RangeError where it is not scored */
  async score(line: string): Promise<void> {
    const headers = { 'Content-Type': 'application/x-ndjson' };
    const response = await this.#fetch('POST', '/v1/score', { headers, body: line });
    const text = await response.text();
    if (!text.includes('"score":')) throw new RangeError(`it was not scored: ${text}`);
  }

  /** The bytes of a backup that came, and whether they are all. */
  async backup(): Promise<{ bytes: Buffer; isWhole: boolean }> {
    const chunks: Uint8Array[] = [];
    let expected = Number.NaN;
    try {
      const response = await this.#fetch('POST', '/v1/backup', {});
      expected = Number(response.headers.get('Content-Length') ?? Number.NaN);
      for await (const chunk of response.body ?? []) chunks.push(chunk);
    } catch (error) {
      if (!this.#isKilled) throw error;
    }
    const bytes = Buffer.concat(chunks);
    return { bytes, isWhole: bytes.length === expected };
  }

  async windows(): Promise<WindowAnswer[]> {
    return (await this.get<{ items: WindowAnswer[] }>('/v1/windows')).items;
  }

  /** The newest thousand entries of the audit: all of a life. */
  async audit(): Promise<AuditLine[]> {
    return (await this.get<{ items: AuditLine[] }>('/v1/audit?limit=1000')).items;
  }

  /** Resolves once everything is learnt. @returns the model, and when nothing waited any more */
  async settled(): Promise<{ id: string; atMs: number }> {
    const endMs = performance.now() + SETTLE_MS_MAX;
    let looks = 0;
    let last = { id: '', atMs: 0 };
    while (performance.now() < endMs) {
      const windows = await this.windows();
      const { id, backlog } = await this.get<ModelAnswer>('/v1/model');
      const isDone = windows.every(({ status }) => status === 'applied' || status === 'retracted');
      const isSettled = isDone && backlog.records === 0 && backlog.windows === 0;
      looks = !isSettled ? 0 : id === last.id ? looks + 1 : 1;
      if (looks <= 1) last = { id, atMs: performance.now() };
      if (looks === SETTLED_LOOKS) return last;
      await setTimeout(POLL_MS);
    }
    throw new Error(`learning did not end in ${SETTLE_MS_MAX} ms: ${this.#log()}`);
  }

  async #fetch(method: string, path: string, options: RequestInit): Promise<Response> {
    const headers = { ...options.headers, Authorization: `Bearer ${this.#key}` };
    const signal = AbortSignal.timeout(REQUEST_MS_MAX);
    const response = await fetch(new URL(path, this.#url), { ...options, method, headers, signal }).catch(
      cause => {
        const { exitCode, signalCode } = this.#process;
        const state = `exit code ${exitCode}, signal ${signalCode}; ${String(cause?.cause ?? cause)}`;
        throw new Error(`${method} ${path} was not answered: ${state}`, { cause });
      },
    );
    if (!response.ok) {
      const text = await response.text();
      throw new RangeError(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`);
    }
    return response;
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit').then(() => true);
    this.#process.kill(signal);
    if (await Promise.race([ended, setTimeout(STOP_MS_MAX, false, { ref: false })])) return;
    this.#process.kill('SIGKILL');
    await ended;
    throw new Error(`the server did not end in ${STOP_MS_MAX} ms: ${this.#log()}`);
  }
}

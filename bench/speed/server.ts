/** A real server process (built, embedded store with its threads, a folder of its own, a free port) and its client. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { cpuSecondsOf } from './cost.ts';
import { type LabelledName, nameLines } from './names.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The arguments of node as `npm start` gives them. */
const START = startArguments();
/** How often is asked whether something is so: soon at first, and then seldom enough that asking costs little beside it. */
const POLL_MS = 50;
const POLL_SHARE = 0.03;
const LEARN_TIMEOUT_MS = 3_600_000;

interface WindowAnswer {
  id: string;
  status: string;
}

interface ModelAnswer {
  id: string;
  entry: number;
  fittedEntry?: number;
  totals: { good: { records: number }; bad: { records: number } };
  fields: Record<string, { tokens: number }>;
}

export class Server {
  readonly #process: ChildProcess;
  readonly url: string;
  readonly #key: string;

  private constructor(process: ChildProcess, url: string, key: string) {
    this.#process = process;
    this.url = url;
    this.#key = key;
  }

  /** @param command of the program    @param variables beside those that every server here has */
  static async start(
    dataFolder: string,
    command: 'serve' | 'api' | 'worker' = 'serve',
    variables: Readonly<Record<string, string>> = {},
  ): Promise<Server> {
    const key = variables['BAYESWATCH_ADMIN_KEY'] ?? randomBytes(24).toString('base64url');
    const env = {
      PATH: process.env['PATH'],
      BAYESWATCH_DATA: dataFolder,
      BAYESWATCH_PORT: '0',
      BAYESWATCH_ADMIN_KEY: key,
      ...variables,
    };
    const args = [...START.slice(0, -1), command];
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /^Bayeswatch .* at (\S+)$/.exec(line)?.[1];
      if (url === undefined) continue;
      child.stdout.resume();
      return new Server(child, url, key);
    }
    throw new Error(`the server ended before it listened (${child.exitCode})`);
  }

  /** The same server, as whoever holds another key. */
  withKey(key: string): Server {
    return new Server(this.#process, this.url, key);
  }

  /** CPU time of the server until now. */
  cpuSeconds(): number {
    return cpuSecondsOf(this.#process.pid ?? 0);
  }

  /** Memory of the server that is in RAM now, in bytes (VmRSS; proc(5)). */
  residentBytes(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
  }

  /** Resolves when the server says that it can do its work, with the model of all that is learnt. */
  async untilReady(): Promise<void> {
    await this.#until('it is ready', async () => (await fetch(new URL('/readyz', this.url))).ok);
  }

  /** A key such as a sensor has: one that the program made. */
  async createKey(): Promise<string> {
    const answer = await this.#call('/v1/keys', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ role: 'ingest', name: 'sensor' }),
    });
    return (JSON.parse(answer) as { secret: string }).secret;
  }

  /** Stores names as two labelled corpora, and resolves when the model that serves counts `total` of them. */
  async learn(names: readonly LabelledName[], total = names.length): Promise<void> {
    for (const label of ['good', 'bad'] as const) {
      const some = names.filter(name => name.label === label);
      await this.postLines(
        `/v1/records?label=${label}&window=${label}&score=false`,
        nameLines(some),
        some.length,
      );
    }
    await this.untilLearnt(total);
  }

  /** Posts NDJSON. @throws Error unless each of `count` lines was accepted */
  async postLines(path: string, lines: Buffer, count: number): Promise<void> {
    const answer = await this.#call(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-ndjson' },
      body: new Uint8Array(lines),
    });
    const last = answer.slice(answer.lastIndexOf('\n', answer.length - 2) + 1);
    const { summary } = JSON.parse(last) as { summary?: { accepted: number } };
    if (summary?.accepted !== count) throw new Error(`${path} took not all of ${count} lines: ${last}`);
  }

  /** Marks a stretch of time bad. @returns the window's id */
  async mark(fromMs: number, toMs: number): Promise<string> {
    const body = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), label: 'bad' };
    const answer = await this.#call('/v1/windows', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (JSON.parse(answer) as WindowAnswer).id;
  }

  async untilApplied(windowId: string): Promise<void> {
    await this.#until(`window ${windowId} is applied`, async () => {
      const { status } = await this.#read<WindowAnswer>(`/v1/windows/${windowId}`);
      return status === 'applied';
    });
  }

  /** Resolves when all windows are applied and the model that serves counts so many records. */
  async untilLearnt(records: number): Promise<void> {
    await this.#until(`${records} records are learnt`, async () => {
      const { items } = await this.#read<{ items: WindowAnswer[] }>('/v1/windows');
      if (items.some(({ status }) => status !== 'applied')) return false;
      const { totals } = await this.model();
      return totals.good.records + totals.bad.records === records;
    });
  }

  /** Resolves when the model that serves is fitted to all that it counts. */
  async untilFitted(): Promise<void> {
    await this.#until('what is learnt is fitted', async () => {
      const { entry, fittedEntry } = await this.model();
      return fittedEntry === entry;
    });
  }

  /** Resolves when the server serves with another model than the one of this id. */
  async untilModelIsNot(id: string): Promise<void> {
    await this.#until(`another model than ${id} serves`, async () => (await this.model()).id !== id);
  }

  model(): Promise<ModelAnswer> {
    return this.#read<ModelAnswer>('/v1/model');
  }

  /** Stops the process that was started here, and waits for its end. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
  }

  async #read<T>(path: string): Promise<T> {
    return JSON.parse(await this.#call(path, {})) as T;
  }

  async #call(path: string, options: RequestInit): Promise<string> {
    const headers = { ...options.headers, Authorization: `Bearer ${this.#key}` };
    const response = await fetch(new URL(path, this.url), { ...options, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 500)}`);
    return text;
  }

  async #until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const startMs = performance.now();
    const endMs = startMs + LEARN_TIMEOUT_MS;
    while (!(await isSo())) {
      if (performance.now() > endMs)
        throw new Error(`after ${LEARN_TIMEOUT_MS} ms it is not so that ${what}`);
      await setTimeout(Math.max(POLL_MS, POLL_SHARE * (performance.now() - startMs)));
    }
  }
}

function startArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  const started = /exec node (.+)$/.exec(scripts.start)?.[1];
  if (started === undefined || !started.endsWith(' serve')) throw new Error('npm start runs no server');
  return started.split(' ');
}

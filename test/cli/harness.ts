/** Runs commands as the program does, with streams that a test can read, against a real server or a real data folder. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pino } from 'pino';
import { afterAll } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { listen } from '../../src/api/server.ts';
import { run } from '../../src/cli/program.ts';
import type { Screen } from '../../src/cli/terminal.ts';
import { type Composition, compose } from '../../src/compose.ts';
import { configOf } from '../../src/config.ts';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  stdin?: string | Buffer;
  isTTY?: boolean;
  stop?: AbortSignal;
  /** Called with all of standard output so far, each time that it grows. */
  onOutput?: (stdout: string) => void;
}

/** Runs one command line to its end. */
export async function runCommand(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const texts = { stdout: '', stderr: '' };
  const screen = (name: 'stdout' | 'stderr'): Screen => {
    const stream: Screen & PassThrough = new PassThrough();
    stream.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
      if (name === 'stdout') options.onOutput?.(texts.stdout);
    });
    if (options.isTTY === true) stream.isTTY = true;
    return stream;
  };
  const terminal = {
    stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    stdout: screen('stdout'),
    stderr: screen('stderr'),
    env: options.env ?? {},
  };
  const code = await run(argv, terminal, () => options.stop ?? new AbortController().signal);
  // What was written last is on its way to the listener.
  await new Promise(setImmediate);
  return { code, ...texts };
}

export interface TestServer {
  url: string;
  /** Of an admin. */
  key: string;
  /** `--url` and `--key` of it. */
  flags: string[];
  composition: Composition;
  close(): Promise<void>;
}

/** The whole program in memory, behind a port of its own; nothing waits before it is learnt. */
export async function startTestServer(): Promise<TestServer> {
  const config = configOf({ BAYESWATCH_LEARN_AFTER_MS: '0' });
  const clock = { nowMs: () => Date.UTC(2026, 0, 15), monotonicMs: () => performance.now() };
  const failures: unknown[] = [];
  const composition = await compose({
    ...config,
    dataFolder: ':memory:',
    clock,
    onError: error => failures.push(error),
  });
  const logger = pino({ enabled: false });
  const app = createApp({
    services: composition.services,
    limits: config.limits,
    logger,
    clock,
    version: '0.0.0',
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  const key = (await composition.ensureAdminKey()) ?? '';
  return {
    url: server.url,
    key,
    flags: ['--url', server.url, '--key', key],
    composition,
    async close() {
      await server.close(1_000);
      await composition.close();
      if (failures.length > 0) throw failures[0];
    },
  };
}

export interface Scratch {
  path(name: string): string;
  /** Writes a file and gives its path. */
  file(name: string, content: string | Uint8Array): string;
}

/** A folder for the tests of one file; it goes after the last of them. */
export function scratchOfFile(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'bayeswatch-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  return {
    path,
    file(name, content) {
      writeFileSync(path(name), content);
      return path(name);
    },
  };
}

/** A server for the tests of one file, which is closed after the last of them, and what runs a command against it. */
export async function serverOfFile() {
  const server = await startTestServer();
  afterAll(() => server.close());
  return { server, onServer: (...argv: string[]) => runCommand([...argv, ...server.flags]) };
}

/** A line of a web server's log. @param second of the fifteenth of January 2026, noon, UTC */
export function webLine(
  second: number,
  client: string,
  path: string,
  agent = 'Mozilla/5.0 (X11; Linux x86_64)',
): string {
  const clock = new Date(Date.UTC(2026, 0, 14, 12, 0, second)).toISOString().slice(11, 19);
  return `${client} - - [14/Jan/2026:${clock} +0000] "GET ${path} HTTP/1.1" 200 1234 "-" "${agent}"`;
}

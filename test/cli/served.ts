/** The server as a process of its own, from the sources: what tests of stopping, killing and restarting run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface Served {
  url: string;
  process: ChildProcess;
  /** All that was written so far. */
  stdout: () => string;
  stderr: () => string;
  /** Sends a signal, and resolves with the exit code once the process has ended; null where the signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts `bayeswatch serve` on a port of its own; resolves when it listens.
 * @param under a command and its arguments that runs it
 * @throws with what it said where it ends before
 */
export async function serveProcess(
  env: Record<string, string>,
  under: readonly string[] = [],
): Promise<Served> {
  const [command = process.execPath, ...args] = [
    ...under,
    process.execPath,
    '--import',
    'tsx',
    MAIN,
    'serve',
  ];
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], BAYESWATCH_PORT: '0', BAYESWATCH_LEARN_AFTER_MS: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const texts = { stdout: '', stderr: '' };
  const ended = once(child, 'close') as Promise<[number | null]>;
  const url = new Promise<string>((resolve, reject) => {
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        texts[name] += text;
        const [, address] = /watches at (\S+)\n[\s\S]*data folder [^\n]+\n/.exec(texts.stdout) ?? [];
        if (address !== undefined) resolve(address);
      });
    }
    ended.then(
      ([code]) => reject(new Error(`it ended with ${code}: ${texts.stdout}${texts.stderr}`)),
      reject,
    );
  });
  return {
    url: await url,
    process: child,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const [code] = await ended;
      return code;
    },
  };
}

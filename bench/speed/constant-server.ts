/** The process of constant-app.ts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cpuSecondsOf } from './cost.ts';

const MAIN = join(import.meta.dirname, 'constant-app.ts');

export class ConstantServer {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  static async start(): Promise<ConstantServer> {
    const argv = ['--import', 'tsx', MAIN];
    // Express in production, as ours is run.
    const env = { PATH: process.env['PATH'], NODE_ENV: 'production' };
    const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /answers at (\S+)/.exec(line)?.[1];
      if (url !== undefined) return new ConstantServer(child, url);
    }
    throw new Error(`the constant server ended before it listened (${child.exitCode})`);
  }

  /** CPU time until now. */
  cpuSeconds(): number {
    return cpuSecondsOf(this.#process.pid ?? 0);
  }

  /** Stops the process that was started here, and waits for its end. */
  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
  }
}

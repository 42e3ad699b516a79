/** A server as a child process on the loopback: started, waited for, stopped by its own process id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pause } from './paused.ts';
import { NoServer } from './provision.ts';

const READY_TIMEOUT_MS = 30_000;
const ASK_EVERY_MS = 25;
const SAID_CHARACTERS_MAX = 2_000;

export interface RunningServer {
  /** Of its process. */
  pid: number;
  port: number;
  /** Ends it as a supervisor does, and waits for its end: what it holds is written, where it writes. */
  stop(): Promise<void>;
  /** Ends it without a warning, and waits for its end. */
  kill(): Promise<void>;
  /** It keeps its connections and answers nothing from then on, until it goes on. */
  pause(): Promise<void>;
  goOn(): void;
}

export interface ServerCommand {
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/**
 * Starts a server and waits until its port takes connections.
 * @param port where it listens; a free one is found where none is given
 * @throws NoServer where it ends before, or takes too long
 */
export async function startServer(
  commandOn: (port: number) => ServerCommand,
  port?: number,
): Promise<RunningServer> {
  const chosen = port ?? (await freePort());
  const { command, args, env = {} } = commandOn(chosen);
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-SAID_CHARACTERS_MAX);
    });
  child.once('error', error => {
    said += error.message;
  });
  endWithUs(child);
  await untilReady(child, chosen).catch(async error => {
    await end(child, 'SIGKILL');
    throw new NoServer(`${command} does not start: ${said.trim() || error.message}`, { cause: error });
  });
  return {
    pid: child.pid ?? 0,
    port: chosen,
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
    pause: () => pause(child),
    goOn: () => child.kill('SIGCONT'),
  };
}

/**
 * Ends the server where this process ends before it has, in whatever way: a shell waits for the end of what we could say
 * to it, and hears of ours.
 */
export function endWithUs(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const guard = spawn(
    'sh',
    ['-c', 'trap "" HUP INT TERM; read -r nothing; kill -KILL "$0"', String(child.pid)],
    // Of a group of its own: what ends our group must not end it first.
    { stdio: ['pipe', 'ignore', 'ignore'], detached: true },
  );
  guard.unref();
  child.once('exit', () => guard.kill('SIGKILL'));
}

async function untilReady(child: ChildProcess, port: number): Promise<void> {
  const deadlineMs = performance.now() + READY_TIMEOUT_MS;
  while (!(await accepts(port))) {
    if (hasEnded(child)) throw new Error('it ended');
    if (performance.now() > deadlineMs) throw new Error(`no answer in ${READY_TIMEOUT_MS} ms`);
    await sleep(ASK_EVERY_MS);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  // A paused process takes a signal once it goes on.
  child.kill('SIGCONT');
  await ended;
}

/** Also where it never began. */
function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port of the loopback');
  return address.port;
}

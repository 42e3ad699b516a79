/** A process that is put to sleep, and known to sleep. */
import type { ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 5;
const STILL_MS_MAX = 10_000;

/**
 * Resolves once no thread of the process runs. A stop is a signal: on a busy machine threads go on, and answer, until the one
 * that takes it has its turn. Where the system does not tell of threads (other than Linux) it resolves when the signal is sent.
 * @throws Error where the process has ended, or takes too long
 */
export async function pause(child: ChildProcess): Promise<void> {
  if (!child.kill('SIGSTOP')) throw new Error('the process has ended');
  if (process.platform !== 'linux') return;
  const endMs = performance.now() + STILL_MS_MAX;
  while (!(await isStill(child.pid ?? 0))) {
    if (performance.now() > endMs)
      throw new Error(`a process runs on ${STILL_MS_MAX} ms after it was stopped`);
    await sleep(LOOK_MS);
  }
}

/** Whether all threads are in state `T`: stopped by a signal (man 5 proc). */
async function isStill(pid: number): Promise<boolean> {
  const tasks = `/proc/${pid}/task`;
  const states = await Promise.all((await readdir(tasks)).map(id => stateOf(`${tasks}/${id}/stat`)));
  return states.every(state => state === null || state === 'T');
}

/** The letter behind the name in parentheses; null of a thread that has ended meanwhile. */
async function stateOf(path: string): Promise<string | null> {
  const stat = await readFile(path, 'utf8').catch(() => null);
  return stat?.charAt(stat.lastIndexOf(')') + 2) ?? null;
}

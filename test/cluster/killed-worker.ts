/** A worker that is killed before or after one of the calls of the store that learning a window takes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mark, post, retract } from './acts.ts';
import type { Cluster } from './cluster.ts';
import { endLeases } from './end-leases.ts';
import { runUntil } from './node.ts';

/** What `node` is given so that a worker writes its calls down, and is killed where it is told to be. */
export const CALLS_PRELOAD = ['--import', new URL('kill-at.mjs', import.meta.url).href];

export interface KillPoint {
  /** The number of the call since the worker began, from 1. */
  call: number;
  when: 'before' | 'after';
}

/**
 * Marks a window or takes one back while nobody learns, and lets a worker learn it that is killed; then another one learns.
 * Nobody waits until the leases of the dead one have ended.
 * @param point null where it is not killed, to see what it calls; then nobody learns afterwards
 * @returns the calls that it began, in order; null where it had learnt all before it came to that call
 */
export async function killWorkerAt(cluster: Cluster, point: KillPoint | null): Promise<string[] | null> {
  const { input, toldTwin } = cluster;
  await Promise.all(cluster.workers.map(worker => worker.stop()));
  cluster.forgetEnded();
  await post(cluster, input.batch(40));
  const notes = toldTwin.inForce();
  const note = notes[input.below(notes.length)];
  if (note !== undefined && input.below(3) === 0) await retract(cluster, note);
  else await mark(cluster);
  const calls = join(cluster.folder, `calls-${input.below(2 ** 32)}`);
  const start = cluster.startOf('worker', {
    KILL_CALLS: calls,
    ...(point === null ? {} : { KILL_AT: String(point.call), KILL_WHEN: point.when }),
  });
  const isKilled = await runUntil({ ...start, nodeArgs: CALLS_PRELOAD }, cluster.settle());
  if (point === null) return callsIn(calls);
  await endLeases(cluster);
  await cluster.startWorker();
  await cluster.settle();
  return isKilled ? callsIn(calls) : null;
}

function callsIn(file: string): string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}

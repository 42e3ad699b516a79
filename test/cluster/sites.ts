/** Several sites of one installation: each with a key of its own, told something, and learnt by one worker or the other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SYSTEM_CLOCK } from '../../src/cli/clock.ts';
import { createKey } from '../../src/services/keys.ts';
import { doneAfter } from '../../src/services/learning/done-entries.ts';
import type { Cluster, ModelAnswer } from './cluster.ts';
import { CALLS_PRELOAD } from './killed-worker.ts';

const RECORDS = 60;
const LEARNT_MS_MAX = 60_000;
const LOOK_MS = 50;
/** So often the sites are told more, until every worker has had some of the work. */
const ROUNDS_MAX = 10;

/** Documents of learning, by what a worker sent or by what is there: whatever is done twice is sent twice. */
export interface Work {
  done: number;
  segments: number;
}

export interface SharedWork {
  /** What was sent to the store, by worker. */
  sent: Work[];
  /** What is in the store more than before. */
  there: Work;
}

/** Workers take the place of those that are there, and sites are told things until each of them has done some of the work. */
export async function shareSites(cluster: Cluster, sites: number): Promise<SharedWork> {
  const keys = await keysOfSites(cluster, sites);
  await Promise.all(cluster.workers.map(worker => worker.stop()));
  // Whoever starts begins the ledger of each new site, and that is work, too.
  const before = await workThere(cluster);
  const files = await startCountedWorkers(cluster);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    await Promise.all(keys.map(key => tellOne(cluster, key)));
    if (files.every(file => workSent(file).done > 0)) break;
  }
  const after = await workThere(cluster);
  const there = { done: after.done - before.done, segments: after.segments - before.segments };
  return { sent: files.map(workSent), there };
}

/** A key of each of so many sites. */
async function keysOfSites(cluster: Cluster, sites: number): Promise<string[]> {
  return cluster.withStore(async store => {
    const deps = { store, clock: SYSTEM_CLOCK };
    const names = Array.from({ length: sites }, (_, index) => `branch-${index}`);
    const made = await Promise.all(names.map(name => createKey(deps, name, 'admin', 'of a branch')));
    return made.map(({ secret }) => secret);
  });
}

/** @returns the files in which the workers write their calls down */
async function startCountedWorkers(cluster: Cluster): Promise<string[]> {
  const files = cluster.workers.map((_, index) => join(cluster.folder, `calls-of-${index}`));
  cluster.forgetEnded();
  const starts = files.map(KILL_CALLS => ({
    ...cluster.startOf('worker', { KILL_CALLS }),
    nodeArgs: CALLS_PRELOAD,
  }));
  await Promise.all(starts.map(start => cluster.startWorker(start)));
  return files;
}

/** Records and a window of one site; resolves when they are learnt. */
async function tellOne(cluster: Cluster, key: string): Promise<void> {
  const api = cluster.anApi().as(key);
  const { lines, query } = cluster.input.batch(RECORDS);
  const { isWhole } = await api.postRecords(query, lines);
  if (!isWhole) throw new Error('not all records were stored');
  await api.json('POST', '/v1/windows', cluster.input.mark());
  const endMs = performance.now() + LEARNT_MS_MAX;
  for (;;) {
    const { backlog } = await api.json<ModelAnswer>('GET', '/v1/model');
    if (backlog.records + backlog.windows === 0) return;
    if (performance.now() > endMs) throw new Error(`not learnt in ${LEARNT_MS_MAX} ms`);
    await sleep(LOOK_MS);
  }
}

function workSent(file: string): Work {
  const calls = readFileSync(file, 'utf8').split('\n');
  const count = (call: string) => calls.filter(line => line === call).length;
  return { done: count('insert done'), segments: count('insert segments') };
}

function workThere(cluster: Cluster): Promise<Work> {
  return cluster.withStore(async store => {
    const work = { done: 0, segments: 0 };
    for (const site of await store.listSites()) {
      for await (const { entry } of doneAfter(store, site, 0)) {
        work.done += 1;
        work.segments += (await store.listSegmentKeys(site, entry)).length;
      }
    }
    return work;
  });
}

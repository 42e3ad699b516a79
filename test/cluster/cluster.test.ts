/**
 * Several processes as one installation: what one is told the others serve, and whatever befalls them they come to what one
 * process comes to that nobody disturbs. `npm run bench:faults -- cluster` does the same at length.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../bench/accuracy/seeded.ts';
import { findServer } from '../servers/servers.ts';
import { newsMs, policyNewsMs, post } from './acts.ts';
import { Cluster } from './cluster.ts';
import { befall, FAULTS } from './faults.ts';
import { killWorkerAt } from './killed-worker.ts';
import { askTwoWithLimit } from './rate-limit.ts';
import { shareSites, type Work } from './sites.ts';

const hasServers = (await findServer('MongoDB')) !== null && (await findServer('Redis')) !== null;
const AWAY_MS = 1_500;
/**
 * There are up to five models to wait for, and each may rest after a fit that a busy machine made slow: a quiet one takes a
 * quarter of a minute for all.
 */
const FAULT_MS_MAX = 300_000;
/** What takes its time, and has tests of its own beside store, bus and jobs. */
const AT_LENGTH: readonly string[] = [
  'Redis hangs',
  'MongoDB hangs amid learning',
  'Redis and MongoDB are both gone',
  'a process of each kind is stopped while both servers are gone',
  'a worker is killed amid learning, and another one has its work when its lease has ended',
];
const BRIEF = Object.entries(FAULTS).filter(([what]) => !AT_LENGTH.includes(what));

describe.skipIf(!hasServers)('two processes that answer and two that learn', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.open({ apis: 2, workers: 2, random: seededRandom(1) });
    await post(cluster, cluster.input.corpus(200, 'good'));
    await post(cluster, cluster.input.batch(300));
  }, 120_000);
  afterAll(() => cluster.close(), 60_000);

  it('hear of what was learnt, before they look by themselves', async () => {
    let sumMs = 0;
    for (let time = 0; time < 4; time++) sumMs += await newsMs(cluster);
    // Whoever looks every ten seconds has seen four marks, one after the other, after thirty at the earliest.
    expect(sumMs).toBeLessThan(25_000);
  }, 120_000);

  it('hear of a policy that is set, before they look by themselves, and come to one model with it', async () => {
    let sumMs = 0;
    for (let time = 0; time < 4; time++) sumMs += await policyNewsMs(cluster);
    expect(sumMs).toBeLessThan(25_000);
    await cluster.settle();
  }, 120_000);

  it('learn several sites, each by one of them at a time and nothing twice', async () => {
    const { sent, there } = await shareSites(cluster, 6);
    expect(sent.every(({ done }) => done > 0)).toBe(true);
    const sum = (of: (work: Work) => number) => sent.reduce((total, work) => total + of(work), 0);
    expect({ done: sum(({ done }) => done), segments: sum(({ segments }) => segments) }).toEqual(there);
  }, 120_000);

  it('let through what one key may send a minute, together', async () => {
    expect(await askTwoWithLimit(cluster, 20, 15)).toEqual({ passed: 20, refused: 10, sayWhen: true });
  }, 60_000);

  it.each(BRIEF)(
    '%s',
    async (_, fault) => {
      expect((await befall(cluster, fault, AWAY_MS)).problems).toEqual([]);
    },
    FAULT_MS_MAX,
  );

  it(
    'a worker is killed before or after a call of the store',
    async () => {
      const calls = (await killWorkerAt(cluster, null)) ?? [];
      expect(calls).toContain('insert done');
      for (const when of ['before', 'after'] as const)
        await killWorkerAt(cluster, { call: 1 + cluster.input.below(calls.length), when });
    },
    FAULT_MS_MAX,
  );

  it('nothing that was acknowledged is gone, and the counts are those of a recount', async () => {
    expect(await cluster.examine()).toEqual([]);
  }, 60_000);
});

/**
 * What befalls a cluster: each disturbs it, tells it more meanwhile and looks at the promised answers. Afterwards it has to
 * come to what its undisturbed twin comes to (`befall`).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { LEASE_MS } from '../../src/services/site-leases.ts';
import { startMongoServer } from '../servers/mongodb.ts';
import { startRedisServer } from '../servers/redis.ts';
import { mark, post, storm } from './acts.ts';
import { besideHangingMongo, type Problems, recovers, withoutMongo, withoutRedis } from './answers.ts';
import { type Cluster, SITE } from './cluster.ts';
import { endLeases } from './end-leases.ts';
import type { ClusterNode } from './node.ts';

/** Disturbs for about so long, where it takes a time. @returns promises that were broken meanwhile */
export type Fault = (cluster: Cluster, forMs: number) => Promise<Problems>;

/** More than the store takes at once (BATCH_RECORDS_MAX), so that an answer can break off in its midst. */
const BULK_RECORDS = 1_100;
const STORM_STEPS = 6;
/** A bulk takes about as long on two cores: an api is cut somewhere in it, or at its first acknowledgement. */
const BULK_MS = 600;
/** A run of learning takes about as long. */
const RUN_MS = 100;

export interface Befallen {
  problems: Problems;
  /** From the end of the fault until all were well and served the model of the undisturbed twin. */
  settledMs: number;
}

/** @throws Error where the cluster does not come to what its twin comes to */
export async function befall(cluster: Cluster, fault: Fault, forMs: number): Promise<Befallen> {
  const problems = await fault(cluster, forMs);
  const endMs = performance.now();
  const [unwell] = await Promise.all([recovers(cluster), cluster.settle()]);
  return { problems: [...problems, ...unwell], settledMs: performance.now() - endMs };
}

async function killRedis(cluster: Cluster): Promise<() => Promise<void>> {
  const { port } = cluster.redis;
  await cluster.redis.kill();
  return async () => {
    cluster.redis = await startRedisServer({ port });
  };
}

async function stopMongo(cluster: Cluster): Promise<() => Promise<void>> {
  const { port } = cluster.mongo;
  await cluster.mongo.stop();
  return async () => {
    cluster.mongo = await startMongoServer({ folder: cluster.folder, port });
  };
}

/** So that something is being learnt when it is disturbed. */
async function giveWork(cluster: Cluster): Promise<void> {
  await post(cluster, cluster.input.batch(200));
  await mark(cluster);
}

function aWorker(cluster: Cluster): ClusterNode {
  const worker = cluster.workers[cluster.input.below(cluster.workers.length)];
  if (worker === undefined) throw new Error('nobody learns');
  return worker;
}

export const FAULTS = {
  'a storm of marks, lists and retractions at all processes at once': async cluster => {
    await storm(cluster, STORM_STEPS);
    return [];
  },

  'Redis is gone, and has forgotten all when it is back': async (cluster, forMs) => {
    const comeBack = await killRedis(cluster);
    const problems = await withoutRedis(cluster, forMs, () => giveWork(cluster));
    await comeBack();
    return problems;
  },

  'Redis hangs': async (cluster, forMs) => {
    await cluster.redis.pause();
    const problems = await withoutRedis(cluster, forMs, () => giveWork(cluster));
    cluster.redis.goOn();
    return problems;
  },

  'MongoDB is stopped amid learning': async (cluster, forMs) => {
    await giveWork(cluster);
    const comeBack = await stopMongo(cluster);
    const problems = await withoutMongo(cluster, forMs);
    await comeBack();
    return problems;
  },

  'MongoDB hangs amid learning': async (cluster, forMs) => {
    await giveWork(cluster);
    await cluster.mongo.pause();
    const problems = await besideHangingMongo(cluster, forMs);
    cluster.mongo.goOn();
    return problems;
  },

  'Redis and MongoDB are both gone': async (cluster, forMs) => {
    await giveWork(cluster);
    const [redis, mongo] = [await killRedis(cluster), await stopMongo(cluster)];
    const problems = await withoutMongo(cluster, forMs);
    // Whoever looks for work when the queue is back does not find the store yet.
    await redis();
    await sleep(1_000);
    await mongo();
    return problems;
  },

  'everything is stopped amid learning, and started again': async cluster => {
    await giveWork(cluster);
    const [apis, workers] = [cluster.apis.length, cluster.workers.length];
    await Promise.all([...cluster.apis, ...cluster.workers].map(node => node.stop()));
    cluster.forgetEnded();
    const [redis, mongo] = [await killRedis(cluster), await stopMongo(cluster)];
    await Promise.all([redis(), mongo()]);
    await Promise.all([
      ...Array.from({ length: apis }, () => cluster.startApi()),
      ...Array.from({ length: workers }, () => cluster.startWorker()),
    ]);
    return [];
  },

  'a process of each kind is stopped while both servers are gone': async cluster => {
    const [redis, mongo] = [await killRedis(cluster), await stopMongo(cluster)];
    const [api] = cluster.someApis();
    await Promise.all([api?.stop(), aWorker(cluster).stop()]);
    cluster.forgetEnded();
    await mongo();
    await redis();
    await Promise.all([cluster.startApi(), cluster.startWorker()]);
    await giveWork(cluster);
    return [];
  },

  'a job is delivered three times at once': async cluster => {
    const installation = await cluster.withStore(store => store.secret('installation', ''));
    const connection = new Redis(cluster.redis.url, { maxRetriesPerRequest: null });
    const queue = new Queue('learning', { connection, prefix: `{bayeswatch:${installation}}` });
    const thrice = () => queue.addBulk([1, 2, 3].map(() => ({ name: 'learn', data: { site: SITE } })));
    try {
      await post(cluster, cluster.input.batch(200));
      const marked = mark(cluster);
      await thrice();
      await marked;
      await thrice();
      return [];
    } finally {
      await queue.close();
      connection.disconnect();
    }
  },

  'a worker is killed amid learning, and another one has its work when its lease has ended':
    async cluster => {
      const victim = aWorker(cluster);
      await giveWork(cluster);
      await sleep(cluster.input.below(RUN_MS));
      await victim.kill();
      cluster.forgetEnded();
      await mark(cluster);
      await cluster.settle();
      await cluster.startWorker();
      return [];
    },

  'an api is killed amid a bulk': async cluster => {
    const bulk = cluster.input.batch(BULK_RECORDS);
    const [victim] = cluster.someApis();
    if (victim === undefined) throw new Error('no process answers');
    const kill = () => victim.kill();
    const isAtAnswer = cluster.input.below(2) === 0;
    const timer = isAtAnswer ? undefined : setTimeout(kill, cluster.input.below(BULK_MS));
    const isWhole = await cluster.told.tryPost(victim, bulk, isAtAnswer ? kill : undefined);
    clearTimeout(timer);
    await kill();
    cluster.forgetEnded();
    await cluster.startApi();
    await cluster.toldTwin.post([cluster.twin], bulk);
    if (!isWhole) await cluster.told.post(cluster.someApis(), bulk);
    await mark(cluster);
    return [];
  },

  'an api sleeps amid a bulk, and wakes up': async (cluster, forMs) => {
    const bulk = cluster.input.batch(BULK_RECORDS);
    const [sleeper, ...awake] = cluster.someApis();
    if (sleeper === undefined) throw new Error('no process answers');
    const asleep = sleep(cluster.input.below(BULK_MS)).then(() => sleeper.pause());
    const posted = cluster.told.tryPost(sleeper, bulk);
    await Promise.all([sleep(BULK_MS), asleep]);
    // The others learn meanwhile of what it has stored: for what it stores afterwards the mark was there before.
    const window = cluster.input.mark();
    await cluster.told.mark(awake, window);
    await sleep(forMs);
    sleeper.goOn();
    await cluster.toldTwin.mark([cluster.twin], window);
    await cluster.toldTwin.post([cluster.twin], bulk);
    if (!(await posted)) await cluster.told.post(cluster.someApis(), bulk);
    return [];
  },

  'a worker sleeps amid learning until another one has its work, and wakes up': async (cluster, forMs) => {
    const sleeper = aWorker(cluster);
    await giveWork(cluster);
    await sleep(cluster.input.below(RUN_MS));
    await sleeper.pause();
    if (forMs < LEASE_MS) await endLeases(cluster);
    await post(cluster, cluster.input.corpus(100, 'bad'));
    await mark(cluster);
    await sleep(forMs);
    // What it held is another one's by now.
    await cluster.settle();
    await mark(cluster);
    sleeper.goOn();
    return [];
  },
} as const satisfies Record<string, Fault>;

/** The queue of production, on a real Redis: what every adapter promises, and what holds while Redis is away. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { BullJobs, type BullJobsOptions, type BullWorkerOptions } from '../../src/jobs/bullmq.ts';
import { jobsContract } from '../contract/jobs.contract.ts';
import { type RedisServer, startRedisServer } from '../servers/redis.ts';
import { findServer } from '../servers/servers.ts';

const url = await findServer('Redis');

type Given = Partial<Omit<BullJobsOptions, 'worker'>> & {
  work: BullWorkerOptions['work'] | undefined;
  concurrency?: number;
};

function connectionsTo(redisUrl: string): [Redis, Redis] {
  const connections: [Redis, Redis] = [
    new Redis(redisUrl, { enableOfflineQueue: false }),
    new Redis(redisUrl, { maxRetriesPerRequest: null }),
  ];
  for (const connection of connections) connection.on('error', () => {});
  return connections;
}

function jobsOn([connection, own]: [Redis, Redis], { work, concurrency = 4, ...given }: Given): BullJobs {
  if (work === undefined) own.disconnect();
  return new BullJobs({
    connection,
    worker: work && { work, concurrency, connection: own },
    prefix: `test-${randomUUID()}`,
    delayMs: 5,
    attempts: 1,
    nowMs: Date.now,
    isReached: () => connection.status === 'ready',
    onError: () => {},
    onTrouble: error => {
      throw error;
    },
    ...given,
  });
}

async function openJobs(redisUrl: string, given: Given): Promise<BullJobs> {
  const connections = connectionsTo(redisUrl);
  await once(connections[0], 'ready');
  return jobsOn(connections, given);
}

describe.skipIf(url === null)('on Redis', () => {
  jobsContract({ name: 'BullMQ', open: options => openJobs(url ?? '', options) });

  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  });
  const open = async (given: Given, at = url ?? '') => {
    const jobs = await openJobs(at, given);
    opened.push(jobs);
    return jobs;
  };

  it('a failed run is tried again by itself, and tells of its failure meanwhile', async () => {
    let runs = 0;
    const jobs = await open({
      attempts: 3,
      work: async () => {
        runs += 1;
        if (runs < 3) throw new Error('not yet');
      },
    });
    jobs.wake('a');
    await expect(jobs.idle()).rejects.toThrow('not yet');
    expect(runs).toBe(3);
    expect(await jobs.lookAt('a')).toEqual({ state: 'idle', failure: null });
  });

  it('what others wrote where failures stand is none: it cannot be told as one', async () => {
    const prefix = `test-${randomUUID()}`;
    const connections = connectionsTo(url ?? '');
    await once(connections[0], 'ready');
    const jobs = jobsOn(connections, { prefix, work: undefined });
    opened.push(jobs);
    for (const written of ['{', 'null', '[]', '{"detail":1}', '{"detail":"a","runs":1,"failedAtMs":1e308}']) {
      await connections[0].hset(`${prefix}:failures`, 'a', written);
      expect(await jobs.lookAt('a')).toEqual({ state: 'idle', failure: null });
    }
  });

  it('what one process wakes another one works, a site by one of them at a time', async () => {
    const prefix = `test-${randomUUID()}`;
    const running = new Set<string>();
    const worked: string[] = [];
    const work = (who: string) => async (site: string) => {
      expect(running.has(site)).toBe(false);
      running.add(site);
      await sleep(5);
      running.delete(site);
      worked.push(`${who} ${site}`);
    };
    const asks = await open({ prefix, work: undefined });
    await open({ prefix, work: work('one'), concurrency: 1 });
    await open({ prefix, work: work('two'), concurrency: 1 });
    const sites = Array.from({ length: 20 }, (_, index) => `site-${index}`);
    for (const site of [...sites, ...sites]) asks.wake(site);
    await asks.idle();
    expect(new Set(worked.map(text => text.split(' ')[1])).size).toBe(20);
    expect(new Set(worked.map(text => text.split(' ')[0])).size).toBe(2);
  });

  it('a run that is cut because its process stops is no failure, and is done by another one', async () => {
    const prefix = `test-${randomUUID()}`;
    const failures: unknown[] = [];
    const stopping = await open({
      prefix,
      attempts: 3,
      work: () => Promise.reject(new AppError('stopping', 'the process stops')),
      onError: error => failures.push(error),
    });
    stopping.wake('a');
    await vi.waitFor(async () => expect((await stopping.lookAt('a')).state).toBe('waiting'));
    await stopping.close();
    const worked: string[] = [];
    const other = await open({ prefix, work: async site => worked.push(site) });
    await other.hurry('a');
    await other.idle();
    expect(worked).toContain('a');
    expect(failures).toEqual([]);
    expect((await other.lookAt('a')).failure).toBeNull();
  });

  it('a job that names no site is not worked, and harms nobody', async () => {
    const prefix = `test-${randomUUID()}`;
    const worked: string[] = [];
    const jobs = await open({ prefix, work: async site => worked.push(site) });
    const connection = new Redis(url ?? '');
    const queue = new Queue('learning', { connection, prefix });
    opened.push({ close: async () => connection.disconnect() }, queue);
    await queue.add('learn', { site: { $gt: '' } });
    await queue.add('learn', { site: '../a' });
    jobs.wake('a');
    await jobs.idle();
    expect(worked).toEqual(['a']);
    expect(await queue.getJobCounts('failed')).toEqual({ failed: 2 });
    expect((await jobs.lookAt('default')).failure).toMatchObject({ runs: 2 });
    expect((await jobs.lookAt('a')).failure).toBeNull();
  });

  it('a job that nobody can read fails, is told of as a failure of its site, and keeps no other one out', async () => {
    const prefix = `test-${randomUUID()}`;
    const asks = await open({ prefix, work: undefined });
    const connection = new Redis(url ?? '');
    const queue = new Queue('learning', { connection, prefix });
    opened.push({ close: async () => connection.disconnect() }, queue);
    const damage = {
      a: ['data', '{"site":"a'],
      b: ['opts', 'null'],
      c: ['progress', '{'],
      d: ['parent', '{'],
    };
    for (const [site, [field = '', text = '']] of Object.entries(damage)) {
      await asks.hurry(site);
      await connection.hset(queue.toKey((await queue.getDeduplicationJobId(site)) ?? ''), field, text);
    }
    const worked: string[] = [];
    const failed: string[] = [];
    const jobs = await open({
      prefix,
      work: async site => worked.push(site),
      onError: (_, site) => failed.push(site),
      onTrouble: () => {},
    });
    const sites = Object.keys(damage);
    await vi.waitFor(() => expect(failed.toSorted()).toEqual(sites), { timeout: 25_000, interval: 20 });
    await jobs.idle();
    expect(worked).toEqual([]);
    expect(await queue.getJobCounts('active', 'failed')).toEqual({ active: 0, failed: sites.length });
    for (const site of sites) {
      expect((await asks.lookAt(site)).failure).toMatchObject({
        detail: expect.stringContaining('nobody can read'),
        runs: 1,
      });
      asks.wake(site);
    }
    await asks.idle();
    expect(worked.toSorted()).toEqual(sites);
    expect((await asks.lookAt('a')).failure).toBeNull();
  }, 60_000);
});

describe.skipIf(url === null)('while Redis is away', () => {
  let server: RedisServer;
  afterEach(() => server.stop());

  it('wakes are kept, one a site, and worked when it is back', async () => {
    server = await startRedisServer();
    const worked: string[] = [];
    const troubles: string[] = [];
    const jobs = await openJobs(server.url, {
      work: async site => worked.push(site),
      onTrouble: (_, what) => troubles.push(what),
    });
    await server.kill();
    jobs.wake('a');
    jobs.wake('a');
    await expect(jobs.lookAt('a')).rejects.toMatchObject({ code: 'queue-unavailable' });
    server = await startRedisServer({ port: server.port });
    await vi.waitFor(() => expect(worked).toEqual(['a']), { timeout: 10_000, interval: 20 });
    expect(troubles.length).toBeGreaterThan(0);
    await jobs.close();
  });

  it('a process that starts meanwhile works when it is there', async () => {
    server = await startRedisServer();
    await server.kill();
    const worked: string[] = [];
    const jobs = jobsOn(connectionsTo(server.url), {
      work: async site => worked.push(site),
      onTrouble: () => {},
    });
    jobs.wake('a');
    server = await startRedisServer({ port: server.port });
    await vi.waitFor(() => expect(worked).toEqual(['a']), { timeout: 10_000, interval: 20 });
    await jobs.close();
  });

  it('closing does not wait for it', async () => {
    server = await startRedisServer();
    const jobs = await openJobs(server.url, { work: async () => {}, onTrouble: () => {} });
    await server.kill();
    jobs.wake('a');
    await jobs.close();
  });
});

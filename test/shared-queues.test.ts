/** What processes share over a real Redis beside jobs and news, which have contracts of their own. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Queues } from '../src/queues.ts';
import { openSharedQueues } from '../src/shared-queues.ts';
import { startRedisServer } from './servers/redis.ts';
import { findServer } from './servers/servers.ts';

const url = await findServer('Redis');

const opened: Queues[] = [];
afterEach(async () => {
  for (const { jobs, bus } of opened.splice(0)) {
    await jobs.close();
    await bus.close();
  }
});

async function open(
  installation: string,
  given: { redisUrl?: string; problems?: string[]; worked?: string[] } = {},
) {
  const queues = await openSharedQueues({
    redisUrl: given.redisUrl ?? url ?? '',
    installation,
    work: async site => given.worked?.push(site),
    delayMs: 5,
    nowMs: Date.now,
    onFailure: () => {},
    onError: (_, what) => given.problems?.push(what),
  });
  opened.push(queues);
  return queues;
}

describe.skipIf(url === null)('processes on one Redis', () => {
  it('count the hits of a name together, until its window ends', async () => {
    const installation = randomUUID();
    const [one, two, other] = [await open(installation), await open(installation), await open(randomUUID())];
    const hits = async ({ countHit }: Queues, name: string) => (await countHit?.(name, 300))?.hits;
    expect(await hits(one, 'a')).toBe(1);
    expect(await hits(two, 'a')).toBe(2);
    expect(await hits(one, 'b')).toBe(1);
    expect(await hits(other, 'a')).toBe(1);
    const { leftMs = 0 } = (await one.countHit?.('a', 300)) ?? {};
    expect(leftMs).toBeLessThanOrEqual(300);
    await sleep(leftMs + 20);
    expect(await hits(two, 'a')).toBe(1);
  });

  it('notice a Redis that hangs, keep what they were to tell it, and wait for it nowhere', async () => {
    const server = await startRedisServer();
    const worked: string[] = [];
    const { isReached, countHit, jobs } = await open(randomUUID(), { redisUrl: server.url, worked });
    await vi.waitFor(() => expect(isReached?.()).toBe(true));
    await server.pause();
    await vi.waitFor(() => expect(isReached?.()).toBe(false), { timeout: 10_000 });
    jobs.wake('a');
    const startMs = performance.now();
    await expect(countHit?.('a', 300)).rejects.toThrow();
    await expect(jobs.lookAt('a')).rejects.toMatchObject({ code: 'queue-unavailable' });
    expect(performance.now() - startMs).toBeLessThan(1_000);
    server.goOn();
    await vi.waitFor(() => expect(worked).toEqual(['a']), { timeout: 15_000 });
    expect(isReached?.()).toBe(true);
    await server.stop();
  });

  it('tell of a Redis that is away once, and that it is there again', async () => {
    const server = await startRedisServer();
    const problems: string[] = [];
    const { isReached, countHit, jobs } = await open(randomUUID(), { redisUrl: server.url, problems });
    await vi.waitFor(() => expect(isReached?.()).toBe(true));
    await server.kill();
    await vi.waitFor(() => expect(isReached?.()).toBe(false));
    jobs.wake('a');
    await expect(countHit?.('a', 300)).rejects.toThrow();
    await vi.waitFor(() => expect(problems.length).toBeGreaterThan(0));
    await sleep(500);
    expect(problems).toHaveLength(1);
    const again = await startRedisServer({ port: server.port });
    await vi.waitFor(() => expect(isReached?.()).toBe(true), { timeout: 10_000 });
    await again.kill();
    await vi.waitFor(() => expect(problems).toHaveLength(2), { timeout: 5_000 });
  });
});

/** The bus of production, on a real Redis: what every adapter promises, and what holds while Redis is away. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { describe, expect, it, vi } from 'vitest';
import type { BusEvent } from '../../src/bus/port.ts';
import { RedisBus, type RedisBusOptions } from '../../src/bus/redis.ts';
import { busContract } from '../contract/bus.contract.ts';
import { startRedisServer } from '../servers/redis.ts';
import { findServer } from '../servers/servers.ts';

const url = await findServer('Redis');
const subscribers = new WeakMap<object, Redis>();

async function openBus(redisUrl: string, given: Partial<RedisBusOptions> = {}): Promise<RedisBus> {
  const subscriber = new Redis(redisUrl, { autoResubscribe: false });
  const publisher = new Redis(redisUrl, { enableOfflineQueue: false });
  for (const connection of [subscriber, publisher]) connection.on('error', () => {});
  const bus = await RedisBus.open({
    publisher,
    subscriber,
    channel: `test-${randomUUID()}`,
    onError: error => {
      throw error;
    },
    ...given,
  });
  subscribers.set(bus, subscriber);
  return bus;
}

describe.skipIf(url === null)('on Redis', () => {
  busContract({
    name: 'Redis',
    open: () => openBus(url ?? ''),
    // Redis answers a connection in the order in which it sends to it.
    delivered: async bus => {
      await subscribers.get(bus)?.ping();
    },
  });

  it('brings an event to other processes, and tells of messages that are none', async () => {
    const channel = `test-${randomUUID()}`;
    const problems: string[] = [];
    const one = await openBus(url ?? '', { channel, onError: () => {} });
    const two = await openBus(url ?? '', { channel, onError: (_, what) => problems.push(what) });
    const heard: BusEvent[] = [];
    two.subscribe(event => heard.push(event));
    const stranger = new Redis(url ?? '');
    const messages = ['', '[]', 'null', '{"type":"learnt","site":"../x","entry":1}', 'x'.repeat(100_000)];
    for (const message of [...messages, '{"type":"learnt","site":"a","entry":"1"}', '{"type":"gap"}'])
      await stranger.publish(channel, message);
    await one.publish({ type: 'learnt', site: 'a', entry: 7 });
    await vi.waitFor(() => expect(heard).toEqual([{ type: 'learnt', site: 'a', entry: 7 }]));
    expect(problems).toHaveLength(7);
    stranger.disconnect();
    await one.close();
    await two.close();
  });
});

describe.skipIf(url === null)('while Redis is away', () => {
  it('publishing fails nobody, and listeners are told of the gap when it is back', async () => {
    const server = await startRedisServer();
    const problems: string[] = [];
    const bus = await openBus(server.url, { onError: (_, what) => problems.push(what) });
    const heard: BusEvent[] = [];
    bus.subscribe(event => heard.push(event));
    await server.kill();
    await bus.publish({ type: 'learnt', site: 'a', entry: 1 });
    expect(problems).toEqual(['telling the other processes']);
    const again = await startRedisServer({ port: server.port });
    await vi.waitFor(() => expect(heard).toEqual([{ type: 'gap' }]), { timeout: 10_000 });
    const learnt = { type: 'learnt', site: 'a', entry: 2 } as const;
    await vi.waitFor(async () => {
      await bus.publish(learnt);
      expect(heard).toContainEqual(learnt);
    });
    await bus.close();
    await again.stop();
  });

  it('opens all the same, and hears when it is there', async () => {
    const server = await startRedisServer();
    await server.kill();
    const bus = await openBus(server.url, { onError: () => {} });
    const heard: BusEvent[] = [];
    bus.subscribe(event => heard.push(event));
    const again = await startRedisServer({ port: server.port });
    await vi.waitFor(() => expect(heard).toEqual([{ type: 'gap' }]), { timeout: 10_000 });
    await bus.close();
    await again.stop();
  });
});

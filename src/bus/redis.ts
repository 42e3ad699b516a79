/**
 * The bus between processes: one channel of Redis. Redis keeps nothing for who is not there, so whoever was cut off is
 * told of the gap when it is back, and learns by asking.
 */
import type { Redis } from 'ioredis';
import { SITE_PATTERN } from '../domain/site.ts';
import type { Bus, BusEvent, News } from './port.ts';

export interface RedisBusOptions {
  /** Commands on it fail while Redis is away: `enableOfflineQueue: false`. */
  publisher: Redis;
  /** Of this bus alone, for it can do nothing else; the bus subscribes anew by itself: `autoResubscribe: false`. */
  subscriber: Redis;
  channel: string;
  /** Told of what was not published and of messages that are none of ours. */
  onError: (error: unknown, what: string) => void;
}

/** How long a bus that opens waits for Redis: a start must not hang on it. */
const OPEN_WAIT_MS = 2_000;
/** A message of ours is shorter; what others publish on the channel is not even parsed. */
const MESSAGE_LENGTH_MAX = 1_024;

export class RedisBus implements Bus {
  readonly #options: RedisBusOptions;
  readonly #listeners = new Set<(event: BusEvent) => void>();

  private constructor(options: RedisBusOptions) {
    this.#options = options;
  }

  /** Hears what is published from now on; where Redis is away, from when it is back. */
  static async open(options: RedisBusOptions): Promise<RedisBus> {
    const bus = new RedisBus(options);
    const { subscriber, publisher } = options;
    subscriber.on('message', (_, message) => bus.#hear(message));
    let isOpen = () => {};
    const opened = new Promise<void>(resolve => {
      isOpen = resolve;
    });
    const join = () => bus.#join().then(isOpen);
    subscriber.on('ready', join);
    if (subscriber.status === 'ready') join();
    await within(OPEN_WAIT_MS, Promise.all([opened, whenReady(publisher)]));
    return bus;
  }

  async publish(event: News): Promise<void> {
    const { publisher, channel, onError } = this.#options;
    try {
      await publisher.publish(channel, JSON.stringify(event));
    } catch (error) {
      onError(error, 'telling the other processes');
    }
  }

  subscribe(listener: (event: BusEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#options.subscriber.disconnect();
    this.#options.publisher.disconnect();
  }

  /** Listens to the channel, now and after each reconnection: what was published before did not reach us. */
  async #join(): Promise<void> {
    const { subscriber, channel, onError } = this.#options;
    try {
      await subscriber.subscribe(channel);
      this.#tell({ type: 'gap' });
    } catch (error) {
      onError(error, 'listening to the bus');
    }
  }

  #hear(message: string): void {
    const event = eventOf(message);
    if (event === null) {
      this.#options.onError(new Error('not an event of the bus'), 'reading the bus');
      return;
    }
    this.#tell(event);
  }

  #tell(event: BusEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** Whoever may write to Redis may publish anything. @example eventOf('{"type":"learnt","site":"a","entry":1}') */
function eventOf(message: string): News | null {
  if (message.length > MESSAGE_LENGTH_MAX) return null;
  const { type, site, entry, number } = fieldsOf(message);
  if (typeof site !== 'string' || !SITE_PATTERN.test(site)) return null;
  if (type === 'learnt' && Number.isSafeInteger(entry)) return { type, site, entry: Number(entry) };
  if (type === 'policy' && Number.isSafeInteger(number)) return { type, site, number: Number(number) };
  return null;
}

function fieldsOf(message: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(message);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

async function whenReady(connection: Redis): Promise<void> {
  if (connection.status !== 'ready') await new Promise(resolve => connection.once('ready', resolve));
}

/** Resolves with the work, or without it after a time. */
async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise(resolve => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, passed]);
  clearTimeout(timer);
}

/** Jobs and bus that many processes share over Redis. */
import { Redis } from 'ioredis';
import { RedisBus } from './bus/redis.ts';
import { BullJobs } from './jobs/bullmq.ts';
import type { Queues, QueuesOptions } from './queues.ts';

/** How connections differ: what is in no hurry waits for Redis, what is asked for fails at once while it is away. */
interface ConnectionOptions {
  enableOfflineQueue?: false;
  maxRetriesPerRequest?: null;
  autoResubscribe?: false;
}

/** Sites that a process works on at a time; its learner counts for one after the other, and waits for the store meanwhile. */
const SITES_AT_ONCE = 4;
/** One attempt at once and five more within a minute; after that the poll of every minute. */
const ATTEMPTS = 6;

export interface SharedQueuesOptions extends QueuesOptions {
  redisUrl: string;
  /** Of the installation: others may use the same Redis. */
  installation: string;
  /** Told of troubles with Redis: once for each time that it is away. */
  onError: (error: unknown, what: string) => void;
}

/** Where Redis is away, all goes on without it until it is back. */
export async function openSharedQueues(options: SharedQueuesOptions): Promise<Queues> {
  const { redisUrl: url, installation, work, delayMs, nowMs, onFailure, onError } = options;
  // Braces: all keys on one node of a Redis Cluster, as BullMQ needs them.
  const prefix = `{bayeswatch:${installation}}`;
  let isTold = false;
  const connect = (own: ConnectionOptions) => {
    const connection = new Redis(url, own);
    connection.on('error', error => tell(error, 'the connection'));
    return connection;
  };
  const connection = connect({ enableOfflineQueue: false });
  connection.on('ready', () => {
    isTold = false;
  });
  const tell = (error: unknown, what: string) => {
    const isAway = connection.status !== 'ready';
    if (!(isAway && isTold)) onError(error, `Redis: ${what}`);
    isTold = isAway;
  };
  const jobs = new BullJobs({
    connection,
    workerConnection: connect({ maxRetriesPerRequest: null }),
    prefix,
    work,
    concurrency: SITES_AT_ONCE,
    delayMs,
    attempts: ATTEMPTS,
    nowMs,
    onError: onFailure,
    onTrouble: tell,
  });
  const bus = await RedisBus.open({
    publisher: connect({ enableOfflineQueue: false }),
    subscriber: connect({ autoResubscribe: false }),
    channel: `${prefix}:bus`,
    onError: tell,
  });
  const countHit = (name: string, windowMs: number) => hitsOf(connection, `${prefix}:hits:${name}`, windowMs);
  return { jobs, bus, isReached: () => connection.status === 'ready', countHit };
}

/** A window begins with its first hit, and its count goes by itself with its end. */
async function hitsOf(connection: Redis, name: string, windowMs: number) {
  const replies = await connection.multi().set(name, 0, 'PX', windowMs, 'NX').incr(name).pttl(name).exec();
  const [, [error, hits] = [], [, leftMs] = []] = replies ?? [];
  if (error || typeof hits !== 'number' || typeof leftMs !== 'number')
    throw new Error('Redis has not counted', { cause: error });
  return { hits, leftMs: Math.max(0, leftMs) };
}

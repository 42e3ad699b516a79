/** Jobs and bus that many processes share over Redis. */
import { Redis } from 'ioredis';
import { RedisBus } from './bus/redis.ts';
import { BullJobs } from './jobs/bullmq.ts';
import type { Queues, QueuesOptions } from './queues.ts';
import { RedisPulse } from './redis-pulse.ts';

/** How connections differ: what is in no hurry waits for Redis, what is asked for fails at once while it is away. */
interface ConnectionOptions {
  enableOfflineQueue?: false;
  commandTimeout?: number;
  maxRetriesPerRequest?: null;
  autoResubscribe?: false;
}

/** What goes wrong within so long of something else has the same cause, unless Redis was there again. */
const QUIET_MS = 30_000;
/** A server that takes longer hangs. */
const COMMAND_MS = 2_000;
/** Sites that a process works on at a time; its learner counts for one after the other, and waits for the store meanwhile. */
const SITES_AT_ONCE = 4;
/** One attempt at once and seven more within a minute; by then the poll of every minute has looked. */
const ATTEMPTS = 8;

export interface SharedQueuesOptions extends QueuesOptions {
  redisUrl: string;
  /** Of the installation: others may use the same Redis. */
  installation: string;
  /** Told of troubles with Redis: at once, and then now and then. */
  onError: (error: unknown, what: string) => void;
}

/** Where Redis is away, all goes on without it until it is back. */
export async function openSharedQueues(options: SharedQueuesOptions): Promise<Queues> {
  const { redisUrl: url, installation, work, delayMs, nowMs, onFailure, onError } = options;
  // Braces: all keys on one node of a Redis Cluster, as BullMQ needs them.
  const prefix = `{bayeswatch:${installation}}`;
  let toldMs = Number.NEGATIVE_INFINITY;
  const connect = (own: ConnectionOptions) => {
    const connection = new Redis(url, own);
    connection.on('error', error => tell(error, 'the connection'));
    return connection;
  };
  const connection = connect({ enableOfflineQueue: false, commandTimeout: COMMAND_MS });
  connection.on('ready', () => {
    toldMs = Number.NEGATIVE_INFINITY;
  });
  const pulse = new RedisPulse(connection);
  const isReached = () => pulse.isReached;
  const tell = (error: unknown, what: string) => {
    const nowMs = performance.now();
    if (nowMs - toldMs < QUIET_MS) return;
    toldMs = nowMs;
    onError(error, `Redis: ${what}`);
  };
  const jobs = new BullJobs({
    connection,
    prefix,
    worker: work && {
      work,
      connection: connect({ maxRetriesPerRequest: null }),
      concurrency: SITES_AT_ONCE,
    },
    delayMs,
    attempts: ATTEMPTS,
    nowMs,
    isReached,
    onError: onFailure,
    onTrouble: tell,
  });
  const bus = await RedisBus.open({
    publisher: connect({ enableOfflineQueue: false, commandTimeout: COMMAND_MS }),
    subscriber: connect({ autoResubscribe: false }),
    channel: `${prefix}:bus`,
    onError: tell,
  });
  const countHit = async (name: string, windowMs: number) => {
    // Whoever asks goes on without: no request waits for a server that hangs.
    if (!isReached()) throw new Error('Redis cannot be reached');
    return hitsOf(connection, `${prefix}:hits:${name}`, windowMs);
  };
  return { jobs, bus, isReached, countHit };
}

/** A window begins with its first hit, and its count goes by itself with its end. */
async function hitsOf(connection: Redis, name: string, windowMs: number) {
  const replies = await connection.multi().set(name, 0, 'PX', windowMs, 'NX').incr(name).pttl(name).exec();
  const [, [error, hits] = [], [, leftMs] = []] = replies ?? [];
  if (error || typeof hits !== 'number' || typeof leftMs !== 'number')
    throw new Error('Redis has not counted', { cause: error });
  return { hits, leftMs: Math.max(0, leftMs) };
}

/**
 * Jobs of many processes: one queue in Redis, one job a site that has work, worked by whichever process has a worker.
 *
 * BullMQ keeps a second job of the same site out (`deduplication`), makes one more where wakes come during a run, takes a
 * job away from a worker that died or sleeps (stalled) and tries a failed one again, later and later. After the last
 * attempt it lies among the failed ones, until somebody hurries it or the next poll wakes the site. Redis away: wakes are
 * kept here, a site each, and sent when it is back.
 */
import { type Job, Queue, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { AppError, isAppError, publicDetailOf } from '../domain/errors.ts';
import { DEFAULT_SITE, SITE_PATTERN } from '../domain/site.ts';
import type { Jobs, RunFailure, SiteJob } from './port.ts';

export interface BullWorkerOptions {
  work: (site: string) => Promise<unknown>;
  /** Waits for Redis as long as it takes: `maxRetriesPerRequest: null`. */
  connection: Redis;
  /** Sites that this process works on at a time. */
  concurrency: number;
}

export interface BullJobsOptions {
  /** Commands on it fail while Redis is away: `enableOfflineQueue: false`. */
  connection: Redis;
  /** Before the names of all keys. */
  prefix: string;
  /** Absent where this process wakes sites and leaves the work to others. */
  worker?: BullWorkerOptions | undefined;
  /** Milliseconds from a wake to its run, so that a burst is worked at once. */
  delayMs: number;
  /** How often a job is tried before it lies among the failed ones. */
  attempts: number;
  nowMs: () => number;
  /** Whether Redis answers. */
  isReached: () => boolean;
  onError: (error: unknown, site: string) => void;
  /** Told of what goes wrong between this process and Redis. */
  onTrouble: (error: unknown, what: string) => void;
}

const QUEUE = 'learning';
/** Wakes of a site within this time are one command: every batch that is stored wakes its site. */
const GATHER_MS = 100;
/** What Redis did not take is sent again after this. */
const RESEND_MS = 1_000;
/**
 * A job whose worker has not said for so long that it lives goes to another one, which then waits until the dead one's hold
 * of the site has ended (services/site-leases.ts): the two times add up, and only the second one keeps work from being done
 * twice.
 */
const LOCK_MS = 4_000;
const STALLED_EVERY_MS = 2_000;
/** A worker whose question Redis did not answer asks again after this; BullMQ would let fifteen seconds go by. */
const ASK_AGAIN_MS = 1_000;
/** Workers that die of a job one after the other; then it lies among the failed ones. */
const STALLED_MAX = 3;
const FAILED_KEPT = { count: 1_000, age: 7 * 86_400 };
/** What failed because the store was away is done soon after it is back. */
const RETRY_MS_MAX = 8_000;
const IDLE_LOOK_MS = 20;

/** Milliseconds before the next attempt. @example [1, 2, 3, 6].map(retryDelayMs) // [1000, 2000, 4000, 8000] */
function retryDelayMs(attemptsMade: number): number {
  return Math.min(1_000 * 2 ** (attemptsMade - 1), RETRY_MS_MAX);
}

interface SiteWork {
  site: string;
}

export class BullJobs implements Jobs {
  readonly #options: BullJobsOptions;
  readonly #queue: Queue<SiteWork>;
  readonly #worker: Worker<SiteWork> | null;
  /** Sites that were woken and are not in the queue yet. */
  readonly #woken = new Set<string>();
  /** Those of them that are on their way. */
  readonly #underway = new Set<string>();
  #sending: NodeJS.Timeout | undefined;
  #sent: Promise<void> = Promise.resolve();
  /** Those that go on in this process. */
  readonly #runs = new Set<Promise<unknown>>();
  readonly #failures: unknown[] = [];
  #isClosed = false;

  constructor(options: BullJobsOptions) {
    this.#options = options;
    const { connection, prefix, onTrouble } = options;
    this.#queue = new Queue(QUEUE, {
      connection,
      prefix,
      defaultJobOptions: {
        attempts: options.attempts,
        backoff: { type: 'custom' },
        removeOnComplete: true,
        removeOnFail: FAILED_KEPT,
        stackTraceLimit: 0,
      },
    });
    this.#queue.on('error', error => onTrouble(error, 'the queue'));
    this.#worker = this.#openWorker();
  }

  wake(site: string): void {
    if (this.#isClosed) return;
    this.#woken.add(site);
    this.#sendIn(Math.min(GATHER_MS, this.#options.delayMs));
  }

  async hurry(site: string): Promise<void> {
    await this.#asking(async () => {
      await this.#add(site, 0);
      const id = await this.#queue.getDeduplicationJobId(site);
      const job = id === null ? undefined : await this.#queue.getJob(id);
      if ((await job?.getState()) === 'delayed') await job?.promote();
    });
  }

  lookAt(site: string): Promise<SiteJob> {
    return this.#asking(async () => {
      const isWoken = this.#woken.has(site) || this.#underway.has(site);
      const [id, written] = await Promise.all([
        this.#queue.getDeduplicationJobId(site),
        this.#options.connection.hget(this.#failuresKey(), site),
      ]);
      const state = id === null ? null : await this.#queue.getJobState(id);
      const failure = written === null ? null : failureOf(written);
      if (state === 'active') return { state: 'running', failure };
      const isWaiting = isWoken || state === 'waiting' || state === 'delayed' || state === 'prioritized';
      return { state: isWaiting ? 'waiting' : 'idle', failure };
    });
  }

  async idle(): Promise<void> {
    while (!this.#isClosed) {
      await this.#send();
      await this.#queue.promoteJobs();
      const counts = await this.#queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized');
      const left = Object.values(counts).reduce((sum, count) => sum + count, 0);
      if (left === 0 && this.#woken.size === 0) break;
      await new Promise(resolve => setTimeout(resolve, IDLE_LOOK_MS));
    }
    const failures = this.#failures.splice(0);
    if (failures.length > 0) throw failures[0];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#sending);
    await this.#sent;
    await this.#closeWorker();
    await this.#queue.close();
    this.#options.worker?.connection.disconnect();
    this.#options.connection.disconnect();
  }

  #openWorker(): Worker<SiteWork> | null {
    const { worker: own, prefix, onTrouble } = this.#options;
    if (own === undefined) return null;
    const { connection, concurrency } = own;
    const worker = new Worker<SiteWork>(QUEUE, job => this.#run(job, own), {
      connection,
      prefix,
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_EVERY_MS,
      maxStalledCount: STALLED_MAX,
      runRetryDelay: ASK_AGAIN_MS,
      settings: { backoffStrategy: retryDelayMs },
    });
    // Of a job that was taken away while this process slept, too: whoever has it now goes on.
    worker.on('error', error => onTrouble(error, 'the worker of the queue'));
    worker.on('stalled', id => {
      this.#mend(id, connection).catch(error => onTrouble(error, 'a job that was taken away'));
    });
    return worker;
  }

  /** BullMQ waits for Redis to say goodbye, and so for ever where it is away: then only runs that go on are waited for. */
  async #closeWorker(): Promise<void> {
    if (this.#options.isReached()) return this.#worker?.close();
    await Promise.allSettled(this.#runs);
    await this.#worker?.close(true);
  }

  async #run(job: Job<SiteWork>, { work, connection }: BullWorkerOptions): Promise<void> {
    const site: unknown = job.data?.site;
    if (!isSite(site)) return this.#refuse(job, connection);
    const run = work(site);
    this.#runs.add(run);
    try {
      await run;
    } catch (error) {
      // A run that is cut by the end of this process is no failure: another process takes it up.
      if (this.#isClosed || isAppError(error, 'stopping')) throw new Error(publicDetailOf(error));
      this.#failures.push(error);
      this.#failures.splice(0, this.#failures.length - 10);
      this.#options.onError(error, site);
      await this.#writeFailure(connection, site, error);
      // BullMQ keeps the message where others can read it.
      throw new Error(publicDetailOf(error));
    } finally {
      this.#runs.delete(run);
    }
    await connection.hdel(this.#failuresKey(), site);
  }

  /**
   * BullMQ hands a job that it cannot read to one worker after the other, and never to a run. Without what cannot be read it
   * is a job that names no site.
   */
  async #mend(id: string, connection: Redis): Promise<void> {
    try {
      await this.#queue.getJob(id);
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
      const key = this.#queue.toKey(id);
      const readable = { data: '{}', opts: JSON.stringify({ removeOnFail: FAILED_KEPT }), progress: '0' };
      await connection.multi().hset(key, readable).hdel(key, 'parent').exec();
    }
  }

  /** It is told where somebody looks: of the site that the job kept others out for, and else of the first one. */
  async #refuse({ deduplicationId }: Job, connection: Redis): Promise<never> {
    const site = isSite(deduplicationId) ? deduplicationId : DEFAULT_SITE;
    const error = new AppError(
      'internal',
      'the queue held a job that nobody can read; it lies among the failed ones',
    );
    this.#options.onError(error, site);
    await this.#writeFailure(connection, site, error);
    throw new UnrecoverableError(error.message);
  }

  async #writeFailure(connection: Redis, site: string, error: unknown): Promise<void> {
    const before = await connection.hget(this.#failuresKey(), site);
    const runs = (before === null ? 0 : (failureOf(before)?.runs ?? 0)) + 1;
    const failure: RunFailure = { detail: publicDetailOf(error), runs, failedAtMs: this.#options.nowMs() };
    await connection.hset(this.#failuresKey(), site, JSON.stringify(failure));
  }

  #failuresKey(): string {
    return `${this.#options.prefix}:failures`;
  }

  #add(site: string, delay: number): Promise<unknown> {
    return this.#queue.add('learn', { site }, { delay, deduplication: { id: site, keepLastIfActive: true } });
  }

  #sendIn(ms: number): void {
    if (this.#isClosed || this.#sending !== undefined) return;
    this.#sending = setTimeout(() => this.#send(), ms);
  }

  /** What Redis does not take stays woken, and is sent again until it does. */
  #send(): Promise<void> {
    clearTimeout(this.#sending);
    this.#sending = undefined;
    if (!this.#options.isReached()) {
      this.#sendIn(RESEND_MS);
      return this.#sent;
    }
    const delay = Math.max(0, this.#options.delayMs - GATHER_MS);
    const sites = [...this.#woken];
    this.#woken.clear();
    const sent = Promise.all(sites.map(site => this.#sendOne(site, delay)));
    this.#sent = Promise.all([this.#sent, sent]).then(() => undefined);
    return this.#sent;
  }

  async #sendOne(site: string, delay: number): Promise<void> {
    this.#underway.add(site);
    try {
      await this.#add(site, delay);
    } catch (error) {
      this.#woken.add(site);
      this.#options.onTrouble(error, 'waking a site');
      this.#sendIn(RESEND_MS);
    } finally {
      this.#underway.delete(site);
    }
  }

  async #asking<T>(ask: () => Promise<T>): Promise<T> {
    try {
      if (!this.#options.isReached()) throw new Error('there is no connection to Redis');
      return await ask();
    } catch (cause) {
      throw new AppError('queue-unavailable', 'the queue of learning cannot be reached', { cause });
    }
  }
}

/** Whoever may write to Redis may write anything. */
function isSite(name: unknown): name is string {
  return typeof name === 'string' && SITE_PATTERN.test(name);
}

function isTime(ms: unknown): ms is number {
  return typeof ms === 'number' && !Number.isNaN(new Date(ms).getTime());
}

/** What a worker wrote of its failure; null where it is none of ours. */
function failureOf(written: string): RunFailure | null {
  try {
    const { detail, runs, failedAtMs } = JSON.parse(written);
    const isOurs = typeof detail === 'string' && Number.isSafeInteger(runs) && isTime(failedAtMs);
    return isOurs ? { detail, runs, failedAtMs } : null;
  } catch {
    return null;
  }
}

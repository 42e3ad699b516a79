/**
 * A thread that is kept: where it ends by itself, another one takes its place. Both threads of this program may be
 * replaced. The learner holds no truth: it reads the ledger and the segments again. The store holds none beside its file:
 * every call is one transaction, so what was acknowledged is there, and what was not is whole or absent, as its caller is
 * told (`store-unavailable`: send it again). A thread that is stopped amid a call of the native driver may take the process
 * with it; then all of this holds for the next process.
 *
 * What ends one thread may end the next (a store that is away, memory that does not suffice, a disk that fails), so each waits
 * longer than the one before, up to the last wait, and for as long as it takes: what was away may be back after any time.
 * Readiness says so meanwhile, and whoever looks after the machine may restart the process.
 */
import type { Worker } from 'node:worker_threads';
import type { Later } from '../domain/clock.ts';
import { publicDetailOf } from '../domain/errors.ts';
import type { ThreadHealth } from '../services/readiness.ts';
import { later as inTime } from './later.ts';

/** Milliseconds before each start in a row; the last one goes on. What is back is found within half a minute. */
const WAITS_MS: readonly number[] = [250, 1_000, 4_000, 8_000, 16_000, 30_000];
/** A thread that has run for so long had nothing of what ended the one before. */
const STEADY_MS = 600_000;

export interface KeepOptions {
  /** Told why a thread has ended that nobody had stopped, or could not start again. */
  onEnd?: (error: unknown) => void;
  /** Told that another one has taken its place. */
  onRestart?: () => void;
  /** Milliseconds before each start in a row; the last one goes on. */
  waitsMs?: readonly number[];
  /** Does the work after some milliseconds, unless what it returns is called before. */
  later?: Later;
}

/** What every object in a kept thread can tell. */
export interface Kept {
  health(): ThreadHealth;
}

/** Starts a worker. It is `ready` once it serves; a worker that rejects it is stopped. */
export type StartWorker = () => { worker: Worker; ready: Promise<void> };

export class KeptThread implements Kept {
  readonly #start: StartWorker;
  readonly #options: KeepOptions;
  readonly #waitsMs: readonly number[];
  readonly #later: Later;
  #worker: Worker | null = null;
  #isKept = false;
  #cancelStart = () => {};
  #restarts = 0;
  /** Starts in a row: since the thread has last run for long. */
  #tries = 0;
  #ended: string | null = null;
  #closed: Promise<void> | undefined;

  private constructor(start: StartWorker, options: KeepOptions) {
    this.#start = start;
    this.#options = options;
    this.#waitsMs = options.waitsMs ?? WAITS_MS;
    this.#later = options.later ?? inTime;
  }

  /** Starts the thread, and keeps it from then on. Rejects with what kept the first one from being ready. */
  static async open(start: StartWorker, options: KeepOptions): Promise<KeptThread> {
    const thread = new KeptThread(start, options);
    await thread.#run();
    thread.#isKept = true;
    return thread;
  }

  health(): ThreadHealth {
    return { restarts: this.#restarts, ended: this.#ended };
  }

  /** Stops the thread for good, after what it is told last; closing twice is no error. */
  close(sayLast: () => Promise<void>): Promise<void> {
    this.#closed ??= this.#close(sayLast);
    return this.#closed;
  }

  async #close(sayLast: () => Promise<void>): Promise<void> {
    this.#isKept = false;
    this.#cancelStart();
    const worker = this.#worker;
    if (worker !== null) await sayLast().finally(() => worker.terminate());
  }

  async #run(): Promise<void> {
    const { worker, ready } = this.#startOrReplace();
    const startedAtMs = performance.now();
    let failure: unknown;
    this.#worker = worker;
    worker.once('error', error => {
      failure = error;
    });
    worker.once('exit', () => {
      this.#worker = null;
      if (performance.now() - startedAtMs >= STEADY_MS) this.#tries = 0;
      if (this.#isKept) this.#replace(failure ?? new Error('the thread has ended by itself'));
    });
    try {
      await ready;
    } catch (error) {
      failure ??= error;
      await worker.terminate();
      throw failure;
    }
    this.#ended = null;
  }

  /** Where the system gives no thread at all, no worker is there whose end could be told. */
  #startOrReplace(): ReturnType<StartWorker> {
    try {
      return this.#start();
    } catch (error) {
      if (this.#isKept) this.#replace(error);
      throw error;
    }
  }

  #replace(failure: unknown): void {
    this.#options.onEnd?.(failure);
    const waitMs = this.#waitsMs[this.#tries] ?? this.#waitsMs.at(-1) ?? 0;
    this.#tries += 1;
    const times = this.#tries === 1 ? '' : ` ${this.#tries} times in a row`;
    this.#ended = `the thread has ended${times} and is started again: ${publicDetailOf(failure)}`;
    this.#cancelStart = this.#later(() => {
      this.#restarts += 1;
      // A start that fails is told and replaced as any other end is.
      this.#run().then(
        () => this.#options.onRestart?.(),
        () => undefined,
      );
    }, waitMs);
  }
}

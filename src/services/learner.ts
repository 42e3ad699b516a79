/** What runs beside serving: counting what the ledgers say, and compiling the models of it. One per process or thread. */
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { ModelParameters } from '../bayes/model.ts';
import type { Clock } from '../domain/clock.ts';
import type { Policy } from '../domain/policy.ts';
import { DAY_MS, HOUR_MS } from '../domain/time.ts';
import type { Store } from '../store/port.ts';
import { KNOWN_TOKENIZERS, type Tokenizers } from '../tokenize/tokenizers.ts';
import { LedgerWorker } from './learning/advance-ledger.ts';
import { appendBaseline } from './learning/append-baseline.ts';
import { appendTokenizer, removeReplaced } from './learning/generations.ts';
import { Ledger } from './learning/ledger.ts';
import { appendSeal, purgeSealed } from './learning/retention.ts';
import { ModelFollower, type ModelSource } from './model-follower.ts';
import { modelParametersOf } from './model-parameters.ts';

/** How often old slices are looked for. */
const RETENTION_EVERY_MS = 600_000;
/** How far the clock may move against the time that has really passed, between two looks, and still be believed. */
const CLOCK_JUMP_MS = 60_000;
/** How long a clock must run steadily before records go by it: time enough to set one that woke up in another year. */
const CLOCK_STEADY_MS = HOUR_MS;

export interface LearnerOptions {
  store: Store;
  clock: Clock;
  newId: () => string;
  quarantineMs: number;
  retentionMs: number;
  /** Milliseconds since some moment, whatever becomes of the clock. */
  monotonicMs: () => number;
  tokenizers: Tokenizers;
  parametersOf: (site: string, tokenizerVersion: number) => ModelParameters;
}

/** A learner as another thread sees it: every method returns a promise of plain values. */
export interface LearnerPort extends ModelSource {
  /** Counts everything that is due in the site. @returns the last entry done */
  advance(site: string): Promise<number>;
}

/** A learner whose sites all have one policy, as those of the embedded store have. */
export function learnerBy(policy: Policy, store: Store, clock: Clock): Learner {
  return new Learner({
    store,
    clock,
    newId: randomUUID,
    quarantineMs: policy.quarantineHours * HOUR_MS,
    retentionMs: policy.retentionDays * DAY_MS,
    monotonicMs: () => performance.now(),
    tokenizers: KNOWN_TOKENIZERS,
    parametersOf: (_, tokenizer) => modelParametersOf(policy, tokenizer),
  });
}

export class Learner extends ModelFollower implements LearnerPort {
  readonly #options: LearnerOptions & { ledger: Ledger; breathe: () => Promise<unknown> };
  readonly #worker: LedgerWorker;
  /** When retention was last looked after, by site, in monotonic time. */
  readonly #retainedMs = new Map<string, number>();
  /** The generation up to which replaced segments were removed, by site: once by each process. */
  readonly #removedTo = new Map<string, number>();
  /** The clock less monotonic time as last seen, and since when it has been so. */
  #clockOffsetMs = Number.NaN;
  #steadySinceMs = 0;

  constructor(options: LearnerOptions) {
    const ledger = new Ledger(options.store);
    super({ ...options, ledger });
    this.#options = { ...options, ledger, breathe: () => setImmediate() };
    this.#worker = new LedgerWorker(this.#options);
  }

  async advance(site: string): Promise<number> {
    await appendTokenizer(this.#options, site);
    await appendBaseline(this.#options, site, this.#options.quarantineMs);
    const isRetentionDue = this.#isRetentionDue(site);
    if (isRetentionDue) await appendSeal(this.#options, site);
    const doneTo = await this.#worker.advance(site);
    if (isRetentionDue) await purgeSealed(this.#options, site, doneTo);
    await this.#removeReplaced(site, doneTo);
    return doneTo;
  }

  async #removeReplaced(site: string, doneTo: number): Promise<void> {
    const state = await this.#options.ledger.read(site);
    const generation = state.generationAt(doneTo);
    if (generation === (this.#removedTo.get(site) ?? 0)) return;
    await removeReplaced(this.#options, site, state, doneTo);
    this.#removedTo.set(site, generation);
  }

  /** Looking for old slices reads the sizes of all: now and then is enough. */
  #isRetentionDue(site: string): boolean {
    const nowMs = this.#options.monotonicMs();
    const last = this.#retainedMs.get(site) ?? Number.NEGATIVE_INFINITY;
    if (!this.#isClockSteady(nowMs) || nowMs - last < RETENTION_EVERY_MS) return false;
    this.#retainedMs.set(site, nowMs);
    return true;
  }

  /** What goes by a clock that jumped ahead is gone for good. */
  #isClockSteady(monotonicMs: number): boolean {
    const offsetMs = this.#options.clock.nowMs() - monotonicMs;
    if (!(Math.abs(offsetMs - this.#clockOffsetMs) <= CLOCK_JUMP_MS)) this.#steadySinceMs = monotonicMs;
    this.#clockOffsetMs = offsetMs;
    return monotonicMs - this.#steadySinceMs >= CLOCK_STEADY_MS;
  }
}

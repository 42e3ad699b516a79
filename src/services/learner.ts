/** What runs beside serving: counting what the ledgers say, and compiling the models of it. One per process or thread. */
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { FieldToken } from '../bayes/encoded-counts.ts';
import type { Clock } from '../domain/clock.ts';
import type { Policy } from '../domain/policy.ts';
import { DAY_MS, HOUR_MS } from '../domain/time.ts';
import type { Store } from '../store/port.ts';
import { KNOWN_TOKENIZERS, type Tokenizers } from '../tokenize/tokenizers.ts';
import { BelievedClock } from './believed-clock.ts';
import { type GoodBy, GoodRecords } from './good-by.ts';
import { LedgerWorker } from './learning/advance-ledger.ts';
import { appendBaseline } from './learning/append-baseline.ts';
import type { LearningDependencies } from './learning/dependencies.ts';
import { appendTokenizer, removeReplaced } from './learning/generations.ts';
import { removeAbandoned } from './learning/imports.ts';
import { Ledger } from './learning/ledger.ts';
import { appendSeal, purgeSealed } from './learning/retention.ts';
import { type DiffRequest, type ModelDiff, ModelDiffs } from './model-diff.ts';
import { ModelFollower, type ModelSource } from './model-follower.ts';
import { Policies } from './policies.ts';
import { type Teaching, taughtBy } from './taught-by.ts';

/** How often old slices are looked for. */
const RETENTION_EVERY_MS = 600_000;

export interface LearnerOptions {
  store: Store;
  clock: Clock;
  newId: () => string;
  /** As the store knows it now. */
  policyOf: (site: string) => Promise<Policy>;
  /**
   * Nothing becomes good by time before the clock has run steadily for an hour, as a server has the time to see. A command
   * is over before: it believes a clock that does not jump under it.
   */
  waitsForClock?: boolean | undefined;
  tokenizers: Tokenizers;
}

/** A learner as another thread sees it: every method returns a promise of plain values. */
export interface LearnerPort extends ModelSource {
  /** Counts everything that is due in the site. @returns the last entry done */
  advance(site: string): Promise<number>;
  /** What moved between two versions. @throws AppError `model-gone` */
  diff(site: string, request: DiffRequest, page: { offset: number; limit: number }): Promise<ModelDiff>;
  /** Who says that good records are good: see GoodRecords. */
  goodBy(site: string, upTo: number, goodRecords: number): Promise<GoodBy | null>;
  /** Which windows taught tokens, by the entries up to one. One question at a time. */
  taughtBy(site: string, tokens: readonly FieldToken[], upTo: number): Promise<Teaching>;
}

/** @param environment the policy of sites whose own was never set */
export function learnerBy(environment: Policy, store: Store, clock: Clock, waitsForClock = false): Learner {
  const policies = new Policies(store, environment);
  return new Learner({
    store,
    clock,
    newId: randomUUID,
    policyOf: site => policies.policyOf(site),
    waitsForClock,
    tokenizers: KNOWN_TOKENIZERS,
  });
}

export class Learner extends ModelFollower implements LearnerPort {
  readonly #options: LearnerOptions & LearningDependencies;
  readonly #worker: LedgerWorker;
  /** When retention was last looked after, by site, in monotonic time. */
  readonly #retainedMs = new Map<string, number>();
  /** The generation up to which replaced segments were removed, by site: once by each process. */
  readonly #removedTo = new Map<string, number>();
  readonly #believed: BelievedClock;
  readonly #diffs: ModelDiffs;
  readonly #goodRecords: GoodRecords;
  /** The last question who taught a token: each awaits the one before. */
  #asked: Promise<unknown> = Promise.resolve();

  constructor(options: LearnerOptions) {
    const ledger = new Ledger(options.store);
    super({ ...options, ledger });
    const believed = new BelievedClock(options.clock);
    this.#believed = believed;
    this.#options = {
      ...options,
      ledger,
      retentionMsOf: async site => (await options.policyOf(site)).retentionDays * DAY_MS,
      breathe: () => setImmediate(),
      isClockSteady: () => believed.isSteady(),
    };
    this.#worker = new LedgerWorker(this.#options);
    const breathing = { ...this.#options, breathe: () => setImmediate() };
    this.#diffs = new ModelDiffs(breathing);
    this.#goodRecords = new GoodRecords(breathing);
  }

  async advance(site: string): Promise<number> {
    await appendTokenizer(this.#options, site);
    const { quarantineHours } = await this.#options.policyOf(site);
    if (this.#isTimeBelieved()) await appendBaseline(this.#options, site, quarantineHours * HOUR_MS);
    const isRetentionDue = this.#isRetentionDue(site);
    if (isRetentionDue) await appendSeal(this.#options, site);
    const doneTo = await this.#worker.advance(site);
    if (isRetentionDue) {
      await purgeSealed(this.#options, site, doneTo);
      await removeAbandoned(this.#options, site);
    }
    await this.#removeReplaced(site, doneTo);
    return doneTo;
  }

  diff(site: string, request: DiffRequest, page: { offset: number; limit: number }): Promise<ModelDiff> {
    return this.#diffs.diff(site, request, page);
  }

  goodBy(site: string, upTo: number, goodRecords: number): Promise<GoodBy | null> {
    return this.#goodRecords.by(site, upTo, goodRecords);
  }

  taughtBy(site: string, tokens: readonly FieldToken[], upTo: number): Promise<Teaching> {
    const ask = () => taughtBy({ ...this.#options, breathe: () => setImmediate() }, site, tokens, upTo);
    const asked = this.#asked.then(ask, ask);
    this.#asked = asked;
    return asked;
  }

  #isTimeBelieved(): boolean {
    const isSteady = this.#believed.isSteady();
    return isSteady || (this.#options.waitsForClock !== true && this.#believed.isUnsuspected());
  }

  async #removeReplaced(site: string, doneTo: number): Promise<void> {
    const state = await this.#options.ledger.read(site);
    const generation = state.generationAt(doneTo);
    if (generation === (this.#removedTo.get(site) ?? 0)) return;
    // An earlier version that is served needs them: they go once it is not.
    const activated = state.activation()?.version;
    if (activated !== undefined && state.generationAt(activated) < generation) return;
    await removeReplaced(this.#options, site, state, doneTo);
    this.#removedTo.set(site, generation);
  }

  /** Looking for old slices reads the sizes of all: now and then is enough. */
  #isRetentionDue(site: string): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    const last = this.#retainedMs.get(site) ?? Number.NEGATIVE_INFINITY;
    if (!this.#believed.isSteady() || nowMs - last < RETENTION_EVERY_MS) return false;
    this.#retainedMs.set(site, nowMs);
    return true;
  }
}

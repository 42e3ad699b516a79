/** What runs beside serving: counting what the ledgers say, and compiling the models of it. One per process or thread. */
import { setImmediate } from 'node:timers/promises';
import type { ModelParameters } from '../bayes/model.ts';
import type { Clock } from '../domain/clock.ts';
import type { Store } from '../store/port.ts';
import { LedgerWorker } from './learning/advance-ledger.ts';
import { appendBaseline } from './learning/append-baseline.ts';
import { Ledger } from './learning/ledger.ts';
import { appendSeal, purgeSealed } from './learning/retention.ts';
import { ModelFollower, type ModelSource } from './model-follower.ts';

/** How often old slices are looked for. */
const RETENTION_EVERY_MS = 600_000;

export interface LearnerOptions {
  store: Store;
  clock: Clock;
  newId: () => string;
  quarantineMs: number;
  retentionMs: number;
  parametersOf: (site: string) => ModelParameters;
}

/** A learner as another thread sees it: every method returns a promise of plain values. */
export interface LearnerPort extends ModelSource {
  /** Counts everything that is due in the site. @returns the last entry done */
  advance(site: string): Promise<number>;
}

export class Learner extends ModelFollower implements LearnerPort {
  readonly #options: LearnerOptions & { ledger: Ledger; breathe: () => Promise<unknown> };
  readonly #worker: LedgerWorker;
  /** When retention was last looked after, by site. */
  readonly #retainedMs = new Map<string, number>();

  constructor(options: LearnerOptions) {
    super(options.store, options.parametersOf);
    this.#options = { ...options, ledger: new Ledger(options.store), breathe: () => setImmediate() };
    this.#worker = new LedgerWorker(this.#options);
  }

  async advance(site: string): Promise<number> {
    await appendBaseline(this.#options, site, this.#options.quarantineMs);
    if (!this.#isRetentionDue(site)) return this.#worker.advance(site);
    await appendSeal(this.#options, site);
    const doneTo = await this.#worker.advance(site);
    await purgeSealed(this.#options, site, doneTo);
    return doneTo;
  }

  /** Looking for old slices reads the sizes of all: now and then is enough. */
  #isRetentionDue(site: string): boolean {
    const { clock, retentionMs } = this.#options;
    const nowMs = clock.nowMs();
    const last = this.#retainedMs.get(site) ?? Number.NEGATIVE_INFINITY;
    // A clock that was set back must not stop it until the old time comes again.
    const isDue = nowMs < last || nowMs - last >= Math.min(RETENTION_EVERY_MS, retentionMs / 10);
    if (isDue) this.#retainedMs.set(site, nowMs);
    return isDue;
  }
}

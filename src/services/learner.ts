/** What runs beside serving: counting what the ledgers say, and compiling the models of it. One per process or thread. */
import { setImmediate } from 'node:timers/promises';
import type { ModelParameters } from '../bayes/model.ts';
import type { Clock } from '../domain/clock.ts';
import type { Store } from '../store/port.ts';
import { LedgerWorker } from './learning/advance-ledger.ts';
import { appendBaseline } from './learning/append-baseline.ts';
import { Ledger } from './learning/ledger.ts';
import { ModelFollower, type ModelSource } from './model-follower.ts';

export interface LearnerOptions {
  store: Store;
  clock: Clock;
  newId: () => string;
  quarantineMs: number;
  parametersOf: (site: string) => ModelParameters;
}

/** A learner as another thread sees it: every method returns a promise of plain values. */
export interface LearnerPort extends ModelSource {
  /** Counts everything that is due in the site. @returns the last entry done */
  advance(site: string): Promise<number>;
}

export class Learner extends ModelFollower implements LearnerPort {
  readonly #options: LearnerOptions & { ledger: Ledger };
  readonly #worker: LedgerWorker;

  constructor(options: LearnerOptions) {
    super(options.store, options.parametersOf);
    this.#options = { ...options, ledger: new Ledger(options.store) };
    this.#worker = new LedgerWorker({ ...this.#options, breathe: () => setImmediate() });
  }

  async advance(site: string): Promise<number> {
    await appendBaseline(this.#options, site, this.#options.quarantineMs);
    return this.#worker.advance(site);
  }
}

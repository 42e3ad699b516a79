/** Runs of learning, one after the other: each counts what is due in a site, and the model that follows is served. */
import type { Bus } from '../bus/port.ts';
import { publicDetailOf } from '../domain/errors.ts';
import type { LearnerPort } from './learner.ts';

export interface LearningRunsDependencies {
  learner: Pick<LearnerPort, 'advance'>;
  /** Serves the site's newest model from now on; a process that serves nobody has nothing to do. */
  serveNewest: (site: string) => Promise<unknown>;
  bus: Bus;
  onError: (error: unknown, what: string) => void;
}

export class LearningRuns {
  readonly #deps: LearningRunsDependencies;
  /** Last entry whose model is served, by site. */
  readonly #servedTo = new Map<string, number>();
  #failure: string | null = null;
  #isStopped = false;

  constructor(deps: LearningRunsDependencies) {
    this.#deps = deps;
  }

  async run(site: string): Promise<void> {
    const { learner, serveNewest, bus } = this.#deps;
    const entry = await learner.advance(site);
    this.#failure = null;
    if (this.#servedTo.get(site) === entry) return;
    await serveNewest(site);
    this.#servedTo.set(site, entry);
    await bus.publish({ type: 'learnt', site, entry });
  }

  /** A run has failed. What one meets whose store was closed under it is no failure. */
  fail(error: unknown, site: string): void {
    if (this.#isStopped) return;
    this.#failure = publicDetailOf(error);
    this.#deps.onError(error, `learning of site ${site}`);
  }

  /** What may be told of the failure of the last run; null where it did its work. */
  failure(): string | null {
    return this.#failure;
  }

  /** The store is closed from now on, whatever still runs. */
  stop(): void {
    this.#isStopped = true;
  }
}

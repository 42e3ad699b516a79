/** Runs of learning, one after the other: each counts what is due in a site, and the model that follows is served. */
import type { Bus } from '../bus/port.ts';
import { publicDetailOf } from '../domain/errors.ts';
import type { Jobs } from '../jobs/port.ts';
import type { LearnerPort } from './learner.ts';

export interface LearningRunsDependencies {
  learner: Pick<LearnerPort, 'advance'>;
  /** Serves the site's newest model from now on; a process that serves nobody has nothing to do. */
  serveNewest: (site: string) => Promise<unknown>;
  bus: Bus;
  /** Told when something new was learnt of a site. */
  onLearnt: (site: string) => void;
  jobs: Pick<Jobs, 'lookAt'>;
  onError: (error: unknown, what: string) => void;
}

export class LearningRuns {
  readonly #deps: LearningRunsDependencies;
  /** Last entry whose model is served, by site. */
  readonly #servedTo = new Map<string, number>();
  #failed: { site: string; detail: string } | null = null;
  #isStopped = false;

  constructor(deps: LearningRunsDependencies) {
    this.#deps = deps;
  }

  async run(site: string): Promise<void> {
    const { learner, serveNewest, bus } = this.#deps;
    const entry = await learner.advance(site);
    if (this.#failed?.site === site) this.#failed = null;
    if (this.#servedTo.get(site) === entry) return;
    await serveNewest(site);
    this.#servedTo.set(site, entry);
    await bus.publish({ type: 'learnt', site, entry });
    this.#deps.onLearnt(site);
  }

  /** A run has failed. What one meets whose store was closed under it is no failure. */
  fail(error: unknown, site: string): void {
    if (this.#isStopped) return;
    this.#failed = { site, detail: publicDetailOf(error) };
    this.#deps.onError(error, `learning of site ${site}`);
  }

  /**
   * What may be told of the failure of a run; null where it did its work, or another process has done it since, as the queue
   * tells: that process may get all runs from then on.
   */
  async failure(): Promise<string | null> {
    const failed = this.#failed;
    if (failed === null) return null;
    const isDone = await this.#deps.jobs.lookAt(failed.site).then(
      ({ failure }) => failure === null,
      () => false,
    );
    return isDone ? null : failed.detail;
  }

  /** The store is closed from now on, whatever still runs. */
  stop(): void {
    this.#isStopped = true;
  }
}

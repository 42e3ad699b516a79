/** Wakes all sites now and then: a hint that was lost left entries and intents behind, and so did a thread that ended. */
import type { Jobs } from '../jobs/port.ts';
import type { Store } from '../store/port.ts';

const POLL_MS = 60_000;

export interface SitePollDependencies {
  store: Pick<Store, 'listSites'>;
  jobs: Pick<Jobs, 'wake'>;
  onError: (error: unknown, what: string) => void;
}

export class SitePoll {
  readonly #deps: SitePollDependencies;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: SitePollDependencies) {
    this.#deps = deps;
  }

  /** At once, and every minute from then on. Rejects where the sites cannot be listed now. */
  async start(): Promise<void> {
    await this.#wakeAll();
    this.#timer = setInterval(() => this.look(), POLL_MS);
    this.#timer.unref();
  }

  /** Looks once more, between start and stop. */
  look(): void {
    if (this.#timer === undefined) return;
    this.#wakeAll().catch(error => this.#deps.onError(error, 'looking for work'));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #wakeAll(): Promise<void> {
    for (const site of await this.#deps.store.listSites()) this.#deps.jobs.wake(site);
  }
}

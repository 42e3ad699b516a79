/**
 * Wakes all sites now and then: a hint that was lost left entries and intents behind, and so did a thread that ended. Who
 * was cut off from the other processes looks at once: their queue may have forgotten all.
 */
import type { Bus } from '../bus/port.ts';
import type { Jobs } from '../jobs/port.ts';
import type { Store } from '../store/port.ts';

const POLL_MS = 60_000;
/** After a look that failed: what was forgotten while the store was away is found soon after it is back. */
const AGAIN_MS = 5_000;

export interface SitePollDependencies {
  store: Pick<Store, 'listSites'>;
  jobs: Pick<Jobs, 'wake'>;
  bus: Pick<Bus, 'subscribe'>;
  /** Told once, however often looking fails in a row. */
  onError: (error: unknown, what: string) => void;
}

export class SitePoll {
  readonly #deps: SitePollDependencies;
  #isStarted = false;
  #timer: NodeJS.Timeout | undefined;
  #unsubscribe = () => {};
  #isFailing = false;

  constructor(deps: SitePollDependencies) {
    this.#deps = deps;
  }

  /** At once, and every minute from then on. Rejects where the sites cannot be listed now. */
  async start(): Promise<void> {
    await this.#wakeAll();
    this.#isStarted = true;
    this.#unsubscribe = this.#deps.bus.subscribe(({ type }) => {
      if (type === 'gap') this.look();
    });
    this.#lookIn(POLL_MS);
  }

  /** Looks once more, between start and stop. */
  look(): void {
    if (!this.#isStarted) return;
    this.#lookIn(POLL_MS);
    this.#wakeAll().then(
      () => {
        this.#isFailing = false;
      },
      error => {
        if (!this.#isStarted) return;
        if (!this.#isFailing) this.#deps.onError(error, 'looking for work');
        this.#isFailing = true;
        this.#lookIn(AGAIN_MS);
      },
    );
  }

  stop(): void {
    this.#isStarted = false;
    this.#unsubscribe();
    clearTimeout(this.#timer);
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.look(), ms);
    this.#timer.unref();
  }

  async #wakeAll(): Promise<void> {
    for (const site of await this.#deps.store.listSites()) this.#deps.jobs.wake(site);
  }
}

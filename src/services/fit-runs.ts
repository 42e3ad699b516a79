/**
 * When a site's evidence is fitted anew: after learning, and so seldom that it takes a quarter of the time at most, for a fit reads
 * all that is counted. What was learnt meanwhile is fitted by the next one.
 */
import type { Later } from '../domain/clock.ts';
import type { StoredFit } from '../domain/fit.ts';
import type { Store } from '../store/port.ts';
import { lastFitIn, NOTHING_FITTED } from './fit-content.ts';

/** After a fit the site rests for so many times as long as that took: fits take a quarter of one thread's time at most. */
const REST = 3;
/** And for so long at least: a storm of marks is one fit. */
const REST_MIN_MS = 2_000;
/** Before a fit that failed is tried again. */
const AGAIN_MS = 60_000;

/** Who works out fits. */
export interface Fitting {
  /**
   * What fits all that is counted of a site.
   * @param examined the last entry of what was fitted before, also where that came to nothing and is stored nowhere; 0 for none
   * @returns null where nothing was counted since, or fitting was closed
   * @throws AppError `tokenizer-unknown`, `store-unavailable`
   */
  fit(site: string, examined: number): Promise<StoredFit | null>;
  /** Ends what runs. */
  close(): Promise<void>;
}

export interface FitRunsDependencies {
  fitting: Fitting;
  store: Pick<Store, 'lastFit' | 'putFit' | 'purgeFits'>;
  /** Serves the newest fit, and tells the others. */
  onFitted: (site: string, entry: number) => Promise<unknown>;
  /** Milliseconds that never go back. */
  monotonicMs: () => number;
  later: Later;
  onError: (error: unknown, what: string) => void;
}

/** How fits fare in this process: scoring goes on by the fit before, so nothing else tells of one that fails. */
export interface FitHealth {
  /** Fits that failed since the start; integer ≥ 0. */
  failures: number;
  /** Sites whose last fit failed, and which are fitted again in a minute. */
  failingSites: number;
}

interface SiteRuns {
  state: 'idle' | 'running' | 'resting';
  /** Whether something was learnt since the last fit began. */
  isDue: boolean;
  /** Whether the last fit came to nothing. */
  hasFailed: boolean;
  /** The last entry of the last fit, which may be of nothing and so not stored. */
  examined: number;
  cancelRest: () => void;
  /** The fit that runs, or the last one; it rejects nothing. */
  run: Promise<void>;
}

export class FitRuns {
  readonly #deps: FitRunsDependencies;
  readonly #sites = new Map<string, SiteRuns>();
  #failures = 0;
  #isStopped = false;

  constructor(deps: FitRunsDependencies) {
    this.#deps = deps;
  }

  health(): FitHealth {
    const failing = [...this.#sites.values()].filter(({ hasFailed }) => hasFailed);
    return { failures: this.#failures, failingSites: failing.length };
  }

  /** Something was learnt in the site. */
  wake(site: string): void {
    const runs = this.#sites.get(site) ?? newRuns();
    this.#sites.set(site, runs);
    runs.isDue = true;
    if (runs.state === 'idle') this.#run(site, runs);
  }

  /** Resolves when all is fitted that was learnt before, without any rest, or cannot be. */
  async settled(): Promise<void> {
    for (const [site, runs] of this.#sites) {
      await runs.run;
      if (!runs.isDue || runs.hasFailed) continue;
      runs.cancelRest();
      this.#run(site, runs);
      await runs.run;
    }
  }

  /** Nothing begins any more; what runs ends with its store. */
  stop(): void {
    this.#isStopped = true;
    for (const runs of this.#sites.values()) runs.cancelRest();
  }

  #run(site: string, runs: SiteRuns): void {
    if (this.#isStopped) return;
    runs.state = 'running';
    runs.isDue = false;
    runs.run = this.#refit(site, runs);
  }

  async #refit(site: string, runs: SiteRuns): Promise<void> {
    const { monotonicMs, later, onError } = this.#deps;
    const startMs = monotonicMs();
    try {
      await this.#fit(site, runs);
      runs.hasFailed = false;
    } catch (error) {
      runs.hasFailed = true;
      runs.isDue = true;
      if (!this.#isStopped) {
        this.#failures += 1;
        onError(error, `fitting the evidence of site ${site}`);
      }
    }
    if (this.#isStopped) return;
    const restMs = Math.max(runs.hasFailed ? AGAIN_MS : REST_MIN_MS, REST * (monotonicMs() - startMs));
    runs.state = 'resting';
    runs.cancelRest = later(() => {
      runs.state = 'idle';
      if (runs.isDue) this.#run(site, runs);
    }, restMs);
  }

  /** Fits, unless that is done. */
  async #fit(site: string, runs: SiteRuns): Promise<void> {
    const { fitting, store, onFitted } = this.#deps;
    const fit = await fitting.fit(site, runs.examined);
    if (fit === null) return;
    // A site in which nothing could ever be fitted has no fit, however often it is looked at.
    if (fit.content !== NOTHING_FITTED || (await lastFitIn(store, site)) !== null) {
      await store.putFit(site, fit);
      // A process of the version before may go on beside this one.
      await store.purgeFits(site, { version: fit.version, before: fit.entry, since: fit.version - 1 });
      await onFitted(site, fit.entry);
    }
    runs.examined = fit.entry;
  }
}

function newRuns(): SiteRuns {
  return {
    ...{ state: 'idle', isDue: false, hasFailed: false, examined: 0 },
    cancelRest: () => {},
    run: Promise.resolve(),
  };
}

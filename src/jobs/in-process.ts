/** Jobs in this process: one run of a site at a time, a wake during a run makes one more, bursts are gathered. */
import type { Jobs } from './port.ts';

interface SiteJob {
  /** The run that goes on or waits. */
  run: Promise<void> | null;
  again: boolean;
  /** Of the last run; null while the next one goes on or waits. */
  failure: unknown;
}

export interface InProcessJobsOptions {
  work: (site: string) => Promise<unknown>;
  /** Milliseconds from a wake to its run, so that a burst is worked at once. */
  delayMs: number;
  onError: (error: unknown, site: string) => void;
}

export class InProcessJobs implements Jobs {
  readonly #options: InProcessJobsOptions;
  readonly #sites = new Map<string, SiteJob>();
  readonly #failures: unknown[] = [];
  /** Ends the waits that go on, at close and at idle. */
  readonly #hurry = new Set<() => void>();
  #closed = false;

  constructor(options: InProcessJobsOptions) {
    this.#options = options;
  }

  wake(site: string): void {
    if (this.#closed) return;
    let job = this.#sites.get(site);
    if (job === undefined) {
      job = { run: null, again: false, failure: null };
      this.#sites.set(site, job);
    }
    if (job.run !== null) {
      job.again = true;
      return;
    }
    job.run = this.#run(site, job);
  }

  failureOf(site: string): unknown {
    return this.#sites.get(site)?.failure ?? null;
  }

  async idle(): Promise<void> {
    for (;;) {
      for (const hurry of this.#hurry) hurry();
      const runs = [...this.#sites.values()].flatMap(({ run }) => run ?? []);
      if (runs.length === 0) break;
      await Promise.all(runs);
    }
    const failures = this.#failures.splice(0);
    if (failures.length > 0) throw failures[0];
  }

  /** Lets the runs that go on finish; nothing new starts. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const hurry of this.#hurry) hurry();
    await Promise.all([...this.#sites.values()].map(({ run }) => run));
  }

  async #run(site: string, job: SiteJob): Promise<void> {
    do {
      job.failure = null;
      await this.#wait();
      job.again = false;
      if (this.#closed) break;
      try {
        await this.#options.work(site);
      } catch (error) {
        job.failure = error;
        this.#failures.push(error);
        this.#failures.splice(0, this.#failures.length - 10);
        this.#options.onError(error, site);
      }
    } while (job.again);
    job.run = null;
  }

  #wait(): Promise<void> {
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer);
        this.#hurry.delete(done);
        resolve();
      };
      const timer = setTimeout(done, this.#options.delayMs);
      this.#hurry.add(done);
    });
  }
}

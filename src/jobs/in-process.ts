/** Jobs in this process: one run of a site at a time, a wake during a run makes one more, bursts are gathered. */
import { publicDetailOf } from '../domain/errors.ts';
import type { Jobs, RunFailure, SiteJob } from './port.ts';

interface OwnSiteJob {
  /** The run that goes on or waits. */
  run: Promise<void> | null;
  isRunning: boolean;
  again: boolean;
  failure: RunFailure | null;
}

export interface InProcessJobsOptions {
  work: (site: string) => Promise<unknown>;
  /** Milliseconds from a wake to its run, so that a burst is worked at once. */
  delayMs: number;
  nowMs: () => number;
  onError: (error: unknown, site: string) => void;
}

export class InProcessJobs implements Jobs {
  readonly #options: InProcessJobsOptions;
  readonly #sites = new Map<string, OwnSiteJob>();
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
      job = { run: null, isRunning: false, again: false, failure: null };
      this.#sites.set(site, job);
    }
    if (job.run !== null) {
      job.again = true;
      return;
    }
    job.run = this.#run(site, job);
  }

  async hurry(site: string): Promise<void> {
    this.wake(site);
    for (const hurry of this.#hurry) hurry();
  }

  async lookAt(site: string): Promise<SiteJob> {
    const { run = null, isRunning = false, failure = null } = this.#sites.get(site) ?? {};
    return { state: run === null ? 'idle' : isRunning ? 'running' : 'waiting', failure };
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

  async close(): Promise<void> {
    this.#closed = true;
    for (const hurry of this.#hurry) hurry();
    await Promise.all([...this.#sites.values()].map(({ run }) => run));
  }

  async #run(site: string, job: OwnSiteJob): Promise<void> {
    do {
      await this.#wait();
      job.again = false;
      if (this.#closed) break;
      job.isRunning = true;
      try {
        await this.#options.work(site);
        job.failure = null;
      } catch (error) {
        this.#fail(site, job, error);
      }
      job.isRunning = false;
    } while (job.again);
    job.run = null;
  }

  #fail(site: string, job: OwnSiteJob, error: unknown): void {
    const runs = (job.failure?.runs ?? 0) + 1;
    job.failure = { detail: publicDetailOf(error), runs, failedAtMs: this.#options.nowMs() };
    this.#failures.push(error);
    this.#failures.splice(0, this.#failures.length - 10);
    this.#options.onError(error, site);
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

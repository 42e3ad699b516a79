/** Jobs: a hint that a site has work. The ledger is the truth, so a lost, doubled or late hint does no harm. */

/** Why the work of a site fails. */
export interface RunFailure {
  /** What may be told of the last failure. */
  detail: string;
  /** Runs that failed since the last one that did its work. */
  runs: number;
  /** Of the last one. */
  failedAtMs: number;
}

export interface SiteJob {
  state: 'idle' | 'waiting' | 'running';
  /** null from a run that did its work until one fails. */
  failure: RunFailure | null;
}

export interface Jobs {
  /**
   * The site has work. Returns at once; wakes that arrive while its work runs make it run once more afterwards. One site
   * is worked by one run at a time, as far as processes know of each other.
   */
  wake(site: string): void;
  /** As wake, and what waits runs now: after a failure the next attempt waits longer and longer. */
  hurry(site: string): Promise<void>;
  /** @throws AppError `queue-unavailable` */
  lookAt(site: string): Promise<SiteJob>;
  /** Resolves when nothing is running or waiting, for tests and for a graceful stop. Rejects with a failed run's error. */
  idle(): Promise<void>;
  /** Lets runs that go on finish; nothing new starts. */
  close(): Promise<void>;
}

/** Jobs: a hint that a site has work. The ledger is the truth, so a lost, doubled or late hint does no harm. */

export interface Jobs {
  /** The site has work. Returns at once; wakes that arrive while its work runs make it run once more afterwards. */
  wake(site: string): void;
  /** What the last run of the site failed with; null where it did not fail, or the next one goes on or waits. */
  failureOf(site: string): unknown;
  /** Resolves when nothing is running or waiting, for tests and for a graceful stop. Rejects with a failed run's error. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

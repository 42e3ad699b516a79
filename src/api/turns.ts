/**
 * Who works next on the thread that all requests share. A batch of records takes it for up to 30 ms, and each request goes
 * on to its next batch at once: a key with a hundred requests under way would have a hundred batches done between two of
 * a key with one. So batches take turns by key: each key has as many records done as any other that wants some, however
 * many requests it sends them in.
 *
 * Start-time fair queueing: a batch begins, on a clock that counts records, where the key's last one ends, or now; the
 * earliest begin is next.
 * @see P. Goyal, H. M. Vin, H. Cheng, Start-time fair queueing, IEEE/ACM Transactions on Networking 5(5), 1997.
 */

/**
 * What is worked on between two looks at connections and at answers of the store, where others wait for those: a request
 * that stores waits for such a look some ten times. 128 records take 4 ms.
 */
export const ROUND_RECORDS = 128;

interface Waiting {
  start: number;
  records: number;
  go: () => void;
}

export class Turns {
  /** By start; of equal ones the first comer first. */
  readonly #waiting: Waiting[] = [];
  /** Where each key's last batch ends. */
  readonly #ends = new Map<string, number>();
  /** Start of the batch that went last. */
  #now = 0;
  /** Records that went since others had their turn at connections. */
  #gone = 0;
  #isScheduled = false;

  /** Resolves when a batch of the key may be worked on; at once where nobody waits. */
  async take(keyId: string, records: number): Promise<void> {
    const start = Math.max(this.#now, this.#ends.get(keyId) ?? 0);
    this.#ends.set(keyId, start + records);
    this.#schedule();
    if (this.#waiting.length === 0 && this.#gone < ROUND_RECORDS) {
      this.#gone += records;
      this.#now = start;
      return;
    }
    await new Promise<void>(go => {
      let at = this.#waiting.length;
      while (at > 0 && (this.#waiting[at - 1]?.start ?? 0) > start) at -= 1;
      this.#waiting.splice(at, 0, { start, records, go });
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#round());
  }

  /** Lets so many go as are done in a round, or one batch that is larger. */
  #round(): void {
    this.#isScheduled = false;
    this.#gone = 0;
    while (this.#gone < ROUND_RECORDS) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#now = next.start;
      this.#gone += next.records;
      next.go();
    }
    if (this.#gone > 0) {
      this.#schedule();
    } else {
      // Nobody wanted anything for a round: what was before is no matter.
      this.#ends.clear();
      this.#now = 0;
    }
  }
}

/**
 * Something that there is only so much of, handed out so that nobody can have all of it: a key may have as much as it
 * leaves free for the others. Alone it gets half; n keys that want all they can get have 1/(n + 1) each, and as much is
 * always left for the next one.
 *
 * Source: A. K. Choudhury, E. L. Hahne, Dynamic queue length thresholds for shared-memory packet switches,
 * IEEE/ACM Transactions on Networking 6(2), 1998, with their α = 1.
 */
export class Pool {
  readonly max: number;
  readonly #taken = new Map<string, number>();
  #total = 0;

  constructor(max: number) {
    this.max = max;
  }

  /** What all keys have together. */
  get total(): number {
    return this.#total;
  }

  takenBy(keyId: string): number {
    return this.#taken.get(keyId) ?? 0;
  }

  /**
   * Whether a key may have this much more: had + more ≤ max − total.
   * @example new Pool(256) // one key after the other takes all it gets: 128, then 64, then 32
   */
  fits(keyId: string, more: number): boolean {
    return this.takenBy(keyId) + more <= this.max - this.#total;
  }

  /** Counts what a key has, up or down, whether it fits or not. */
  count(keyId: string, change: number): void {
    const taken = this.takenBy(keyId) + change;
    this.#total += change;
    if (taken === 0) this.#taken.delete(keyId);
    else this.#taken.set(keyId, taken);
  }
}

/**
 * How the values of a category field are spread among the good: Witten and Bell's estimate, as for characters
 * (compile-automaton.ts), from decayed counts of episodes.
 *
 *   P(v) = (n(v) + u/(u + 1)) / (n + u)        n = Σ n(v), u: values with n(v) ≥ ½
 *
 * Below it lies the uniform distribution over the u values that are known and one that is not.
 */

/** A value counts as known from this decayed count on. */
export const KNOWN_MIN = 0.5;

export class ValueDistribution {
  readonly #total: number;
  readonly #known: number;

  /** @param counts n(v) ≥ 0 of each value */
  constructor(counts: Iterable<number>) {
    let total = 0;
    let known = 0;
    for (const count of counts) {
      total += count;
      if (count >= KNOWN_MIN) known++;
    }
    this.#total = total;
    this.#known = known;
  }

  /**
   * −ln P of a value, in nats; 0 where no value is known.
   * @param count n(v); 0 for a value never seen
   * @example of 3 × `A` and 1 × `TXT`, u = 2: `TXT` ln(6/(1 + 2/3)) = 1.28; one never seen ln(6/(2/3)) = 2.20
   */
  surpriseOf(count: number): number {
    const known = this.#known;
    return known === 0 ? 0 : Math.log((this.#total + known) / (count + known / (known + 1)));
  }
}

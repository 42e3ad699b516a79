/**
 * Decayed counts, kept exactly: Σ count·W, where a day's weight W is an integer of 24 fractional bits. A sum of integers
 * is the same whatever the order and the cutting, which a sum of fractions is not.
 *
 * A sum is a double while it is below 2⁵³ (500 million records of today); one that grows beyond becomes a BigInt. Those
 * are a few totals of a busy site, so the array holds NaN in their place and the test that finds them costs nothing.
 */

/** The weight of a count that has not decayed: 2²⁴, so that weights are known to seven digits. */
export const WHOLE_WEIGHT = 2 ** 24;

/**
 * The weight of a day: `round(2^(−age/halfLife)·2²⁴)`.
 * @param ageDays ≥ 0    @param halfLifeDays > 0; Infinity never decays
 * @example dayWeight(30, 30) // 8388608: a half
 */
export function dayWeight(ageDays: number, halfLifeDays: number): number {
  return Math.round(2 ** (-ageDays / halfLifeDays) * WHOLE_WEIGHT);
}

const EXACT_MAX = Number.MAX_SAFE_INTEGER;

export class ExactSums {
  /** Sums in units of 2⁻²⁴; NaN where the sum is in #large. */
  #sums: Float64Array;
  readonly #large = new Map<number, bigint>();

  constructor(length: number) {
    this.#sums = new Float64Array(length);
  }

  /** Longer, the new ones 0. */
  grow(length: number): void {
    const grown = new Float64Array(length);
    grown.set(this.#sums);
    this.#sums = grown;
  }

  /** Adds count·weight. @param count an integer    @param weight an integer, −WHOLE_WEIGHT to WHOLE_WEIGHT */
  add(index: number, count: number, weight: number): void {
    const product = count * weight;
    const next = (this.#sums[index] as number) + product;
    if (next >= -EXACT_MAX && next <= EXACT_MAX && product >= -EXACT_MAX && product <= EXACT_MAX) {
      this.#sums[index] = next;
    } else {
      this.#addLarge(index, count, weight);
    }
  }

  /** The decayed count, as a fraction. */
  valueOf(index: number): number {
    const sum = this.#sums[index] as number;
    if (Number.isNaN(sum)) return Number(this.#large.get(index)) / WHOLE_WEIGHT;
    return sum / WHOLE_WEIGHT;
  }

  #addLarge(index: number, count: number, weight: number): void {
    const before = this.#large.get(index) ?? BigInt(this.#sums[index] as number);
    this.#large.set(index, before + BigInt(count) * BigInt(weight));
    this.#sums[index] = Number.NaN;
  }
}

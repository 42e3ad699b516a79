/**
 * λ of counts that come again: most n-grams were seen once or twice in one class, so few pairs of counts are behind millions of
 * weights. Direct-mapped: a pair that falls on another one's place takes it. What is found is what logOdds tells, bit for bit.
 */
import { type ClassCounts, deviation, offsetOf } from './log-odds.ts';

const PLACE_BITS = 14;
/** Of the fraction of a decayed count (exact-sums.ts). */
const SCALE = 2 ** 24;

export class LogOddsCache {
  readonly #offset: number | null;
  readonly #tauSquared: number;
  readonly #bad = new Float64Array(1 << PLACE_BITS);
  readonly #good = new Float64Array(1 << PLACE_BITS);
  readonly #lambda = new Float64Array(1 << PLACE_BITS);
  readonly #counts: ClassCounts = { bad: 0, good: 0 };

  /** @param field N⁺, N⁻ ≥ 0: presence of the field    @param tauSquared τ² > 0, nats² */
  constructor(field: ClassCounts, tauSquared: number) {
    this.#offset = field.bad > 0 && field.good > 0 ? offsetOf(field) : null;
    this.#tauSquared = tauSquared;
  }

  /** As logOdds. @param bad C⁺ ≥ 0    @param good C⁻ ≥ 0 */
  lambdaOf(bad: number, good: number): number {
    if (this.#offset === null || bad + good <= 0) return 0;
    const place = (mixed(bad, 0x9e3779b1) ^ mixed(good, 0x85ebca6b)) >>> (32 - PLACE_BITS);
    if (this.#bad[place] === bad && this.#good[place] === good) return this.#lambda[place] as number;
    const counts = this.#counts;
    counts.bad = bad;
    counts.good = good;
    const lambda = deviation(counts, this.#offset, this.#tauSquared);
    this.#bad[place] = bad;
    this.#good[place] = good;
    this.#lambda[place] = lambda;
    return lambda;
  }
}

/** 32 bits of a count, whole ones and fractions alike. */
function mixed(count: number, by: number): number {
  return Math.imul(((count * SCALE) | 0) + (count | 0), by);
}

/**
 * Bins between cut points, for numbers of which nobody knows beforehand where they lie. Cut points are made of good traffic once
 * (`cutPointsOf`), and a token names their version beside the bin, for bins of two versions are different things.
 */
import { countUpTo } from '../domain/rising.ts';

/** Bins of equal mass that the good is cut into. */
export const QUANTILES = 20;

/** Where numbers of a kind can lie. */
export interface PlausibleRange {
  /** The smallest number that is told from 0, > 0. */
  from: number;
  to: number;
}

/**
 * The bounds of QUANTILES bins of about equal mass: the least value, the k-th quantiles, the greatest. Ties are merged; a value
 * that fills a bin by itself has one for itself (0 in a column that is mostly 0).
 * @param values finite numbers, in any order; none gives none
 * @returns rising numbers
 * @example cutPointsOf([0, 0, 0, 0, 5, 7], 3) // [0, 5, 7]: 0 alone, 5 up to 7
 */
export function cutPointsOf(values: readonly number[], quantiles: number = QUANTILES): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const cuts = new Set<number>();
  let before: number | undefined;
  for (let k = 0; k <= quantiles; k++) {
    const value = sorted[Math.round((k * (sorted.length - 1)) / quantiles)];
    if (value === undefined) break;
    const next = value === before ? sorted.find(other => other > value) : undefined;
    if (next !== undefined) cuts.add(next);
    cuts.add(value);
    before = value;
  }
  return [...cuts].sort((a, b) => a - b);
}

/** Steps within an octave, as those of amounts (buckets.ts): 1, 1.5, 2, 3, 4, 6 … */
const STEPS = [1, 1.5];
const WIDEST = 1.5;
/** Nearer than this to a cut of the good, a step would only split what that one parts already. */
const ROOM = 1.1;

/**
 * The same cut points with others between and around them, so that no bin is much wider than half an octave. The good of one
 * network lies where that of another does not: what is beyond it then still has bins to differ in.
 * @example guardedCuts([0, 7], { from: 1, to: 16 }) // [0, 1, 1.5, 2, 3, 4, 7, 12, 16]
 */
export function guardedCuts(cuts: readonly number[], { from, to }: PlausibleRange): number[] {
  const all = new Set<number>([0, ...cuts]);
  const positive = cuts.filter(cut => cut > 0);
  for (let octave = from; octave <= to; octave *= 2) {
    for (const step of STEPS) {
      const guard = octave * step;
      if (guard > to) break;
      const lower = positive.findLast(cut => cut <= guard) ?? 0;
      const upper = positive.find(cut => cut >= guard) ?? Number.POSITIVE_INFINITY;
      if (upper / lower > WIDEST && guard / lower >= ROOM && upper / guard >= ROOM) all.add(guard);
    }
  }
  return [...all].sort((a, b) => a - b);
}

/** Tells the bin of numbers by cut points: `<version>:<number of the bin, from 01>`, `below` the first and `above` the last. */
export class CutBins {
  readonly #cuts: readonly number[];
  /** By how many cut points a number has reached. */
  readonly #tokens: readonly string[];

  /** @param version integer ≥ 1    @param cuts rising, at least two */
  constructor(version: number, cuts: readonly number[]) {
    this.#cuts = cuts;
    this.#tokens = Array.from({ length: cuts.length + 1 }, (_, reached) => {
      const isOutside = reached === 0 || reached === cuts.length;
      const bin = reached === 0 ? 'below' : 'above';
      return `${version}:${isOutside ? bin : String(reached).padStart(2, '0')}`;
    });
  }

  /**
   * A bin holds its lower bound, the last one its upper bound too; undefined for what is no number.
   * @example new CutBins(1, [0, 5, 7]).tokenOf(5) // '1:02'
   * @example new CutBins(1, [0, 5, 7]).tokenOf(8) // '1:above'
   */
  tokenOf(value: number): string | undefined {
    if (Number.isNaN(value)) return undefined;
    const cuts = this.#cuts;
    const reached = countUpTo(cuts, value);
    const isLast = reached === cuts.length && value === cuts[reached - 1];
    return this.#tokens[isLast ? reached - 1 : reached];
  }
}

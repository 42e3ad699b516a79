/**
 * Which tokens a model leaves out: those that too little traffic has shown. Counts stay whole and exact, so a token is judged
 * anew whenever its field is compiled, and one that returns is in the model again as if it had never been left out.
 *
 * **Entries go, and nothing else**: every sum over a field (its totals, n(h) and u(h) of a context, the mean surprise of the
 * good, what chance leaves of weights) is taken over all that is counted. A token that is kept weighs what it weighed; what
 * the pruned ones held of a distribution goes to where it backs off to.
 */
import type { ClassCounts } from './log-odds.ts';

/**
 * A token stays where at least so many bad episodes hold it, whatever the floor: one that was marked within a half-life. Good
 * traffic comes by itself, every day; a mark may be a single episode, and is the reason why anything is learnt.
 */
const BAD_KEPT_MIN = 0.5;

/** How many tokens of a field a model holds, and how many of those that are counted it leaves out. */
export interface FieldSize {
  kept: number;
  pruned: number;
}

/** The same with what it takes of memory. */
export interface FieldPruning {
  kept: TokensAndBytes;
  pruned: TokensAndBytes;
}

export interface TokensAndBytes {
  tokens: number;
  bytes: number;
}

/**
 * Whether the model leaves a token out: fewer good episodes than the floor hold it, and fewer bad ones than that or than ½.
 * @param counts decayed episodes that hold it, ≥ 0    @param below the floor, ≥ 0; at 0 nothing is left out
 * @example isPruned({ good: 1.9, bad: 0 }, 2) // true    @example isPruned({ good: 0, bad: 0.5 }, 2) // false
 */
export function isPruned({ good, bad }: ClassCounts, below: number): boolean {
  return good < below && bad < Math.min(below, BAD_KEPT_MIN);
}

/**
 * How many more good episodes that hold the token bring it back; 0 where it is in the model.
 * @param counts, below as above
 * @example sightingsToBeKept({ good: 0.5, bad: 0 }, 2) // 2: then it is 2.5, after one it is 1.5
 */
export function sightingsToBeKept(counts: ClassCounts, below: number): number {
  if (!isPruned(counts, below)) return 0;
  // 17.6 − 13.6 is rounded up to more than 4, and 13.6 + 4 is 17.6: what decides is the sum.
  const about = Math.floor(below - counts.good);
  return counts.good + about >= below ? about : about + 1;
}

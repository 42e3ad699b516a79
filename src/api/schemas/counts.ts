/** Counts of records and episodes, and weights, as all that tells of tokens answers them. */
import { z } from 'zod';
import type { ModelView } from '../../services/get-model.ts';

/** Smaller ones are rounding: the solver of weights stops at steps of 1e-14. */
const WEIGHT_MIN = 1e-12;

const CountsResponse = z.strictObject({ records: z.number(), episodes: z.number() }).meta({
  id: 'Counts',
  description: 'An episode is all that one source sent in five minutes; a token counts once in it.',
});

export const CLASS_COUNTS = { good: CountsResponse, bad: CountsResponse };

/** The two units of both classes. */
export function countsJson(counts: ModelView['totals']) {
  return {
    good: { records: counts.goodRecords, episodes: counts.goodEpisodes },
    bad: { records: counts.badRecords, episodes: counts.badEpisodes },
  };
}

/** What is left of the rounding of counts that weigh each other up is no weight. @example shownWeight(-2.22e-16) // 0 */
export function shownWeight(weight: number): number {
  return Math.abs(weight) < WEIGHT_MIN ? 0 : weight;
}

/**
 * How much is found while false alarms are few: the area under the receiver operating characteristic up to a rate, over
 * that rate. Sources: McClish, Analyzing a portion of the ROC curve, Medical Decision Making 9 (1989); Fawcett, An
 * introduction to ROC analysis, Pattern Recognition Letters 27 (2006), for equal scores.
 */

import type { FitSample } from './fit-sample.ts';
import { classWeights } from './site-weights.ts';

/** Beyond one false alarm in twenty nobody looks. */
export const FALSE_ALARMS_MAX = 0.05;

export interface Scored {
  bad: boolean;
  score: number;
  /** > 0: what this one counts among those of its class. */
  weight: number;
}

/**
 * `1/m · ∫₀^m TPR(f) df`, m = FALSE_ALARMS_MAX, rates by weight; equal scores are crossed in a straight line.
 * @returns 0 to 1; NaN without both classes
 * @example earlyDetection([bad(3), good(2), bad(1)]) // .5: one of two is found before the first false alarm
 */
export function earlyDetection(scored: readonly Scored[]): number {
  const totals = { bad: 0, good: 0 };
  for (const { bad, weight } of scored) totals[bad ? 'bad' : 'good'] += weight;
  if (totals.bad === 0 || totals.good === 0) return Number.NaN;
  const order = [...scored].sort((a, b) => b.score - a.score);
  let [found, alarmed, area] = [0, 0, 0];
  for (let from = 0; from < order.length && alarmed < FALSE_ALARMS_MAX; ) {
    const { score } = order[from] as Scored;
    let [foundHere, alarmedHere] = [0, 0];
    for (; from < order.length && (order[from] as Scored).score === score; from++) {
      const { bad, weight } = order[from] as Scored;
      if (bad) foundHere += weight / totals.bad;
      else alarmedHere += weight / totals.good;
    }
    // What of this step lies within the rate: a trapezoid of that part of its width.
    const width = Math.min(alarmedHere, FALSE_ALARMS_MAX - alarmed);
    const rise = alarmedHere === 0 ? 0 : (foundHere * width) / alarmedHere;
    area += width * (found + rise / 2);
    found += foundHere;
    alarmed += alarmedHere;
  }
  return area / FALSE_ALARMS_MAX;
}

/**
 * Scores of samples as they are judged: every incident and every good episode weighing the same (classWeights).
 * @returns of the score of each sample, in their order
 */
export function scoredBy(samples: readonly FitSample[]): (scores: readonly number[]) => Scored[] {
  const weights = classWeights(samples);
  return scores =>
    samples.map(({ bad }, index) => ({
      ...{ bad, weight: weights[index] as number, score: scores[index] as number },
    }));
}

/** How well a fit tells the held records of each split apart. */
import { type Fit, logitOf } from '../../src/bayes/fit/logistic.ts';
import type { HeldFeatures } from './evidence-kinds.ts';
import { meanOf, type Quality, qualityOf } from './metrics.ts';

/** Held records, each of a split: scores of two splits are of two models and not to be compared. */
export interface HeldOfSplit extends HeldFeatures {
  split: string;
}

/** The mean over splits, in [0, 1]; NaN where a rate allows not one false alarm among the good of a split. */
export function splitQuality(held: readonly HeldOfSplit[], fit: Fit): Quality {
  const splits = [...new Set(held.map(one => one.split))].map(split =>
    qualityOf(
      held
        .filter(one => one.split === split)
        .map(({ features, bad }) => ({ score: logitOf(fit, features), bad })),
    ),
  );
  const mean = (metric: keyof Quality) => meanOf(splits.map(one => one[metric]));
  return {
    auc: mean('auc'),
    detectionAt1Percent: mean('detectionAt1Percent'),
    detectionAt01Percent: mean('detectionAt01Percent'),
  };
}

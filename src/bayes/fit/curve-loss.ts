/** How well scores tell two classes apart over their whole range, were they calibrated as well as a curve can. */
import type { Scored } from './early-detection.ts';
import { fitLogistic, logitOf } from './logistic.ts';

/** Only makes the minimum one where the classes are apart. */
const RIDGE = 1e-8;

/**
 * The mean logarithmic loss of the rising logistic curve that fits best.
 * @param scored finite scores, at least one
 * @returns nats, 0 to the entropy of the classes (ln 2 where both weigh the same and scores tell nothing)
 * @example curveLoss([bad(1), good(1)]) // 0.693 @example curveLoss([bad(9), good(-9)]) // 0.000…
 */
export function curveLoss(scored: readonly Scored[]): number {
  const examples = scored.map(({ bad, score, weight }) => ({
    bad,
    weight,
    features: Float64Array.of(score),
  }));
  const curve = fitLogistic(examples, { prior: [0], floor: 0, ridge: RIDGE, intercept: 'free' });
  let [loss, total] = [0, 0];
  for (const { bad, features, weight } of examples) {
    const z = logitOf(curve, features);
    loss += weight * (Math.max(bad ? -z : z, 0) + Math.log1p(Math.exp(-Math.abs(z))));
    total += weight;
  }
  return loss / total;
}

/**
 * A calibration of the good alone: what can be said of evidence as long as too little is marked to say how the bad score. How rare the
 * evidence is among good traffic that a model had not seen is a p-value, whatever the evidence is worth; a p-value is turned into a
 * likelihood ratio that averages at most 1 over the good, so that good records score at most the base rate by the mean, however
 * sure of itself the evidence is.
 *
 * Sources: 1. Vovk, Gammerman, Shafer, Algorithmic Learning in a Random World, 2005: conformal p-values; 2. Vovk, Wang, E-values:
 * calibration, combination and applications, Annals of Statistics 49 (2021): from p to Λ; 3. Sellke, Bayarri, Berger, Calibration
 * of p values for testing precise null hypotheses, American Statistician 55 (2001).
 */
import type { CalibrationSize } from './calibration-size.ts';
import { type Line, valueAt } from './line.ts';

/** What it was learnt from: distinct episodes. */
export interface ConformalSize extends CalibrationSize {
  /** All that was counted, of which episodes were drawn. */
  badRecords: number;
  /** As many episodes, each of a sender of its own, would tell as much; at most goodEpisodes. */
  independentGoodEpisodes: number;
}

/** Plain data: stored with the fit that learnt it, part of the model id. */
export interface ConformalCalibration {
  method: 'conformal';
  /** −ln p by evidence, both in nats; rises. */
  surprise: Line;
  /** Nats of evidence beyond the last of the line in which one more nat of surprise lies, > 0. */
  tailNats: number;
  learntFrom: ConformalSize;
}

/**
 * −ln p of evidence, in nats, ≥ 0; rises with it without bound.
 * @example of the line (0, 0) – (2, 4) and a tail of 0.5 nats: at 1 it is 2, at 3 it is 4 + 1/0.5 = 6
 */
export function surpriseOf({ surprise, tailNats }: ConformalCalibration, evidence: number): number {
  return valueAt(surprise, evidence) + Math.max(0, evidence - (surprise.at.at(-1) as number)) / tailNats;
}

/** From here on the series is worse than the logarithm. */
const SERIES_MAX = 1;
/** Terms after which the series is exact for doubles. */
const SERIES_TERMS = 17;

/**
 * ln Λ of a p-value, the mixture of all calibrators κ·p^(κ−1), κ from 0 to 1 (source 2):
 *
 *   Λ = ∫₀¹ κ·p^(κ−1) dκ = (1 − p + p·ln p) / (p·ln²p) = (eˡ − 1 − l)/l² = Σ lᵏ/(k + 2)!,   l = −ln p
 *
 * It rises with l, is ½ at p = 1 and averages 1 over a p that is uniform. A single κ needs to be chosen and gains less in all
 * (docs/adr/0010-fits.md).
 * @param surprise l, in nats, ≥ 0
 * @returns nats; at least ln ½
 * @example logRatioOf(Math.log(1000)) // ln((1000 − 1 − 6.908)/47.72) = 3.034: odds are 20.8 times as high
 */
export function logRatioOf(surprise: number): number {
  if (surprise >= SERIES_MAX) {
    return surprise - 2 * Math.log(surprise) + Math.log1p(-(1 + surprise) * Math.exp(-surprise));
  }
  let sum = 0;
  let term = 1 / 2;
  for (let k = 0; k < SERIES_TERMS; k++) {
    sum += term;
    term *= surprise / (k + 3);
  }
  return Math.log(sum);
}

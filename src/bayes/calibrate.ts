/**
 * From a logit to a probability that may be taken at its word, and to a verdict by what mistakes cost.
 *
 * What a calibration holds does not depend on the base rate: it reads the evidence `e = z − prior` and tells how much more
 * often the bad say so than the good, `ln Λ(e)`; the score is `σ(prior + ln Λ)`. It is learnt on a sample that holds far
 * more bad than the traffic does, and that moves nothing but the odds: of a score's classes the traffic's shares are not
 * those of the sample, what each class says is the same (prior shift: Saerens, Latinne, Decaestecker, Neural Computation 14,
 * 2002). A policy with another base rate needs no new fit. Behind the highest of what was held out a curve promises more than was
 * seen: ln Λ is believed as far as the good episodes reach (succession.ts), so a score is at most the base rate's odds n + 1 times.
 *
 * Until there are enough bad episodes to learn one (fit/calibration.ts) the interval is all of [0, 1], and so the verdict is
 * `unsure` at any cost. The score is that of the good alone (conformal.ts) until then, and σ(z) where too little is good.
 */
import type { Verdict } from '../domain/label.ts';
import { thresholdOf } from '../domain/policy.ts';
import { countBelow, countUpTo } from '../domain/rising.ts';
import type { CalibrationSize } from './calibration-size.ts';
import { type ConformalCalibration, logRatioOf, surpriseOf } from './conformal.ts';
import { type Line, valueAt } from './line.ts';
import { logit, sigmoid } from './log-odds.ts';
import { boundedLogRatio, RULE_OF_THREE } from './succession.ts';

/** Scores stay this far from 0 and 1: nothing that was counted can be surer than one in a million. */
export const SCORE_MARGIN = 1e-6;
const SCORE_MAX = 1 - SCORE_MARGIN;
/** Standard deviations to both sides that hold 95 % of a normal distribution. */
const DEVIATIONS_95_PERCENT = 1.96;

/** `ln Λ = slope·e + intercept` (Platt 1999). */
export interface PlattCalibration {
  method: 'platt';
  /** > 0. */
  slope: number;
  /** Nats; the odds of the sample are taken out. */
  intercept: number;
  /** Of slope and intercept: variance of the slope, covariance, variance of the intercept. */
  covariance: [number, number, number];
  learntFrom: CalibrationSize;
}

/** A function that rises by steps: `values[i]` from `at[i]` on, or up to it; both rise. */
export interface Steps {
  /** Evidence in nats. */
  at: number[];
  /** P(bad) in the sample, in [0, 1]. */
  values: number[];
}

/**
 * P(bad | e) in the sample is one of two numbers, p₀ ≤ p₁ (inductive Venn-Abers predictor: Vovk and Petej 2014). The interval
 * goes by these steps, the score by a line through them: up to a thousand nats beyond them what differs in evidence differs
 * in score.
 */
export interface VennAbersCalibration {
  method: 'venn-abers';
  /** p₀: 0 before the first step, each value from its evidence on. */
  low: Steps;
  /** p₁: each value up to and at its evidence, 1 behind the last. */
  high: Steps;
  /** ln of p₁/(1 − p₀), the odds in the sample, in nats; rises. */
  logOdds: Line;
  /** ln odds of bad in the sample, in nats: what is taken out of both. */
  sampleLogOdds: number;
  learntFrom: CalibrationSize;
}

/** Plain data: stored with the fit that learnt it, part of the model id. */
export type Calibration = PlattCalibration | VennAbersCalibration | ConformalCalibration;

/** What of a model decides how its scores are calibrated. */
export interface Calibratable {
  parameters: { calibration?: Calibration | undefined };
  totals: { badRecords: number };
}

/**
 * The calibration that a model scores by. One of the good alone goes by how rare the evidence is that the bad gave which it
 * knew. Where a model holds other bad (a mark that no fit has seen, or none any more, an import, what is sealed) it is out of
 * force.
 */
export function calibrationInForce({ parameters, totals }: Calibratable): Calibration | undefined {
  const { calibration } = parameters;
  if (calibration?.method !== 'conformal') return calibration;
  return calibration.learntFrom.badRecords === totals.badRecords ? calibration : undefined;
}

export interface Calibrated {
  /** P(bad), in [1e-6, 1 − 1e-6]. */
  score: number;
  /** What the probability may be, given how little is known: [low, high] ⊆ [0, 1], the score within. */
  interval: [number, number];
}

export interface Costs {
  falseAlarm: number;
  missed: number;
}

/**
 * P(bad) of a record, and what it may be. Rises with z, or stays.
 * @param calibration undefined until one is learnt    @param prior ln odds of the base rate    @param z logit(base rate) + e
 * @example calibrate(undefined, logit(0.001), logit(0.3)) // { score: 0.3, interval: [0, 1] }
 * @example of slope 0.5, intercept 0, covariance 0 and 300 independent good episodes at the base rate 0.01: z = 3.40, e = 8,
 *   ln Λ = 4, believed ln(301·e⁴/(300 + e⁴)) = 3.836: σ(−4.595 + 3.836) = 0.319, interval [0.264, 0.355]
 */
export function calibrate(calibration: Calibration | undefined, prior: number, z: number): Calibrated {
  if (calibration === undefined) return { score: clamped(sigmoid(z)), interval: [0, 1] };
  const evidence = z - prior;
  switch (calibration.method) {
    case 'platt':
      return plattScore(calibration, prior, evidence);
    case 'venn-abers':
      return vennAbersScore(calibration, prior, evidence);
    case 'conformal':
      return conformalScore(calibration, prior, evidence);
  }
}

/** Of a record about which nothing is known: the base rate itself, without rounding; it may be anything. */
export function uncalibrated(baseRate: number): Calibrated {
  return { score: clamped(baseRate), interval: [0, 1] };
}

/** The interval is that of `slope·e + intercept` by its covariance (delta method), 95 %. */
function plattScore(
  { slope, intercept, covariance, learntFrom }: PlattCalibration,
  prior: number,
  e: number,
): Calibrated {
  const logRatio = slope * e + intercept;
  const [slopes, both, intercepts] = covariance;
  const deviation = Math.sqrt(Math.max(0, e * e * slopes + 2 * e * both + intercepts));
  const reach = DEVIATIONS_95_PERCENT * deviation;
  return believed({ score: logRatio, low: logRatio - reach, high: logRatio + reach }, prior, learntFrom);
}

/**
 * The score's odds are merged in the sample, where both classes are well seen, and moved to the base rate then: with no good
 * one at all above some evidence p₁ is 1 at any base rate, and what is merged behind that would be near ½.
 */
function vennAbersScore(
  { low, high, logOdds, sampleLogOdds, learntFrom }: VennAbersCalibration,
  prior: number,
  evidence: number,
): Calibrated {
  const { p0, p1 } = sharesAt({ low, high }, evidence);
  const ratios = {
    score: valueAt(logOdds, evidence) - sampleLogOdds,
    low: logit(p0) - sampleLogOdds,
    high: logit(p1) - sampleLogOdds,
  };
  return believed(ratios, prior, learntFrom);
}

/** ln Λ of a score, and of the ends of its interval, by a curve; nats. */
interface LogRatios {
  score: number;
  low: number;
  high: number;
}

/**
 * The score of ln Λ by a curve, and its interval, as far as so many good episodes let either be believed (succession.ts): at the
 * interval's upper end nothing good is like the bad, at its lower end as much of it as the rule of three leaves.
 */
function believed(
  ratios: LogRatios,
  prior: number,
  { independentGoodEpisodes }: CalibrationSize,
): Calibrated {
  const bounded = (logRatio: number, like: number) =>
    independentGoodEpisodes === undefined
      ? logRatio
      : boundedLogRatio(logRatio, independentGoodEpisodes / like);
  return between(
    sigmoid(prior + bounded(ratios.score, 1)),
    sigmoid(prior + bounded(ratios.low, RULE_OF_THREE)),
    sigmoid(prior + ratios.high),
  );
}

/** p₀ and p₁ of evidence, which may be infinite. */
export function sharesAt(
  { low, high }: Pick<VennAbersCalibration, 'low' | 'high'>,
  evidence: number,
): { p0: number; p1: number } {
  return {
    p0: low.values[countUpTo(low.at, evidence) - 1] ?? 0,
    p1: high.values[countBelow(high.at, evidence)] ?? 1,
  };
}

/** What the bad look like nobody has said: the probability may be anything. */
function conformalScore(calibration: ConformalCalibration, prior: number, evidence: number): Calibrated {
  const logRatio = logRatioOf(surpriseOf(calibration, evidence));
  return { score: clamped(sigmoid(prior + logRatio)), interval: [0, 1] };
}

function between(score: number, low: number, high: number): Calibrated {
  const p = clamped(score);
  return { score: p, interval: [Math.min(low, p), Math.max(high, p)] };
}

function clamped(score: number): number {
  return Math.min(SCORE_MAX, Math.max(SCORE_MARGIN, score));
}

/**
 * `bad` where an alarm costs less than silence: `p ≥ C_false-alarm / (C_false-alarm + C_missed)`; `unsure`, which wins,
 * where the interval straddles that threshold.
 * @param costs both > 0, in one unit
 * @throws RangeError for costs that have no threshold
 * @example verdictOf({ score: 0.5, interval: [0.2, 0.9] }, { falseAlarm: 1, missed: 9 }) // 'bad': threshold 0.1
 */
export function verdictOf({ score, interval }: Calibrated, costs: Costs): Verdict {
  const threshold = thresholdOf(costs);
  if (!(threshold >= 0 && threshold <= 1))
    throw new RangeError(`no threshold for costs ${costs.falseAlarm} and ${costs.missed}`);
  const [low, high] = interval;
  if (low < threshold && high >= threshold) return 'unsure';
  return score >= threshold ? 'bad' : 'good';
}

/**
 * The inductive Venn-Abers predictor: isotonic regression twice, once as if the record asked about were bad, once as if it
 * were good. One of the two probabilities is calibrated whatever the scores are worth, and how far they are apart tells
 * how little is known there. Both are made for every evidence in the sample beforehand, so that asking is a search.
 *
 * Sources: 1. Vovk, Petej, Venn-Abers predictors, UAI 2014; 2. Vovk, Petej, Fedorova, Large-scale probabilistic predictors
 * with and without guarantees of validity, NIPS 2015: making them beforehand; 3. Ayer et al., An empirical distribution
 * function for sampling with incomplete information, Annals of Mathematical Statistics 26 (1955): pooling adjacent
 * violators, in whatever order. That one may weigh classes anew afterwards: the pools are the convex hull of the ROC
 * curve, whose axes that stretches (Fawcett, Niculescu-Mizil, PAV and the ROC convex hull, Machine Learning 68, 2007).
 */
import { type Steps, sharesAt, type VennAbersCalibration } from '../calibrate.ts';
import type { CalibrationSize } from '../calibration-size.ts';
import type { Line } from '../line.ts';
import { logit } from '../log-odds.ts';
import { type WeighedEvidence, weightsOf } from './weighed-evidence.ts';

/**
 * Steps nearer to each other than this, in nats of log-odds, are one, the wider one: a table of some hundred steps in place
 * of thousands, which tells the same to the second digit.
 */
const STEP_NATS = 0.02;
/** Beyond the first and the last step the score goes on by a nat in so many, for the order of what lies there alone. */
const TAIL_NATS = 1_000;

/** Neighbours pooled to one value, and the pool before (or behind): pools are shared by all that begin alike. */
interface Pool {
  bad: number;
  weight: number;
  next: Pool | null;
}

/** All samples of one evidence. */
interface Tie {
  evidence: number;
  bad: number;
  weight: number;
}

/**
 * p₀ and p₁ at every evidence of the sample, for a record of weight 1 there. Between two of them p₀ is that of the lower,
 * p₁ that of the higher: what lies between may be either's.
 * @param samples both classes, finite evidence    @returns steps with rising values
 * @example good at 1 and 2, bad at 3 and 4, each of weight 1. One more good at 3 makes a half of what is there: p₀(3) = 1/2;
 *   at 4 it makes a half, less than what is at 3, and the three are pooled: p₀(4) = 2/3. One more bad at 2: p₁(2) = 1/2; at 1
 *   a half, more than what is at 2: p₁(1) = 1/3
 */
export function vennAbersOf(
  samples: readonly WeighedEvidence[],
  learntFrom: CalibrationSize,
): VennAbersCalibration {
  const ties = tiesOf(samples);
  const before = poolsBefore(ties, 'rising');
  const behind = poolsBefore([...ties].reverse(), 'falling').reverse();
  const shares = ties.map(({ evidence, bad, weight }, index) => {
    const around = { lower: before[index] ?? null, upper: behind[index] ?? null };
    return {
      evidence,
      p0: pooledShare({ bad, weight: weight + 1 }, around),
      p1: pooledShare({ bad: bad + 1, weight: weight + 1 }, around),
    };
  });
  const low: Steps = { at: [], values: [] };
  for (const { evidence, p0 } of shares) {
    if (p0 > 0 && isStep(low.values.at(-1), p0)) addStep(low, evidence, p0);
  }
  // From above: each value holds down to where the next one is a step lower.
  const high: Steps = { at: [], values: [] };
  for (const { evidence, p1 } of shares.reverse()) {
    const lowest = high.values.at(-1);
    if (lowest === undefined ? p1 < 1 : isStep(p1, lowest)) addStep(high, evidence, p1);
  }
  high.at.reverse();
  high.values.reverse();
  const { bad, good } = weightsOf(samples);
  const logOdds = mergedLogOdds(low, high);
  return { method: 'venn-abers', low, high, logOdds, sampleLogOdds: Math.log(bad / good), learntFrom };
}

/**
 * ln of p₁/(1 − p₀), the odds of p₁/(1 − p₀ + p₁), which is as near to both as can be by logarithmic loss: at the middle of each
 * stretch between two steps, and beyond them.
 * @example of p₀ 0, ½ from 3 on, ⅔ from 4 on, and p₁ ⅓ up to 1, ½ up to 2, 1 beyond: ln ⅓ at 1, ln ½ at 1.5, 0 at 2.5,
 *   ln 2 at 3.5 and ln 3 at 4
 */
function mergedLogOdds(low: Steps, high: Steps): Line {
  const steps = [...new Set([...low.at, ...high.at])].sort((a, b) => a - b);
  const [first, last] = [steps[0] as number, steps.at(-1) as number];
  const middles = steps.slice(1).map((step, index) => (step + (steps[index] as number)) / 2);
  const at = [first, ...middles, last];
  // Just below the first step, and just above the last one.
  const values = [Number.NEGATIVE_INFINITY, ...middles, Number.POSITIVE_INFINITY].map(evidence => {
    const { p0, p1 } = sharesAt({ low, high }, evidence);
    return Math.log(p1 / (1 - p0));
  });
  return {
    at: [first - TAIL_NATS, ...at, last + TAIL_NATS],
    values: [(values[0] as number) - 1, ...values, (values.at(-1) as number) + 1],
  };
}

/** Whether a higher share is so much higher that it needs a step. @param lower undefined: any is */
function isStep(lower: number | undefined, higher: number): boolean {
  return lower === undefined || logit(higher) - logit(lower) >= STEP_NATS;
}

function addStep(steps: Steps, evidence: number, value: number): void {
  steps.at.push(evidence);
  steps.values.push(value);
}

/** By rising evidence. */
function tiesOf(samples: readonly WeighedEvidence[]): Tie[] {
  const ties: Tie[] = [];
  for (const { evidence, bad, weight } of [...samples].sort((a, b) => a.evidence - b.evidence)) {
    let tie = ties.at(-1);
    if (tie?.evidence !== evidence) {
      tie = { evidence, bad: 0, weight: 0 };
      ties.push(tie);
    }
    tie.weight += weight;
    if (bad) tie.bad += weight;
  }
  return ties;
}

/** For each tie the pools of those that come before it, the nearest first. @param way of the values, from first to last */
function poolsBefore(ties: readonly Tie[], way: 'rising' | 'falling'): (Pool | null)[] {
  const sign = way === 'rising' ? 1 : -1;
  let nearest: Pool | null = null;
  return ties.map(({ bad, weight }) => {
    const before = nearest;
    const pool: Pool = { bad, weight, next: nearest };
    while (pool.next !== null && sign * compareShares(pool.next, pool) >= 0) {
      pool.bad += pool.next.bad;
      pool.weight += pool.next.weight;
      pool.next = pool.next.next;
    }
    nearest = pool;
    return before;
  });
}

/** The value of what stands between pools once all violators around it are pooled with it. */
function pooledShare(
  middle: { bad: number; weight: number },
  around: { lower: Pool | null; upper: Pool | null },
): number {
  const pool = { ...middle };
  let { lower, upper } = around;
  while (true) {
    const joined: Pool | null =
      lower !== null && compareShares(lower, pool) >= 0
        ? lower
        : upper !== null && compareShares(upper, pool) <= 0
          ? upper
          : null;
    if (joined === null) return pool.bad / pool.weight;
    pool.bad += joined.bad;
    pool.weight += joined.weight;
    if (joined === lower) lower = joined.next;
    else upper = joined.next;
  }
}

/** Sign of a's share of bad less b's, without dividing. */
function compareShares(a: { bad: number; weight: number }, b: { bad: number; weight: number }): number {
  return a.bad * b.weight - b.bad * a.weight;
}

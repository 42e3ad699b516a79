/**
 * Platt's calibration: a logistic curve over the evidence, by Newton's method. Two numbers can be learnt from thirty bad
 * episodes; that evidence of Bayesian kind is too sure of itself shows in a slope below 1.
 *
 * Sources: 1. Platt, Probabilistic outputs for support vector machines, in Advances in Large Margin Classifiers, 1999;
 * 2. Lin, Lin, Weng, A note on Platt's probabilistic outputs, Machine Learning 68 (2007): Newton, and its stopping;
 * 3. Prentice, Pyke, Logistic disease incidence models and case-control studies, Biometrika 66 (1979): of a sample that
 * was drawn by class the slope is that of the whole, and only the intercept differs, by the ln odds of the sample.
 */
import type { PlattCalibration } from '../calibrate.ts';
import type { CalibrationSize } from '../calibration-size.ts';
import { logit, sigmoid } from '../log-odds.ts';
import { type WeighedEvidence, weightsOf } from './weighed-evidence.ts';

const ROUNDS_MAX = 100;
/** Keeps the matrix of second derivatives from being singular, as in source 2. */
const RIDGE = 1e-12;
const STEP_MIN = 1e-10;
/** Of evidence that tells nothing, or misleads, the score keeps the order, and nothing else. */
const SLOPE_MIN = 0.001;

interface Curve {
  slope: number;
  intercept: number;
}

/** Derivatives of the loss by slope and intercept. */
interface Slopes {
  bySlope: number;
  byIntercept: number;
  /** Second: of the slope, of both, of the intercept. */
  second: [number, number, number];
}

/**
 * Minimises `−Σ w·{t·ln p + (1 − t)·ln(1 − p)}`, `p = σ(slope·e + intercept)`, with Platt's targets
 * `t = (N⁺ + 1)/(N⁺ + 2)` for the bad and `1/(N⁻ + 2)` for the good: with them the classes may be apart without the slope
 * growing for ever. A slope of evidence that misleads becomes a thousandth. The covariance is the inverse of the second
 * derivatives; that the classes' numbers are not drawn makes the intercept's variance less by `1/N⁺ + 1/N⁻`, which is left
 * in: Platt's own targets and the choice of samples are not without doubt either.
 * @param samples both classes, finite evidence
 * @returns the curve with the ln odds of the sample, ln(N⁺/N⁻), taken out
 * @example of 100 bad at e = 1 and 100 good at e = −1 alike the slope is logit(101/102) = 4.615 and the intercept 0
 */
export function plattOf(samples: readonly WeighedEvidence[], learntFrom: CalibrationSize): PlattCalibration {
  const { bad, good } = weightsOf(samples);
  const targets = { bad: (bad + 1) / (bad + 2), good: 1 / (good + 2) };
  const start: Curve = { slope: 0, intercept: Math.log((bad + 1) / (good + 1)) };
  let curve = start;
  let loss = lossOf(samples, targets, curve);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const slopes = slopesOf(samples, targets, curve);
    const [a, b, c] = slopes.second;
    const determinant = a * c - b * b;
    const step = {
      slope: (c * slopes.bySlope - b * slopes.byIntercept) / determinant,
      intercept: (a * slopes.byIntercept - b * slopes.bySlope) / determinant,
    };
    let size = 1;
    let next = curve;
    for (; size >= STEP_MIN; size /= 2) {
      next = { slope: curve.slope - size * step.slope, intercept: curve.intercept - size * step.intercept };
      const nextLoss = lossOf(samples, targets, next);
      if (nextLoss < loss) {
        loss = nextLoss;
        break;
      }
    }
    if (size < STEP_MIN) break;
    curve = next;
  }
  const covariance = covarianceOf(samples, targets, curve);
  if (curve.slope < SLOPE_MIN) curve = flattestCurve(samples, targets);
  return {
    method: 'platt',
    slope: curve.slope,
    intercept: curve.intercept - Math.log(bad / good),
    covariance,
    learntFrom,
  };
}

interface Targets {
  bad: number;
  good: number;
}

function lossOf(samples: readonly WeighedEvidence[], targets: Targets, { slope, intercept }: Curve): number {
  let loss = 0;
  for (const { evidence, bad, weight } of samples) {
    const z = slope * evidence + intercept;
    const target = bad ? targets.bad : targets.good;
    loss += weight * (Math.max(z, 0) - target * z + Math.log1p(Math.exp(-Math.abs(z))));
  }
  return loss;
}

function slopesOf(
  samples: readonly WeighedEvidence[],
  targets: Targets,
  { slope, intercept }: Curve,
): Slopes {
  let bySlope = 0;
  let byIntercept = 0;
  const second: [number, number, number] = [RIDGE, 0, RIDGE];
  for (const { evidence, bad, weight } of samples) {
    const p = sigmoid(slope * evidence + intercept);
    const error = weight * (p - (bad ? targets.bad : targets.good));
    bySlope += error * evidence;
    byIntercept += error;
    const curvature = weight * p * (1 - p);
    second[0] += curvature * evidence * evidence;
    second[1] += curvature * evidence;
    second[2] += curvature;
  }
  return { bySlope, byIntercept, second };
}

function covarianceOf(
  samples: readonly WeighedEvidence[],
  targets: Targets,
  curve: Curve,
): [number, number, number] {
  const [a, b, c] = slopesOf(samples, targets, curve).second;
  const determinant = a * c - b * b;
  return [c / determinant, -b / determinant, a / determinant];
}

/** Through the mean target at the mean evidence. */
function flattestCurve(samples: readonly WeighedEvidence[], targets: Targets): Curve {
  const { bad, good } = weightsOf(samples);
  const mean = samples.reduce((sum, { evidence, weight }) => sum + weight * evidence, 0) / (bad + good);
  const share = (bad * targets.bad + good * targets.good) / (bad + good);
  return { slope: SLOPE_MIN, intercept: logit(share) - SLOPE_MIN * mean };
}

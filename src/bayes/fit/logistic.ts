/**
 * Ridge logistic regression with weights that stay above a floor: how evidence becomes a score.
 *
 * Sources: 1. Genkin, Lewis, Madigan, Large-scale Bayesian logistic regression for text categorization, Technometrics 49
 * (2007): a Gaussian prior on each weight is a ridge, and its mode may stand elsewhere than at 0; 2. Bertsekas, Projected
 * Newton methods for optimization problems with simple constraints, SIAM J. Control and Optimization 20 (1982): weights at
 * their floor that would go lower are left out of a step.
 */
import { sigmoid } from '../log-odds.ts';

export interface Example {
  features: Float64Array;
  bad: boolean;
  /** How much it counts, > 0. */
  weight: number;
}

export interface FitOptions {
  /** Towards what each weight is drawn, ≥ 0. */
  prior: readonly number[];
  /** What each weight is at least: a share of its prior, in [0, 1], of all or of each. 0 only keeps it from being negative. */
  floor: number | readonly number[];
  /** Strength of the ridge, in units of the total weight of the examples: 0 draws nothing. */
  ridge: number;
  /** Whether a free intercept is fitted; otherwise it is `intercept`. */
  intercept: number | 'free';
}

export interface Fit {
  weights: number[];
  intercept: number;
}

const ROUNDS_MAX = 100;
const STEP_MIN = 1e-9;
const GAIN_MIN = 1e-12;
/** A feature that hardly varies is drawn as if its standard deviation were a thousandth. */
const VARIANCE_MIN = 1e-6;
const PIVOT_MIN = 1e-12;

/**
 * Minimises `Σ w·ln(1 + e^(∓z)) / Σ w + ridge/2 · Σ v_j·(β_j − prior_j)²`, z = intercept + Σ β_j·x_j, β_j ≥ floor·prior_j, by
 * Newton steps on the weights that are free, halved until they help; v_j is the variance of x_j, so that units do not
 * matter.
 * @param examples at least one, all with as many features as there are priors; finite
 * @example one feature, prior 1, ridge 0.1; bad at 1 and good at −1, weight 1 each (v = 1): β solves σ(−β) = 0.1·(β − 1): 2.095
 */
export function fitLogistic(examples: readonly Example[], options: FitOptions): Fit {
  const problem = new Problem(examples, options);
  const { width } = problem;
  const { floor } = options;
  const floors = options.prior.map(
    (prior, j) => prior * (typeof floor === 'number' ? floor : (floor[j] as number)),
  );
  let beta = Float64Array.of(...options.prior, options.intercept === 'free' ? 0 : options.intercept);
  let loss = problem.lossAt(beta);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const { gradient, hessian } = problem.slopesAt(beta);
    const free: number[] = [];
    for (let j = 0; j < width; j++) {
      if ((beta[j] as number) > (floors[j] as number) || (gradient[j] as number) < 0) free.push(j);
    }
    if (options.intercept === 'free') free.push(width);
    const step = solve(
      free.map(a => free.map(b => hessian[a]?.[b] as number)),
      free.map(a => gradient[a] as number),
    );
    let moved = false;
    for (let size = 1; size > STEP_MIN && !moved; size /= 2) {
      const next = beta.slice();
      for (const [index, j] of free.entries()) {
        const value = (beta[j] as number) - size * (step[index] as number);
        next[j] = Math.max(floors[j] ?? Number.NEGATIVE_INFINITY, value);
      }
      const nextLoss = problem.lossAt(next);
      if (nextLoss < loss - GAIN_MIN) {
        beta = next;
        loss = nextLoss;
        moved = true;
      }
    }
    if (!moved) break;
  }
  return { weights: [...beta.subarray(0, width)], intercept: beta[width] as number };
}

/** z of a record: intercept + Σ β·x. */
export function logitOf({ weights, intercept }: Fit, features: Float64Array): number {
  let z = intercept;
  for (let j = 0; j < features.length; j++) z += (weights[j] as number) * (features[j] as number);
  return z;
}

/** The loss and its slopes, at any weights (the intercept behind them). */
class Problem {
  readonly width: number;
  readonly #examples: readonly Example[];
  readonly #prior: readonly number[];
  /** Of the ridge, by weight: ridge·v_j. */
  readonly #stiffness: number[];
  readonly #total: number;

  constructor(examples: readonly Example[], { prior, ridge }: FitOptions) {
    this.width = prior.length;
    this.#examples = examples;
    this.#prior = prior;
    this.#total = examples.reduce((sum, { weight }) => sum + weight, 0);
    this.#stiffness = prior.map((_, j) => ridge * this.#varianceOf(j));
  }

  lossAt(beta: Float64Array): number {
    let loss = 0;
    for (const { features, bad, weight } of this.#examples) {
      const z = this.#logitAt(beta, features);
      loss += weight * (Math.max(bad ? -z : z, 0) + Math.log1p(Math.exp(-Math.abs(z))));
    }
    loss /= this.#total;
    for (let j = 0; j < this.width; j++) {
      loss += ((this.#stiffness[j] as number) / 2) * ((beta[j] as number) - (this.#prior[j] as number)) ** 2;
    }
    return loss;
  }

  slopesAt(beta: Float64Array): { gradient: Float64Array; hessian: Float64Array[] } {
    const { width } = this;
    const gradient = new Float64Array(width + 1);
    const hessian = Array.from({ length: width + 1 }, () => new Float64Array(width + 1));
    const row = new Float64Array(width + 1);
    row[width] = 1;
    for (const { features, bad, weight } of this.#examples) {
      row.set(features);
      const p = sigmoid(this.#logitAt(beta, features));
      const slope = (weight * (p - (bad ? 1 : 0))) / this.#total;
      const curvature = (weight * p * (1 - p)) / this.#total;
      for (let a = 0; a <= width; a++) {
        const xa = row[a] as number;
        if (xa === 0) continue;
        gradient[a] = (gradient[a] as number) + slope * xa;
        const into = hessian[a] as Float64Array;
        for (let b = 0; b <= width; b++) into[b] = (into[b] as number) + curvature * xa * (row[b] as number);
      }
    }
    for (let j = 0; j < width; j++) {
      const stiffness = this.#stiffness[j] as number;
      gradient[j] = (gradient[j] as number) + stiffness * ((beta[j] as number) - (this.#prior[j] as number));
      const into = hessian[j] as Float64Array;
      into[j] = (into[j] as number) + stiffness;
    }
    return { gradient, hessian };
  }

  #logitAt(beta: Float64Array, features: Float64Array): number {
    let z = beta[this.width] as number;
    for (let j = 0; j < this.width; j++) z += (beta[j] as number) * (features[j] as number);
    return z;
  }

  #varianceOf(j: number): number {
    let sum = 0;
    let squares = 0;
    for (const { features, weight } of this.#examples) {
      const x = features[j] as number;
      sum += weight * x;
      squares += weight * x * x;
    }
    return Math.max(squares / this.#total - (sum / this.#total) ** 2, VARIANCE_MIN);
  }
}

/** Solves a symmetric system by elimination with pivots; a column without a pivot stays 0. */
function solve(matrix: readonly number[][], right: readonly number[]): number[] {
  const size = right.length;
  const rows = matrix.map((row, index) => [...row, right[index] as number]);
  const at = (row: number, column: number) => rows[row]?.[column] as number;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(at(row, column)) > Math.abs(at(pivot, column))) pivot = row;
    }
    const held = rows[column] as number[];
    rows[column] = rows[pivot] as number[];
    rows[pivot] = held;
    if (Math.abs(at(column, column)) < PIVOT_MIN) continue;
    for (let row = 0; row < size; row++) {
      const factor = row === column ? 0 : at(row, column) / at(column, column);
      if (factor === 0) continue;
      rows[row] = (rows[row] as number[]).map((value, index) => value - factor * at(column, index));
    }
  }
  return right.map((_, j) => (Math.abs(at(j, j)) < PIVOT_MIN ? 0 : at(j, size) / at(j, j)));
}

/** Ridge logistic regression with weights that stay above a floor: how evidence becomes a score. */

export interface Example {
  features: Float64Array;
  bad: boolean;
  /** How much it counts, > 0. */
  weight: number;
}

export interface FitOptions {
  /** Towards what each weight is drawn. */
  prior: readonly number[];
  /** What each weight is at least: a share of its prior, in [0, 1]. 0 only keeps it from being negative. */
  floor: number;
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

/**
 * Minimises `Σ w·ln(1 + e^(∓z)) / Σ w + ridge/2 · Σ v_j·(β_j − prior_j)²`, z = intercept + Σ β_j·x_j, β_j ≥ floor·prior_j, by Newton
 * steps on the weights that are free, halved until they help; v_j is the variance of x_j, so that units do not matter.
 */
export function fitLogistic(examples: readonly Example[], options: FitOptions): Fit {
  const width = options.prior.length;
  const scale = varianceOf(examples, width).map(variance => options.ridge * variance);
  const total = examples.reduce((sum, example) => sum + example.weight, 0);
  let beta = [...options.prior, options.intercept === 'free' ? 0 : options.intercept];
  const last = options.intercept === 'free' ? width + 1 : width;
  const floorOf = (j: number) => options.floor * (options.prior[j] ?? 0);
  let loss = lossOf(examples, beta, options, scale, total);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const { gradient, hessian } = slopesOf(examples, beta, options, scale, total);
    const free = range(last).filter(
      j => j === width || (beta[j] ?? 0) > floorOf(j) || (gradient[j] ?? 0) < 0,
    );
    const step = solve(
      free.map(a => free.map(b => hessian[a]?.[b] ?? 0)),
      free.map(a => gradient[a] ?? 0),
    );
    let moved = false;
    for (let size = 1; size > STEP_MIN && !moved; size /= 2) {
      const next = [...beta];
      for (const [index, j] of free.entries()) {
        const value = (beta[j] ?? 0) - size * (step[index] ?? 0);
        next[j] = j === width ? value : Math.max(floorOf(j), value);
      }
      const nextLoss = lossOf(examples, next, options, scale, total);
      if (nextLoss < loss - 1e-12) {
        beta = next;
        loss = nextLoss;
        moved = true;
      }
    }
    if (!moved) break;
  }
  return { weights: beta.slice(0, width), intercept: beta[width] ?? 0 };
}

/** z of a record: intercept + Σ β·x. */
export function logitOf(fit: Fit, features: Float64Array): number {
  let z = fit.intercept;
  for (let j = 0; j < features.length; j++) z += (fit.weights[j] ?? 0) * (features[j] ?? 0);
  return z;
}

function range(end: number): number[] {
  return Array.from({ length: end }, (_, index) => index);
}

function varianceOf(examples: readonly Example[], width: number): number[] {
  const total = examples.reduce((sum, example) => sum + example.weight, 0);
  return range(width).map(j => {
    let sum = 0;
    let squares = 0;
    for (const { features, weight } of examples) {
      const x = features[j] ?? 0;
      sum += weight * x;
      squares += weight * x * x;
    }
    return Math.max(squares / total - (sum / total) ** 2, 1e-6);
  });
}

function lossOf(
  examples: readonly Example[],
  beta: readonly number[],
  options: FitOptions,
  scale: readonly number[],
  total: number,
): number {
  const width = options.prior.length;
  const fit = { weights: beta.slice(0, width), intercept: beta[width] ?? 0 };
  let loss = 0;
  for (const { features, bad, weight } of examples) {
    const margin = bad ? logitOf(fit, features) : -logitOf(fit, features);
    loss += weight * (margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin);
  }
  const ridge = range(width).reduce(
    (sum, j) => sum + ((scale[j] ?? 0) / 2) * ((beta[j] ?? 0) - (options.prior[j] ?? 0)) ** 2,
    0,
  );
  return loss / total + ridge;
}

function slopesOf(
  examples: readonly Example[],
  beta: readonly number[],
  options: FitOptions,
  scale: readonly number[],
  total: number,
): { gradient: number[]; hessian: number[][] } {
  const width = options.prior.length;
  const fit = { weights: beta.slice(0, width), intercept: beta[width] ?? 0 };
  const gradient = new Array<number>(width + 1).fill(0);
  const hessian = Array.from({ length: width + 1 }, () => new Array<number>(width + 1).fill(0));
  for (const { features, bad, weight } of examples) {
    const p = 1 / (1 + Math.exp(-logitOf(fit, features)));
    const slope = (weight * (p - (bad ? 1 : 0))) / total;
    const curve = (weight * p * (1 - p)) / total;
    for (let a = 0; a <= width; a++) {
      const xa = a === width ? 1 : (features[a] ?? 0);
      gradient[a] = (gradient[a] ?? 0) + slope * xa;
      const row = hessian[a] ?? [];
      for (let b = 0; b <= width; b++)
        row[b] = (row[b] ?? 0) + curve * xa * (b === width ? 1 : (features[b] ?? 0));
    }
  }
  for (let j = 0; j < width; j++) {
    gradient[j] = (gradient[j] ?? 0) + (scale[j] ?? 0) * ((beta[j] ?? 0) - (options.prior[j] ?? 0));
    const row = hessian[j] ?? [];
    row[j] = (row[j] ?? 0) + (scale[j] ?? 0);
  }
  return { gradient, hessian };
}

/** Solves a symmetric positive system by elimination with pivots; a column without a pivot stays 0. */
function solve(matrix: number[][], right: readonly number[]): number[] {
  const size = right.length;
  const rows = matrix.map((row, index) => [...row, right[index] ?? 0]);
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(at(row, column)) > Math.abs(at(pivot, column))) pivot = row;
    }
    const held = rows[column] ?? [];
    rows[column] = rows[pivot] ?? [];
    rows[pivot] = held;
    if (Math.abs(at(column, column)) < 1e-12) continue;
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = at(row, column) / at(column, column);
      if (factor === 0) continue;
      rows[row] = (rows[row] ?? []).map((value, index) => value - factor * at(column, index));
    }
  }
  return range(size).map(j => (Math.abs(at(j, j)) < 1e-12 ? 0 : at(j, size) / at(j, j)));
}

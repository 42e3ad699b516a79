/**
 * δ: the correction for what goes together. Tokens that come and go with each other say one thing many times, and the sum of
 * their λ counts it as often. So a category token weighs `w = β·λ + δ`, δ a ridge logistic regression toward 0 on top of what
 * the model says without it: naive Bayes is its prior, and what the samples do not contradict stays as it is.
 *
 * Source: Genkin, Lewis, Madigan, Large-scale Bayesian logistic regression for text categorization, Technometrics 49 (2007):
 * cyclic coordinate descent within a trust region.
 */
import { isAddressField, isShapeField, type Observations } from '../../domain/observation.ts';
import { sigmoid } from '../log-odds.ts';
import type { Correction } from '../model.ts';
import type { FitSample } from './fit-sample.ts';
import { classWeights, WEIGHTS_INCIDENTS_MIN } from './site-weights.ts';

/** Tokens that may be corrected: those that tell the classes of the sample apart, or might, most often. */
export const CORRECTIONS_MAX = 1_024;
/** A token of one incident tells of that incident. */
const INCIDENTS_OF_TOKEN_MIN = 2;
/**
 * Strength of the ridge of shape tokens, in incidents that say nothing: they tell in other words what a text itself told, and
 * how long the names of one family are tells nothing of the next (docs/adr/0010-fits.md).
 */
export const SHAPE_RIDGE_INCIDENTS = 3;
/** Of the multiplier of what the model says, toward 1: so weak that it only makes the minimum one. */
const MULTIPLIER_RIDGE_INCIDENTS = 0.01;
const SWEEPS_MAX = 100;
const STEP_MIN = 1e-4;
/** Nats that a token may move in its first step. */
const TRUST_FIRST = 1;
/** What the multiplier may move in a step. */
const MULTIPLIER_TRUST = 0.3;

export interface CorrectionOptions {
  /** Strength of the ridge of tokens that are no shapes, in incidents that say nothing, > 0. */
  ridgeIncidents: number;
  incidentsMin?: number;
}

/** A token that may be corrected, and the samples that hold it. */
interface Column {
  field: string;
  token: string;
  rows: number[];
  ridge: number;
}

/**
 * Minimises `Σ w·ln(1 + e^(∓(c·z + b + Σ δ_j·x_j))) + Σ r_j/2·δ_j² + r_c/2·(c − 1)²`, w as classWeights says, each r by the number
 * of incidents. b and c ≥ 0 are free and then forgotten: where the sum of λ as a whole says too much or too little is for the
 * calibration to tell, which has an intercept and a slope, and no correction of any token.
 * @param logits z of each sample without corrections, cross-fitted
 * @returns no correction below five incidents; else by field and token, at most CORRECTIONS_MAX
 * @example correctionsOf(samples, logits, { ridgeIncidents: 3 }) // [{ field: 'network.transport', token: 'udp', delta: -0.41 }, …]
 */
export function correctionsOf(
  samples: readonly FitSample[],
  logits: readonly number[],
  { ridgeIncidents, incidentsMin = WEIGHTS_INCIDENTS_MIN }: CorrectionOptions,
): Correction[] {
  const incidents = new Set(samples.filter(({ bad }) => bad).map(({ incident }) => incident)).size;
  if (incidents < incidentsMin || samples.every(({ bad }) => bad)) return [];
  const weights = classWeights(samples);
  const columns = columnsOf(
    samples,
    weights,
    field => (isShapeField(field) ? SHAPE_RIDGE_INCIDENTS : ridgeIncidents) / incidents,
  );
  const descent = new Descent(samples, logits, weights, MULTIPLIER_RIDGE_INCIDENTS / incidents);
  const deltas = descent.run(columns);
  return columns
    .map(({ field, token }, index) => ({ field, token, delta: deltas[index] as number }))
    .filter(({ delta }) => delta !== 0)
    .sort((a, b) => compareTexts(a.field, b.field) || compareTexts(a.token, b.token));
}

/** Tells Σ δ over the distinct tokens of a record. */
export function sumOfCorrections(corrections: readonly Correction[]): (observations: Observations) => number {
  const deltas = new Map(corrections.map(({ field, token, delta }) => [`${field}\n${token}`, delta]));
  return ({ shape, categories }) => {
    const tokens = new Set([...shape, ...categories].map(({ field, token }) => `${field}\n${token}`));
    let sum = 0;
    for (const token of tokens) sum += deltas.get(token) ?? 0;
    return sum;
  };
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The tokens whose presence varies most, `p·(1 − p)` by weight, among those of two incidents or of the good. */
function columnsOf(
  samples: readonly FitSample[],
  weights: readonly number[],
  ridgeOf: (field: string) => number,
): Column[] {
  const columns = new Map<string, Column & { mass: number; incidents: Set<string> }>();
  for (const [row, { observations, bad, incident, episode }] of samples.entries()) {
    const seen = new Set<string>();
    for (const { field, token } of [...observations.shape, ...observations.categories]) {
      const key = `${field}\n${token}`;
      if (seen.has(key) || isAddressField(field)) continue;
      seen.add(key);
      let column = columns.get(key);
      if (column === undefined) {
        column = { field, token, rows: [], ridge: ridgeOf(field), mass: 0, incidents: new Set() };
        columns.set(key, column);
      }
      column.rows.push(row);
      column.mass += weights[row] as number;
      if (column.incidents.size < INCIDENTS_OF_TOKEN_MIN)
        column.incidents.add(bad ? `bad ${incident}` : `good ${episode}`);
    }
  }
  return [...columns]
    .filter(([, { incidents }]) => incidents.size >= INCIDENTS_OF_TOKEN_MIN)
    .sort(([a, { mass: p }], [b, { mass: q }]) => q * (1 - q) - p * (1 - p) || compareTexts(a, b))
    .slice(0, CORRECTIONS_MAX)
    .map(([, column]) => column);
}

/** Coordinate descent: one number after the other, each by Newton's step within what it may move. */
class Descent {
  /** c·z + b + Σ δ·x of each row, by now. */
  readonly #logits: Float64Array;
  readonly #z: readonly number[];
  readonly #isBad: readonly boolean[];
  readonly #weights: readonly number[];
  readonly #multiplierRidge: number;
  #multiplier = 1;

  constructor(
    samples: readonly FitSample[],
    z: readonly number[],
    weights: readonly number[],
    multiplierRidge: number,
  ) {
    this.#logits = Float64Array.from(z);
    this.#z = z;
    this.#isBad = samples.map(({ bad }) => bad);
    this.#weights = weights;
    this.#multiplierRidge = multiplierRidge;
  }

  /** δ of each column. */
  run(columns: readonly Column[]): number[] {
    const deltas = columns.map(() => 0);
    const trusts = columns.map(() => TRUST_FIRST);
    const everyRow = this.#isBad.map((_, row) => row);
    let trust = TRUST_FIRST;
    for (let sweep = 0; sweep < SWEEPS_MAX; sweep++) {
      const intercept = this.#step(everyRow, 0, 0, trust);
      trust = nextTrust(trust, intercept);
      let largest = Math.abs(intercept);
      for (const [index, { rows, ridge }] of columns.entries()) {
        const before = deltas[index] as number;
        const step = this.#step(rows, ridge, before, trusts[index] as number);
        deltas[index] = before + step;
        trusts[index] = nextTrust(trusts[index] as number, step);
        largest = Math.max(largest, Math.abs(step));
      }
      largest = Math.max(largest, Math.abs(this.#multiply()));
      if (largest < STEP_MIN) break;
    }
    return deltas;
  }

  /** Moves one weight, and the logits of its rows with it. @returns by how much */
  #step(rows: readonly number[], ridge: number, before: number, trust: number): number {
    let gradient = ridge * before;
    let curvature = ridge;
    for (const row of rows) {
      const weight = this.#weights[row] as number;
      const p = sigmoid(this.#logits[row] as number);
      gradient += weight * (p - (this.#isBad[row] ? 1 : 0));
      curvature += weight * p * (1 - p);
    }
    if (gradient === 0) return 0;
    const step = Math.max(-trust, Math.min(trust, -gradient / curvature));
    for (const row of rows) this.#logits[row] = (this.#logits[row] as number) + step;
    return step;
  }

  /** Moves the multiplier of z, which stays at least 0. @returns by how much */
  #multiply(): number {
    let gradient = this.#multiplierRidge * (this.#multiplier - 1);
    let curvature = this.#multiplierRidge;
    for (const [row, z] of this.#z.entries()) {
      const weight = this.#weights[row] as number;
      const p = sigmoid(this.#logits[row] as number);
      gradient += weight * z * (p - (this.#isBad[row] ? 1 : 0));
      curvature += weight * z * z * p * (1 - p);
    }
    const newton = Math.max(-MULTIPLIER_TRUST, Math.min(MULTIPLIER_TRUST, -gradient / curvature));
    const step = Math.max(-this.#multiplier, newton);
    this.#multiplier += step;
    for (const [row, z] of this.#z.entries()) this.#logits[row] = (this.#logits[row] as number) + step * z;
    return step;
  }
}

function nextTrust(trust: number, step: number): number {
  return Math.max(2 * Math.abs(step), trust / 2);
}

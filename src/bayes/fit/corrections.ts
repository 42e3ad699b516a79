/**
 * δ: the correction for what goes together. Tokens that come and go with each other say one thing many times, and the sum of
 * their λ counts it as often. So a category token weighs `w = β·λ + δ`, δ a ridge logistic regression toward 0 on top of what
 * the model says without it: naive Bayes is its prior, and what the samples do not contradict stays as it is.
 *
 * Sources: 1. Genkin, Lewis, Madigan, Large-scale Bayesian logistic regression for text categorization, Technometrics 49
 * (2007): cyclic coordinate descent within a trust region; 2. Wang, Manning, Baselines and bigrams, ACL 2012 (NB-SVM): a
 * linear model over features scaled by their log-odds.
 */
import { isAddressField, type Observations } from '../../domain/observation.ts';
import { sigmoid } from '../log-odds.ts';
import type { Correction } from '../model.ts';
import type { FitSample } from './fit-sample.ts';
import { classWeights, WEIGHTS_INCIDENTS_MIN } from './site-weights.ts';

/** Tokens that may be corrected: those that tell the classes of the sample apart, or might, most often. */
export const CORRECTIONS_MAX = 1_024;
/** A token of one incident tells of that incident. */
const INCIDENTS_OF_TOKEN_MIN = 2;
/** Strength of the ridge, in incidents that say nothing (bench/results/corrections.jsonl, docs/adr/0010-fits.md). */
export const CORRECTION_RIDGE_INCIDENTS = 3;
const SWEEPS_MAX = 100;
const STEP_MIN = 1e-4;
/** Nats that a token may move in its first step. */
const TRUST_FIRST = 1;

export interface CorrectionOptions {
  /** By what a token's presence is scaled, ≥ 0: |λ|. What is 0 stays uncorrected. */
  scaleOf: (field: string, token: string) => number;
  ridgeIncidents?: number;
  incidentsMin?: number;
}

/** A token that may be corrected, and the samples that hold it. */
interface Column {
  field: string;
  token: string;
  rows: number[];
  scale: number;
}

/**
 * Minimises `Σ w·ln(1 + e^(∓(z + b + Σ δ_j·x_j))) + r/2·Σ δ_j²`, b free and then forgotten (calibration has an intercept), w as
 * classWeights says, r the ridge by the number of incidents.
 * @param logits z of each sample without corrections, cross-fitted
 * @returns no correction below five incidents; else by field and token, at most CORRECTIONS_MAX
 */
export function correctionsOf(
  samples: readonly FitSample[],
  logits: readonly number[],
  {
    scaleOf,
    ridgeIncidents = CORRECTION_RIDGE_INCIDENTS,
    incidentsMin = WEIGHTS_INCIDENTS_MIN,
  }: CorrectionOptions,
): Correction[] {
  const incidents = new Set(samples.filter(({ bad }) => bad).map(({ incident }) => incident)).size;
  if (incidents < incidentsMin || samples.every(({ bad }) => bad)) return [];
  const weights = classWeights(samples);
  const columns = columnsOf(samples, weights, scaleOf);
  const descent = new Descent(samples, logits, weights, ridgeIncidents / incidents);
  const deltas = descent.run(columns);
  return columns
    .map(({ field, token, scale }, index) => ({ field, token, delta: scale * (deltas[index] as number) }))
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
  scaleOf: CorrectionOptions['scaleOf'],
): Column[] {
  const columns = new Map<string, Column & { mass: number; incidents: Set<string> }>();
  for (const [row, { observations, bad, incident, episode }] of samples.entries()) {
    const seen = new Set<string>();
    for (const { field, token } of [...observations.shape, ...observations.categories]) {
      const key = `${field}\n${token}`;
      if (seen.has(key) || isAddressField(field)) continue;
      seen.add(key);
      const scale = scaleOf(field, token);
      if (scale === 0) continue;
      let column = columns.get(key);
      if (column === undefined) {
        column = { field, token, rows: [], scale, mass: 0, incidents: new Set() };
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

/** Coordinate descent: one token after the other, each by Newton's step within what it may move. */
class Descent {
  readonly #logits: Float64Array;
  readonly #isBad: boolean[];
  readonly #weights: readonly number[];
  readonly #ridge: number;

  constructor(
    samples: readonly FitSample[],
    logits: readonly number[],
    weights: readonly number[],
    ridge: number,
  ) {
    this.#logits = Float64Array.from(logits);
    this.#isBad = samples.map(({ bad }) => bad);
    this.#weights = weights;
    this.#ridge = ridge;
  }

  /** δ of each column, unscaled. */
  run(columns: readonly Column[]): number[] {
    const deltas = columns.map(() => 0);
    const trusts = columns.map(() => TRUST_FIRST);
    const everyRow = this.#isBad.map((_, row) => row);
    let trust = TRUST_FIRST;
    for (let sweep = 0; sweep < SWEEPS_MAX; sweep++) {
      const intercept = this.#step(everyRow, 1, 0, 0, trust);
      trust = Math.max(2 * Math.abs(intercept), trust / 2);
      let largest = Math.abs(intercept);
      for (const [index, { rows, scale }] of columns.entries()) {
        const before = deltas[index] as number;
        const step = this.#step(rows, scale, this.#ridge, before, trusts[index] as number);
        deltas[index] = before + step;
        trusts[index] = Math.max(2 * Math.abs(step), (trusts[index] as number) / 2);
        largest = Math.max(largest, Math.abs(step));
      }
      if (largest < STEP_MIN) break;
    }
    return deltas;
  }

  /** Moves one weight, and the logits of its rows with it. @returns by how much */
  #step(rows: readonly number[], scale: number, ridge: number, before: number, trust: number): number {
    let gradient = ridge * before;
    let curvature = ridge;
    for (const row of rows) {
      const weight = this.#weights[row] as number;
      const p = sigmoid(this.#logits[row] as number);
      gradient += weight * scale * (p - (this.#isBad[row] ? 1 : 0));
      curvature += weight * scale * scale * p * (1 - p);
    }
    if (gradient === 0) return 0;
    const step = Math.max(-trust, Math.min(trust, -gradient / curvature));
    for (const row of rows) this.#logits[row] = (this.#logits[row] as number) + scale * step;
    return step;
  }
}

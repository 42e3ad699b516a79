/**
 * δ: the correction for what goes together. Tokens that come and go with each other say one thing many times, and the sum of
 * their λ counts it as often. So a category token weighs `w = β·λ + δ`, δ a ridge logistic regression toward 0 on top of what
 * the model says without it: naive Bayes is its prior, and what the samples do not contradict stays as it is.
 *
 * Source: Genkin, Lewis, Madigan, Large-scale Bayesian logistic regression for text categorization, Technometrics 49 (2007):
 * cyclic coordinate descent within a trust region.
 */
import { isAddressField, isShapeField, type Observations } from '../../domain/observation.ts';
import { CORE, groupOfShape, groupsOfCategory } from '../groups.ts';
import { sigmoid } from '../log-odds.ts';
import type { Correction } from '../model.ts';
import { type FitSample, incidentsIn } from './fit-sample.ts';
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

/** How strongly δ of a token is drawn to 0, in incidents that say nothing, > 0. */
export type RidgeOf = (token: Readonly<Pick<Correction, 'field' | 'token'>>) => number;

/**
 * One ridge for all tokens but shapes, which keep their own.
 * @param ridge in incidents that say nothing, > 0
 * @example ridgeOf(0.3)({ field: 'network.transport', token: 'udp' }) // 0.3; of 'url.path#length' 3
 */
export function ridgeOf(ridge: number): RidgeOf {
  return ({ field }) => (isShapeField(field) ? SHAPE_RIDGE_INCIDENTS : ridge);
}

/** A token that may be corrected, and the samples that hold it. */
interface Column {
  field: string;
  token: string;
  rows: Int32Array;
  delta: number;
  /** What it may move in the next step. */
  trust: number;
}

/**
 * Minimises `Σ w·ln(1 + e^(∓(c·z + b + Σ δ_j·x_j))) + Σ r_j/2·δ_j² + r_c/2·(c − 1)²`, w as classWeights says, each r by the
 * number of incidents. b and c ≥ 0 are free and then forgotten: where the sum of λ as a whole says too much or too little is
 * for the calibration to tell, which has an intercept and a slope, and no correction of any token.
 * @param logits z of each sample without corrections, cross-fitted
 * @param ridges r of each token; the strongest first, for each starts where the one before came to
 * @returns for each ridge no correction below five incidents; else by field and token, at most CORRECTIONS_MAX
 * @example of five bad incidents that show `seen` and five good episodes that show `other`, all of z = 0, b is 0 and δ of
 *   `seen` solves σ(−δ)/2 = δ·1/5:
 *   correctionsOf(samples, logits, [ridgeOf(1)]) // [[{ …, token: 'other', delta: -0.784 }, { …, token: 'seen', delta: 0.784 }]]
 */
export function correctionsOf(
  samples: readonly FitSample[],
  logits: readonly number[],
  ridges: readonly RidgeOf[],
  incidentsMin: number = WEIGHTS_INCIDENTS_MIN,
): Correction[][] {
  const incidents = incidentsIn(samples);
  if (incidents < incidentsMin || samples.every(({ bad }) => bad)) return ridges.map(() => []);
  const weights = classWeights(samples);
  const columns = columnsOf(samples, weights);
  const descent = new Descent(samples, logits, weights, columns, MULTIPLIER_RIDGE_INCIDENTS / incidents);
  return ridges.map(ridge => {
    descent.run(column => ridge(column) / incidents);
    return columns
      .map(({ field, token, delta }) => ({ field, token, delta }))
      .filter(({ delta }) => delta !== 0)
      .sort((a, b) => compareTexts(a.field, b.field) || compareTexts(a.token, b.token));
  });
}

/** Σ δ over the distinct tokens of a record, in nats. */
export interface CorrectionSums {
  /** Of what tells of its cores: it counts as much as the rest of that does (evidence.ts). */
  core: number;
  /** Of all else. */
  other: number;
}

/** Tells them of any record. */
export function sumsOfCorrections(
  corrections: readonly Correction[],
): (observations: Observations) => CorrectionSums {
  const deltas = new Map(corrections.map(({ field, token, delta }) => [`${field}\n${token}`, delta]));
  return ({ shape, categories }) => {
    const sums: CorrectionSums = { core: 0, other: 0 };
    const told = new Set<string>();
    for (const { field, token } of [...shape, ...categories]) {
      const key = `${field}\n${token}`;
      const delta = deltas.get(key);
      if (delta === undefined || told.has(key)) continue;
      told.add(key);
      sums[isOfCore(field) ? 'core' : 'other'] += delta;
    }
    return sums;
  };
}

function isOfCore(field: string): boolean {
  return (isShapeField(field) ? groupOfShape(field) : groupsOfCategory(field).weight) === CORE;
}

/** Traits of cores count by what all of them say together (evidence.ts), so none can be corrected by itself. */
function isTraitOfCore(field: string): boolean {
  return isShapeField(field) && isOfCore(field);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The tokens whose presence varies most, `p·(1 − p)` by weight, among those of two incidents or of the good. */
function columnsOf(samples: readonly FitSample[], weights: readonly number[]): Column[] {
  const shown = new Map<
    string,
    { field: string; token: string; rows: number[]; mass: number; incidents: Set<string> }
  >();
  for (const [row, { observations, bad, incident, episode }] of samples.entries()) {
    const seen = new Set<string>();
    for (const { field, token } of [...observations.shape, ...observations.categories]) {
      const key = `${field}\n${token}`;
      if (seen.has(key) || isAddressField(field) || isTraitOfCore(field)) continue;
      seen.add(key);
      let one = shown.get(key);
      if (one === undefined) {
        one = { field, token, rows: [], mass: 0, incidents: new Set() };
        shown.set(key, one);
      }
      one.rows.push(row);
      one.mass += weights[row] as number;
      if (one.incidents.size < INCIDENTS_OF_TOKEN_MIN)
        one.incidents.add(bad ? `bad ${incident}` : `good ${episode}`);
    }
  }
  return [...shown]
    .filter(([, { incidents }]) => incidents.size >= INCIDENTS_OF_TOKEN_MIN)
    .sort(([a, { mass: p }], [b, { mass: q }]) => q * (1 - q) - p * (1 - p) || compareTexts(a, b))
    .slice(0, CORRECTIONS_MAX)
    .map(([, { field, token, rows }]) => ({
      ...{ field, token, rows: Int32Array.from(rows), delta: 0, trust: TRUST_FIRST },
    }));
}

/** Coordinate descent: one number after the other, each by Newton's step within what it may move. */
class Descent {
  readonly #z: Float64Array;
  readonly #columns: readonly Column[];
  readonly #isBad: Uint8Array;
  readonly #weights: Float64Array;
  readonly #everyRow: Int32Array;
  readonly #multiplierRidge: number;
  /** c·z + b + Σ δ·x of each row, by now. */
  readonly #logits: Float64Array;
  #multiplier = 1;
  #trust = TRUST_FIRST;

  constructor(
    samples: readonly FitSample[],
    z: readonly number[],
    weights: readonly number[],
    columns: readonly Column[],
    multiplierRidge: number,
  ) {
    this.#z = Float64Array.from(z);
    this.#logits = Float64Array.from(z);
    this.#isBad = Uint8Array.from(samples, ({ bad }) => (bad ? 1 : 0));
    this.#weights = Float64Array.from(weights);
    this.#columns = columns;
    this.#everyRow = Int32Array.from(samples, (_, row) => row);
    this.#multiplierRidge = multiplierRidge;
  }

  /** Moves δ of the columns from where it is to the minimum. */
  run(ridge: RidgeOf): void {
    const ridges = this.#columns.map(ridge);
    // What a run came to by small steps, a weaker ridge may be far from.
    this.#trust = TRUST_FIRST;
    for (const column of this.#columns) column.trust = TRUST_FIRST;
    for (let sweep = 0; sweep < SWEEPS_MAX; sweep++) {
      const intercept = this.#step(this.#everyRow, 0, 0, this.#trust);
      this.#trust = nextTrust(this.#trust, intercept);
      let largest = Math.max(Math.abs(intercept), Math.abs(this.#multiply()));
      for (const [index, column] of this.#columns.entries()) {
        const step = this.#step(column.rows, ridges[index] as number, column.delta, column.trust);
        column.delta += step;
        column.trust = nextTrust(column.trust, step);
        largest = Math.max(largest, Math.abs(step));
      }
      if (largest < STEP_MIN) break;
    }
  }

  /** Moves one weight, and the logits of its rows with it. @returns by how much */
  #step(rows: Int32Array, ridge: number, before: number, trust: number): number {
    let gradient = ridge * before;
    let curvature = ridge;
    for (const row of rows) {
      const weight = this.#weights[row] as number;
      const p = sigmoid(this.#logits[row] as number);
      gradient += weight * (p - (this.#isBad[row] as number));
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
    for (const row of this.#everyRow) {
      const [z, weight] = [this.#z[row] as number, this.#weights[row] as number];
      const p = sigmoid(this.#logits[row] as number);
      gradient += weight * z * (p - (this.#isBad[row] as number));
      curvature += weight * z * z * p * (1 - p);
    }
    const newton = Math.max(-MULTIPLIER_TRUST, Math.min(MULTIPLIER_TRUST, -gradient / curvature));
    const step = Math.max(-this.#multiplier, newton);
    this.#multiplier += step;
    for (const row of this.#everyRow)
      this.#logits[row] = (this.#logits[row] as number) + step * (this.#z[row] as number);
    return step;
  }
}

function nextTrust(trust: number, step: number): number {
  return Math.max(2 * Math.abs(step), trust / 2);
}

/**
 * How suspicious a record is: `z = logit(base rate) + Σ β_g·E_g` over groups of evidence (groups.ts), `score = σ(z)`.
 * Where nothing is learnt all evidence is 0 and the score is the base rate.
 */
import type { Observations } from '../domain/observation.ts';
import { type Explained, strongestReasons } from './explain.ts';
import { GROUPS, weightOf } from './groups.ts';
import { logit, sigmoid } from './log-odds.ts';
import type { CompiledModel } from './model.ts';
import { RecordEvidence } from './record-evidence.ts';

export type { Explained } from './explain.ts';

/** Scores stay this far from 0 and 1: nothing that was counted can be surer than one in a million. */
export const SCORE_MARGIN = 1e-6;
const SCORE_MAX = 1 - SCORE_MARGIN;
const LOGIT_MAX = logit(SCORE_MAX);
/** Records whose texts are read together: enough for all lanes, and their evidence stays in the fastest caches. */
const RECORDS_AT_ONCE = 128;

export interface Suspicion {
  /** Nats, of the clamped score. */
  logit: number;
  /** P(bad), in [1e-6, 1 − 1e-6]. */
  score: number;
}

export interface Explanation extends Suspicion {
  /** The strongest reasons, then `prior`, `rest` and `calibration`; their contributions sum to the logit. */
  reasons: Explained[];
}

/**
 * Scores records by one compiled model. It owns scratch space: one record at a time, one Scorer a thread.
 * @example new Scorer(model).suspicionOf(observations) // { logit: -6.9067…, score: 0.001 } where nothing is learnt
 */
export class Scorer {
  readonly model: CompiledModel;
  /** ln odds of the base rate. */
  readonly prior: number;
  readonly #evidence: RecordEvidence;
  /** β by index in GROUPS. */
  readonly #weights: Float64Array;

  constructor(model: CompiledModel) {
    this.model = model;
    this.prior = logit(model.parameters.baseRate);
    this.#evidence = new RecordEvidence(model);
    this.#weights = Float64Array.from(GROUPS, group => weightOf(model.parameters.weights, group));
  }

  /** The score of each record: as suspicionOf tells it of each alone, in less time (sequence.ts). */
  scoresOf(records: readonly Observations[]): Float64Array {
    const scores = new Float64Array(records.length);
    let scored = 0;
    for (let from = 0; from < records.length; from += RECORDS_AT_ONCE) {
      const some = records.slice(from, from + RECORDS_AT_ONCE);
      this.#evidence.readTexts(some);
      for (const observations of some) scores[scored++] = this.#scoreOf(this.#nextLogit(observations));
    }
    return scores;
  }

  suspicionOf(observations: Observations): Suspicion {
    const z = this.logitOf(observations);
    return { logit: Math.min(LOGIT_MAX, Math.max(-LOGIT_MAX, z)), score: this.#scoreOf(z) };
  }

  /** z before clamping, in nats. */
  logitOf(observations: Observations): number {
    this.#evidence.readTexts([observations]);
    return this.#nextLogit(observations);
  }

  /** z of the next record whose texts were read. */
  #nextLogit(observations: Observations): number {
    this.#evidence.gather(observations);
    const { groups } = this.#evidence;
    const weights = this.#weights;
    // Begun as a number and not with a field, the sum stays in a register: a field's would be boxed at each step.
    let z = 0;
    z += this.prior;
    for (let group = 0; group < groups.length; group++) {
      const value = groups[group] as number;
      if (value !== 0) z += (weights[group] as number) * value;
    }
    return z;
  }

  #scoreOf(z: number): number {
    // Where nothing speaks, the base rate itself, not what rounding makes of σ(logit(base rate)).
    const p = z === this.prior ? this.model.parameters.baseRate : sigmoid(z);
    return Math.min(SCORE_MAX, Math.max(SCORE_MARGIN, p));
  }

  /** The suspicion of a record and the n strongest reasons for it. @param n ≥ 0 */
  explain(observations: Observations, n: number): Explanation {
    const suspicion = this.suspicionOf(observations);
    const reasons = strongestReasons(this.#evidence, this.#weights, observations, n);
    let rest = suspicion.logit - this.prior;
    for (const { contribution } of reasons) rest -= contribution;
    const closing = { prior: this.prior, rest, calibration: 0 };
    for (const [group, contribution] of Object.entries(closing)) {
      reasons.push({ group, field: '', token: '', contribution });
    }
    return { ...suspicion, reasons };
  }

  /** E of every group that says something, by name: what weights are fitted on. */
  evidenceOf(observations: Observations): Map<string, number> {
    this.#evidence.readTexts([observations]);
    this.#evidence.gather(observations);
    const evidence = new Map<string, number>();
    for (const [index, value] of this.#evidence.groups.entries()) {
      if (value !== 0) evidence.set(GROUPS[index] as string, value);
    }
    return evidence;
  }
}

/**
 * How suspicious a record is: `z = logit(base rate) + e`, e what the evidence comes to whether the threat is known, `Σ β_g·E_g` over
 * groups (groups.ts), or not (unknown-threat.ts); and the score is z calibrated (calibrate.ts), `σ(z)` until there is something to
 * calibrate on. Where nothing is learnt all evidence is 0 and the score is the base rate.
 */
import type { Observations } from '../domain/observation.ts';
import {
  type Calibrated,
  type Calibration,
  calibrate,
  calibrationInForce,
  SCORE_MARGIN,
  uncalibrated,
} from './calibrate.ts';
import { type Explained, strongestReasons } from './explain.ts';
import { GROUPS, weightOf } from './groups.ts';
import { logit } from './log-odds.ts';
import type { CompiledModel } from './model.ts';
import { RecordEvidence } from './record-evidence.ts';
import { eitherThreat, type ThreatShares, threatShares, unknownPart } from './unknown-threat.ts';

export type { Explained } from './explain.ts';

const LOGIT_MAX = logit(1 - SCORE_MARGIN);
/** Records whose texts are read together: enough for all lanes, and their evidence stays in the fastest caches. */
const RECORDS_AT_ONCE = 128;

export interface Suspicion extends Calibrated {
  /** Nats, of the score. */
  logit: number;
}

export interface Explanation extends Suspicion {
  /**
   * The strongest reasons, then `prior`, `rest` (of the reasons that are not shown), `threat` (what it costs that the threat may be
   * `known` or `unknown`, and the offset of the unknown by the part that it has; the token tells which it rather is) and
   * `calibration` (what it adds to z, and clamping with it); their contributions sum to the logit.
   */
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
  readonly #shares: ThreatShares;
  /** What the reason `threat` comes to at most. */
  readonly #threatMost: number;
  /** β′ by index in GROUPS. */
  readonly #strangeness: Float64Array;
  /** Indices in GROUPS of what is not 0 in #strangeness. */
  readonly #strangeGroups: readonly number[];
  readonly #calibration: Calibration | undefined;

  constructor(model: CompiledModel) {
    this.model = model;
    this.#calibration = calibrationInForce(model);
    this.prior = logit(model.parameters.baseRate);
    this.#evidence = new RecordEvidence(model);
    const { weights, unknownThreat } = model.parameters;
    this.#weights = Float64Array.from(GROUPS, group => weightOf(weights, group));
    const offset = this.#calibration === undefined ? 0 : unknownThreat.offset;
    this.#shares = threatShares(unknownThreat.share, offset);
    this.#threatMost = Math.max(0, offset ?? 0);
    this.#strangeness = Float64Array.from(GROUPS, group => weightOf(unknownThreat.weights, group));
    this.#strangeGroups = [...this.#strangeness.keys()].filter(group => this.#strangeness[group] !== 0);
  }

  /** Score and interval of each record: as suspicionOf tells them of each alone, in less time (sequence.ts). */
  scoresOf(records: readonly Observations[]): Calibrated[] {
    const scores: Calibrated[] = [];
    for (let from = 0; from < records.length; from += RECORDS_AT_ONCE) {
      const some = records.slice(from, from + RECORDS_AT_ONCE);
      this.#evidence.readTexts(some);
      for (const observations of some) scores.push(this.#calibrated(this.#nextLogit(observations)));
    }
    return scores;
  }

  suspicionOf(observations: Observations): Suspicion {
    return this.#suspicionOf(this.logitOf(observations));
  }

  /** z before calibration and clamping, in nats. */
  logitOf(observations: Observations): number {
    this.#evidence.readTexts([observations]);
    return this.#nextLogit(observations);
  }

  /** z of the next record whose texts were read. */
  #nextLogit(observations: Observations): number {
    this.#evidence.gather(observations);
    return this.prior + eitherThreat(this.#known(), this.#strange(), this.#shares);
  }

  /** Σ β·E of the record that was gathered last. */
  #known(): number {
    const { groups } = this.#evidence;
    const weights = this.#weights;
    let sum = 0;
    for (let group = 0; group < groups.length; group++) {
      const value = groups[group] as number;
      if (value !== 0) sum += (weights[group] as number) * value;
    }
    return sum;
  }

  /** Σ β′·E of it. */
  #strange(): number {
    const { groups } = this.#evidence;
    const weights = this.#strangeness;
    let sum = 0;
    for (const group of this.#strangeGroups) sum += (weights[group] as number) * (groups[group] as number);
    return sum;
  }

  #calibrated(z: number): Calibrated {
    // Where nothing speaks, the base rate itself, whatever is calibrated: nobody has learnt what such records say.
    if (z === this.prior) return uncalibrated(this.model.parameters.baseRate);
    return calibrate(this.#calibration, this.prior, z);
  }

  #suspicionOf(z: number): Suspicion {
    const calibrated = this.#calibrated(z);
    // Without a calibration z itself, not what rounding makes of logit(σ(z)): there is nothing to tell then.
    const isCalibrated = this.#calibration !== undefined && z !== this.prior;
    const closed = isCalibrated ? logit(calibrated.score) : Math.min(LOGIT_MAX, Math.max(-LOGIT_MAX, z));
    return { ...calibrated, logit: closed };
  }

  /** The suspicion of a record and the n strongest reasons for it. @param n ≥ 0 */
  explain(observations: Observations, n: number): Explanation {
    const z = this.logitOf(observations);
    const suspicion = this.#suspicionOf(z);
    const [known, strange] = [this.#known(), this.#strange()];
    const part = unknownPart(known, strange, this.#shares);
    const reasons = strongestReasons(this.#evidence, this.#weightsOf(part), observations, n);
    const shown = reasons.reduce((sum, { contribution }) => sum + contribution, 0);
    // −KL(r‖κ) + r·c is never above that but for rounding, which goes to the rest.
    const cost = Math.min(this.#threatMost, z - this.prior - (1 - part) * known - part * strange);
    const close = (group: string, contribution: number, token = '') =>
      reasons.push({ group, field: '', token, contribution });
    close('prior', this.prior);
    close('rest', z - this.prior - cost - shown);
    close('threat', cost, part < 0.5 ? 'known' : 'unknown');
    close('calibration', suspicion.logit - z);
    return { ...suspicion, reasons };
  }

  /**
   * What each group weighs in the reasons of a record of which the unknown threat has a part r: `(1 − r)·β + r·β′`, since
   * `ln(a + b) = (1 − r)·ln a + r·ln b + H(r)` for r = b/(a + b).
   */
  #weightsOf(part: number): Float64Array {
    return this.#weights.map(
      (weight, group) => (1 - part) * weight + part * (this.#strangeness[group] as number),
    );
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

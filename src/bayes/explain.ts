/**
 * Why a score is what it is: what each token and each part of a text adds to the logit, in nats.
 *
 * With β what a group weighs in the record (suspicion.ts): a category token adds β·λ, and β times its surprise; what tells
 * of cores a quarter of β·λ where all of it together speaks for the good. What a text's group adds is shared among the text's
 * segments: surprise, log-odds and unseen are sums over symbols, so each segment has its own (where the core speaks for the whole, each of
 * the core has, and the others none); the worst segment's kinds belong to that segment alone; and the likelihood with an
 * unknown threat is shared by how likely it is that the bad model or the unknown threat is speaking:
 * with r = ε·64^−L / mix, `ln mix = (1−r)·ln P_bad + r·ln 64^−L + c`, the first two are sums over symbols, and c, which
 * is at least ln ε, goes by length.
 */
import type { CategoryObservation, Observations, SequenceObservation } from '../domain/observation.ts';
import {
  creditOf,
  EVIDENCE_KINDS,
  type EvidenceKind,
  LIKELIHOOD_CREDIT,
  type SequenceEvidence,
  WHOLE_KIND_COUNT,
} from './evidence.ts';
import { FIRST_GROUP_OF_FIELD, GROUPS, groupOfShape } from './groups.ts';
import type { RecordEvidence } from './record-evidence.ts';
import {
  LAMBDA,
  LAMBDA_RECORDS,
  LN_BAD,
  LN_GOOD,
  NGRAMS,
  START,
  SUM_COUNT,
  SYMBOLS,
  UNSEEN,
} from './sequence.ts';
import { type NgramMeasure, type SymbolRange, strongestNgram } from './strongest-ngram.ts';

/** One reason: a token, or a part of a text, and what it adds. */
export interface Explained {
  /** Evidence group; or `prior`, `rest`, `threat`, `calibration`. */
  group: string;
  /** Empty for `prior`, `rest`, `threat`, `calibration`. */
  field: string;
  /** A category's token, or the part of the text; of `threat` whether it is rather `known` or `unknown`. */
  token: string;
  /** Nats towards bad. */
  contribution: number;
  /** Of a segment: the n-gram of the field that weighs most, whose counts can be looked up. */
  ngram?: string | undefined;
}

/** A reason that still knows where it stands in its text. */
interface Reason extends Explained {
  place?: { text: string; range: SymbolRange; kind: EvidenceKind } | undefined;
}

/** Shown for the segment of an empty text: nothing but its end. */
const EMPTY_SEGMENT = '␃';

/** Which n-gram stands behind a segment's kind of evidence. */
const MEASURES: Readonly<Record<EvidenceKind, NgramMeasure>> = {
  likelihood: 'lambda',
  surprise: 'surprise',
  log_odds: 'lambda',
  log_odds_records: 'lambda-records',
  unseen: 'surprise',
  worst_likelihood: 'lambda',
  worst_surprise: 'surprise',
  worst_log_odds: 'lambda',
  worst_log_odds_records: 'lambda-records',
  worst_unseen: 'surprise',
};

/**
 * The n reasons that weigh most, strongest first; reasons of one group, field and token are one.
 * @param weights what each of GROUPS weighs in the record    @param n ≥ 0
 */
export function strongestReasons(
  evidence: RecordEvidence,
  weights: Float64Array,
  observations: Observations,
  n: number,
): Explained[] {
  const reasons = new Map<string, Reason>();
  const add = (reason: Reason) => {
    if (reason.contribution === 0) return;
    const name = `${reason.group}\n${reason.field}\n${reason.token}`;
    const same = reasons.get(name);
    if (same === undefined) reasons.set(name, reason);
    else same.contribution += reason.contribution;
  };
  evidence.beginRecord();
  for (const sequence of observations.sequences) addText(add, evidence, weights, sequence);
  for (const observation of observations.shape) {
    const group = groupOfShape(observation.field);
    const contribution =
      (weights[group] as number) * evidence.creditOfGroup(group) * evidence.lambdaOf(observation);
    add({ group: GROUPS[group] as string, ...observation, contribution });
  }
  for (const observation of observations.categories) addCategory(add, evidence, weights, observation);
  return [...reasons.values()]
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, n)
    .map(reason => withNgram(reason, evidence));
}

type Add = (reason: Reason) => void;

/** What a category's weight adds, and what its surprise does. */
function addCategory(
  add: Add,
  evidence: RecordEvidence,
  weights: Float64Array,
  observation: CategoryObservation,
): void {
  const groups = evidence.lookUp(observation);
  for (const [group, said] of [
    [groups.weight, evidence.lambda],
    [groups.surprise, evidence.surprise],
  ] as const) {
    const contribution = (weights[group] as number) * evidence.creditOfGroup(group) * said;
    add({ group: GROUPS[group] as string, ...observation, contribution });
  }
}

function addText(
  add: Add,
  evidence: RecordEvidence,
  weights: Float64Array,
  { field, text, core = 0 }: SequenceObservation,
): void {
  const of = evidence.textOf(field);
  const first = FIRST_GROUP_OF_FIELD.get(field);
  if (of === undefined || first === undefined) return;
  const segments = of.read(text, core);
  for (const [index, kind] of EVIDENCE_KINDS.entries()) {
    const weight = weights[first + index] as number;
    for (let segment = 0; segment < segments; segment++) {
      const range = rangeOf(of, segment);
      add({
        group: GROUPS[first + index] as string,
        field,
        token: segmentText(text, range),
        contribution: weight * shareOf(of, index, segment, core),
        place: { text, range, kind },
      });
    }
  }
}

/** What a segment adds to one kind of its text's evidence; over all segments it sums to the evidence. */
function shareOf(of: SequenceEvidence, kind: number, segment: number, coreStart: number): number {
  const start = of.reader.sums[segment * SUM_COUNT + START] as number;
  if (kind >= WHOLE_KIND_COUNT) {
    return of.worstStart[kind - WHOLE_KIND_COUNT] === start ? (of.kinds[kind] as number) : 0;
  }
  const { scale } = of;
  const speaksCore = of.isOfCore[kind] === 1;
  if (speaksCore && start < coreStart) return 0;
  const whole = speaksCore ? of.core : of.whole;
  const sum = (which: number) => of.reader.sums[segment * SUM_COUNT + which] as number;
  const symbols = whole[SYMBOLS] as number;
  if (kind === 0) return scale.hasBoth ? likelihoodShare(of, whole, segment) : 0;
  if (kind === 1) return scale.hasGood ? (-sum(LN_GOOD) - scale.surpriseMean * sum(SYMBOLS)) / symbols : 0;
  if (kind === 2) return scale.hasBoth ? sum(LAMBDA) / symbols : 0;
  if (kind === 3) return scale.hasBoth ? sum(LAMBDA_RECORDS) / symbols : 0;
  return scale.hasGood ? sum(UNSEEN) / (whole[NGRAMS] as number) : 0;
}

/** @param whole sums over all segments that share it */
function likelihoodShare({ reader, scale }: SequenceEvidence, whole: Float64Array, segment: number): number {
  const sum = (which: number) => reader.sums[segment * SUM_COUNT + which] as number;
  const symbols = whole[SYMBOLS] as number;
  const lnBad = whole[LN_BAD] as number;
  const lnUniform = -symbols * scale.lnAlphabet;
  const lnMixed = scale.lnBadMixed(lnBad, symbols);
  const unknown = scale.unknownShare(lnBad, symbols);
  const constant = lnMixed - (1 - unknown) * lnBad - unknown * lnUniform;
  const length = sum(SYMBOLS) / symbols;
  const share = (1 - unknown) * sum(LN_BAD) + length * (unknown * lnUniform + constant) - sum(LN_GOOD);
  return (creditOf(lnMixed - (whole[LN_GOOD] as number), LIKELIHOOD_CREDIT) * share) / Math.sqrt(symbols);
}

function rangeOf({ reader }: SequenceEvidence, segment: number): SymbolRange {
  const start = reader.sums[segment * SUM_COUNT + START] as number;
  return { start, end: start + (reader.sums[segment * SUM_COUNT + SYMBOLS] as number) };
}

/** The segment without the separator or end mark that ends it, unless that is all there is. */
function segmentText(text: string, { start, end }: SymbolRange): string {
  return text.slice(start, end - 1) || text.slice(start, end) || EMPTY_SEGMENT;
}

function withNgram({ place, ...reason }: Reason, evidence: RecordEvidence): Explained {
  const of = evidence.textOf(reason.field);
  if (place === undefined || of === undefined) return reason;
  const sign = reason.contribution > 0 ? 1 : -1;
  const ngram = strongestNgram(of.reader.automaton, place.text, place.range, MEASURES[place.kind], sign);
  return ngram === undefined ? reason : { ...reason, ngram };
}

/**
 * What the sums over a text's symbols say, in five kinds of evidence; each once for the whole text, and once for its
 * worst segment, so that padding hides nothing. Evidence is in nats (unseen: a share), positive towards bad. Of a text that has a
 * core (the registrable domain of a host name), the whole is what says more of the two, all of it or its core: whoever
 * generates domains puts before them what he likes, and means over all of the name turn (docs/adr/0018-core.md).
 *
 *   likelihood        {ln[(1−ε)·P_bad(x) + ε·64^−L] − ln P_good(x)} / √L
 *   surprise          −ln P_good(x) / L, less its mean over the good
 *   log_odds          mean over positions of Σλ of the 1- to 4-grams that end there, bad against good episodes
 *   log_odds_records  the same, bad episodes against good records
 *   unseen            the share of those n-grams that were never seen
 *
 * L counts the end mark. The means of the worst segment are drawn to 0 by SEGMENT_SHRINKAGE: the largest of several means
 * is else that of the shortest segment, whatever it says (docs/adr/0006-worst-segment.md). The likelihood of a whole
 * text is halved where it speaks for the good (docs/adr/0021-innocence.md). Likelihood and log-odds are 0 until both classes hold
 * something in the field, surprise and unseen until the good does.
 */
import { logAddExp, sigmoid } from './log-odds.ts';
import type { Automaton } from './model.ts';
import {
  LAMBDA,
  LAMBDA_RECORDS,
  LN_BAD,
  LN_GOOD,
  NGRAMS,
  type SegmentSink,
  type SequenceReader,
  START,
  SUM_COUNT,
  SYMBOLS,
  TOKEN_SYMBOLS_MAX,
  UNSEEN,
} from './sequence.ts';
import { SYMBOL_COUNT } from './symbols.ts';

/** Kinds of evidence of a text, whole first, in the order in which they are written. */
export const EVIDENCE_KINDS = [
  'likelihood',
  'surprise',
  'log_odds',
  'log_odds_records',
  'unseen',
  'worst_likelihood',
  'worst_surprise',
  'worst_log_odds',
  'worst_log_odds_records',
  'worst_unseen',
] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];
export const KIND_COUNT = EVIDENCE_KINDS.length;
/** Kinds of the whole text; as many follow for the worst segment. */
export const WHOLE_KIND_COUNT = 5;

/**
 * Of the arithmetic that makes scores of counts and parameters, calibrations among them: part of the model id. Whoever changes that
 * arithmetic, or a constant in it, raises this; test/bayes/evidence-version.test.ts shows where it was forgotten.
 */
export const EVIDENCE_VERSION = 7;

/**
 * Share of the likelihood of a whole text that counts where it speaks for the good: the bad that it is held against is of the
 * incidents that somebody marked, and the next one need not look like them (docs/adr/0021-innocence.md).
 */
export const LIKELIHOOD_CREDIT = 0.5;
/** The same of Σλ over what tells of cores. */
export const CORE_CREDIT = 0.25;

/**
 * By what evidence is multiplied that may be too sure of the good.
 * @param credit of what speaks for the good    @example creditOf(−3, 0.25) // 0.25 @example creditOf(3, 0.25) // 1
 */
export function creditOf(nats: number, credit: number): number {
  return nats < 0 ? credit : 1;
}

/**
 * What is counted of all that tells of cores once more was added to it.
 * @param counted before, in nats    @param added nats, before any credit
 * @example coreWith(-1, 3) // −4 + 3 = −1, of which a quarter counts: −0.25 @example coreWith(-1, 6) // 2
 */
export function coreWith(counted: number, added: number): number {
  const all = counted / creditOf(counted, CORE_CREDIT) + added;
  return creditOf(all, CORE_CREDIT) * all;
}

/**
 * Symbols that say nothing, thought to stand beside those of a segment: its means are Σ / (L + 8). Likelihood has √L already.
 * @example the two letters and end mark of a top-level domain, Σλ = 6: 6 / (3 + 8) = 0.55 where the mean is 2
 */
export const SEGMENT_SHRINKAGE = 8;

/** Turns sums into evidence, for one field of one model. */
export class EvidenceScale {
  readonly hasGood: boolean;
  readonly hasBoth: boolean;
  readonly surpriseMean: number;
  readonly lnAlphabet = Math.log(SYMBOL_COUNT);
  readonly #lnKnown: number;
  readonly #lnUnknown: number;

  /** @param epsilon share of the unknown threat, in [0, 1] */
  constructor({ totals, goodSurpriseMean }: Automaton, epsilon: number) {
    this.hasGood = totals.goodRecords > 0;
    this.hasBoth = this.hasGood && totals.badEpisodes > 0;
    this.surpriseMean = goodSurpriseMean;
    this.#lnKnown = Math.log(1 - epsilon);
    this.#lnUnknown = Math.log(epsilon);
  }

  /**
   * ln of the bad likelihood with an unknown threat: `ln[(1−ε)·e^lnBad + ε·64^−L]`, without leaving the exponent's range.
   * @example ε = 0.01, lnBad = −1000, L = 2: ln 0.01 − 2·ln 64 = −12.92
   */
  lnBadMixed(lnBad: number, symbols: number): number {
    return logAddExp(this.#lnKnown + lnBad, this.#lnUnknown - symbols * this.lnAlphabet);
  }

  /** P(the unknown threat speaks | bad): its share of the mixture, in [0, 1]. */
  unknownShare(lnBad: number, symbols: number): number {
    return sigmoid(this.#lnUnknown - symbols * this.lnAlphabet - (this.#lnKnown + lnBad));
  }

  /**
   * Writes the five kinds of one row of sums.
   * @param at index of the first in `into`    @param shrinkage symbols that draw the means to 0, ≥ 0
   */
  write(sums: Float64Array, from: number, into: Float64Array, at: number, shrinkage: number): void {
    const symbols = sums[from + SYMBOLS] as number;
    const shrunk = symbols + shrinkage;
    const lnGood = sums[from + LN_GOOD] as number;
    const { hasBoth, hasGood } = this;
    into[at] = hasBoth
      ? (this.lnBadMixed(sums[from + LN_BAD] as number, symbols) - lnGood) / Math.sqrt(symbols)
      : 0;
    into[at + 1] = hasGood ? (-lnGood - this.surpriseMean * symbols) / shrunk : 0;
    into[at + 2] = hasBoth ? (sums[from + LAMBDA] as number) / shrunk : 0;
    into[at + 3] = hasBoth ? (sums[from + LAMBDA_RECORDS] as number) / shrunk : 0;
    const ngrams = (sums[from + NGRAMS] as number) + TOKEN_SYMBOLS_MAX * shrinkage;
    into[at + 4] = hasGood ? (sums[from + UNSEEN] as number) / ngrams : 0;
  }
}

/** Reads texts of one field and tells their evidence. Its arrays hold what was read last. */
export class SequenceEvidence implements SegmentSink {
  readonly reader: SequenceReader;
  readonly scale: EvidenceScale;
  /** Rows of the ten kinds, in the order of EVIDENCE_KINDS, one a text. */
  kinds = new Float64Array(0);
  /** Rows of where the segment starts that is worst, for each kind of the whole text. */
  worstStart = new Uint32Array(0);
  /** Rows of the sums over all segments, and over those of the core. */
  whole = new Float64Array(0);
  core = new Float64Array(0);
  /** Rows of whether the core is what says more, for each kind of the whole text: 0 or 1. */
  isOfCore = new Uint8Array(0);
  /** Where the cores of the texts begin that are being read; 0 where a text has none. */
  #coreStarts: readonly number[] = [];
  readonly #segment = new Float64Array(WHOLE_KIND_COUNT);

  constructor(reader: SequenceReader, epsilon: number) {
    this.reader = reader;
    this.scale = new EvidenceScale(reader.automaton, epsilon);
  }

  /**
   * Reads one text; its evidence is then in `kinds`, the sums of its segments in `reader.sums`.
   * @param coreStart where its core begins; 0 where it has none    @returns segments
   */
  read(text: string, coreStart = 0): number {
    const { reader } = this;
    this.#begin([coreStart]);
    const segments = reader.read(text);
    for (let segment = 0; segment < segments; segment++) {
      this.addSegment(0, reader.sums, segment * SUM_COUNT);
    }
    this.#finish();
    return segments;
  }

  /**
   * Reads texts; their evidence is then in `kinds`, a row each, the same as if each were read alone.
   * @param coreStarts of each text
   */
  readAll(texts: readonly string[], coreStarts: readonly number[]): void {
    this.#begin(coreStarts);
    this.reader.readAll(texts, this);
    this.#finish();
  }

  addSegment(text: number, sums: Float64Array, at: number): void {
    const { scale, kinds, worstStart, whole, core } = this;
    const segment = this.#segment;
    const start = sums[at + START] as number;
    const coreStart = this.#coreStarts[text] as number;
    const row = text * SUM_COUNT;
    for (let sum = 0; sum <= SYMBOLS; sum++)
      whole[row + sum] = (whole[row + sum] as number) + (sums[at + sum] as number);
    if (coreStart > 0 && start >= coreStart) {
      for (let sum = 0; sum <= SYMBOLS; sum++)
        core[row + sum] = (core[row + sum] as number) + (sums[at + sum] as number);
    }
    scale.write(sums, at, segment, 0, SEGMENT_SHRINKAGE);
    const worst = text * KIND_COUNT + WHOLE_KIND_COUNT;
    for (let kind = 0; kind < WHOLE_KIND_COUNT; kind++) {
      if (start > 0 && !((segment[kind] as number) > (kinds[worst + kind] as number))) continue;
      kinds[worst + kind] = segment[kind] as number;
      worstStart[text * WHOLE_KIND_COUNT + kind] = start;
    }
  }

  /** Makes room for texts, and their sums 0. */
  #begin(coreStarts: readonly number[]): void {
    this.#coreStarts = coreStarts;
    const texts = coreStarts.length;
    if (this.whole.length < texts * SUM_COUNT) {
      this.kinds = new Float64Array(texts * KIND_COUNT);
      this.worstStart = new Uint32Array(texts * WHOLE_KIND_COUNT);
      this.isOfCore = new Uint8Array(texts * WHOLE_KIND_COUNT);
      this.whole = new Float64Array(texts * SUM_COUNT);
      this.core = new Float64Array(texts * SUM_COUNT);
    } else {
      this.whole.fill(0, 0, texts * SUM_COUNT);
      this.core.fill(0, 0, texts * SUM_COUNT);
    }
  }

  #finish(): void {
    for (let text = 0; text < this.#coreStarts.length; text++) {
      this.scale.write(this.whole, text * SUM_COUNT, this.kinds, text * KIND_COUNT, 0);
      this.isOfCore.fill(0, text * WHOLE_KIND_COUNT, (text + 1) * WHOLE_KIND_COUNT);
      if ((this.#coreStarts[text] as number) > 0) this.#raiseToCore(text);
      const likelihood = this.kinds[text * KIND_COUNT] as number;
      this.kinds[text * KIND_COUNT] = creditOf(likelihood, LIKELIHOOD_CREDIT) * likelihood;
    }
  }

  /** Lets the core speak where it says more than the whole. */
  #raiseToCore(text: number): void {
    const { kinds, isOfCore, core } = this;
    // A core that begins within a segment holds none whole.
    if ((core[text * SUM_COUNT + SYMBOLS] as number) === 0) return;
    const said = this.#segment;
    this.scale.write(core, text * SUM_COUNT, said, 0, 0);
    for (let kind = 0; kind < WHOLE_KIND_COUNT; kind++) {
      if (!((said[kind] as number) > (kinds[text * KIND_COUNT + kind] as number))) continue;
      kinds[text * KIND_COUNT + kind] = said[kind] as number;
      isOfCore[text * WHOLE_KIND_COUNT + kind] = 1;
    }
  }
}

/**
 * The evidence of DESIGN section 4 as it is written there: maps of n-grams, recursion, no tricks. Slow on purpose: it is
 * what the compiled automaton of src/bayes is measured against, and where a change of the statistics is tried first.
 *
 * 1. Witten and Bell, The zero-frequency problem, IEEE Trans. Information Theory 37 (1991): the back-off, method C.
 * 2. Good is counted by records, bad by episodes; a token counts once in each.
 */
import { type Observations, SEGMENT_SEPARATORS, type SequenceField } from '../../src/domain/observation.ts';

/** Symbols of the shared table (|Σ|): a-z, 0-9, 26 marks, other, end. */
export const ALPHABET = 64;
export const OTHER = 62;
export const END = 63;
const PLAIN = 'abcdefghijklmnopqrstuvwxyz0123456789.-_/%=+&?;:,!@#$*()\'"<>~|';
/** Longest context, in symbols. */
export const ORDER = 4;
/** Longest n-gram that has a λ. */
const TOKEN_ORDER = 4;
const EPSILON = 0.01;
const TAU_SQUARED = 2;

const SYMBOLS = new Map([...PLAIN].map((character, symbol) => [character, symbol]));

/** Symbols of a text, upper case folded, with the end mark. @example symbolsOf('a.') // [0, 36, 63] */
export function symbolsOf(text: string): number[] {
  const symbols: number[] = [];
  for (const character of text.toLowerCase()) symbols.push(SYMBOLS.get(character) ?? OTHER);
  symbols.push(END);
  return symbols;
}

/** An n-gram as a number: base 64 behind a leading 1, so that lengths never mix. @example gramOf([0, 36], 0, 2) // 4132 */
export function gramOf(symbols: readonly number[], start: number, end: number): number {
  let gram = 1;
  for (let index = start; index < end; index++) gram = gram * ALPHABET + (symbols[index] ?? OTHER);
  return gram;
}

/** The distinct 1- to 5-grams of the texts of one record or episode. */
function gramsOf(texts: Iterable<readonly number[]>): Set<number> {
  const grams = new Set<number>();
  for (const symbols of texts) {
    for (let end = 1; end <= symbols.length; end++) {
      for (let start = Math.max(0, end - 1 - ORDER); start < end; start++)
        grams.add(gramOf(symbols, start, end));
    }
  }
  return grams;
}

/** Records or episodes that hold each token, and how many there are at all (N). */
export class Presence {
  readonly counts = new Map<number | string, number>();
  total = 0;

  add(tokens: Iterable<number | string>): void {
    this.total++;
    for (const token of tokens) this.counts.set(token, (this.counts.get(token) ?? 0) + 1);
  }

  of(token: number | string): number {
    return this.counts.get(token) ?? 0;
  }
}

/** P(s | h) from one table of n-gram counts. */
class CharacterModel {
  readonly #presence: Presence;
  readonly #contexts = new Map<number, { sum: number; distinct: number }>();

  constructor(presence: Presence) {
    this.#presence = presence;
    for (const [gram, count] of presence.counts) {
      if (typeof gram !== 'number' || count < 0.5) continue;
      const context = Math.floor(gram / ALPHABET);
      const known = this.#contexts.get(context) ?? { sum: 0, distinct: 0 };
      known.sum += count;
      known.distinct++;
      this.#contexts.set(context, known);
    }
  }

  /** ln P of the symbol at `index` given up to ORDER symbols before it. */
  logProbability(symbols: readonly number[], index: number): number {
    let probability = 1 / ALPHABET;
    for (let start = index; start >= Math.max(0, index - ORDER); start--) {
      const context = this.#contexts.get(gramOf(symbols, start, index));
      if (context === undefined) break;
      const count = this.#presence.of(gramOf(symbols, start, index + 1));
      probability = (count + context.distinct * probability) / (context.sum + context.distinct);
    }
    return Math.log(probability);
  }

  /** −Σ n·ln P / Σ n over the longest n-grams. */
  meanSurprise(): number {
    let sum = 0;
    let weight = 0;
    for (const [gram, count] of this.#presence.counts) {
      if (typeof gram !== 'number' || gram < ALPHABET ** (ORDER + 1)) continue;
      sum -= count * this.logProbability(symbolsOfGram(gram), ORDER);
      weight += count;
    }
    return weight === 0 ? 0 : sum / weight;
  }
}

function symbolsOfGram(gram: number): number[] {
  const symbols: number[] = [];
  for (let rest = gram; rest > 1; rest = Math.floor(rest / ALPHABET)) symbols.unshift(rest % ALPHABET);
  return symbols;
}

/**
 * λ: C⁺ − (C⁺+C⁻)·σ(λ+o) − λ/τ² = 0 with o = ln(N⁺/N⁻), by bisection; 0 while N⁺ or N⁻ is 0.
 * @example logOdds(5, 1, 10, 10) // 1.1136…
 */
export function logOdds(bad: number, good: number, badTotal: number, goodTotal: number): number {
  if (badTotal === 0 || goodTotal === 0) return 0;
  const offset = Math.log(badTotal / goodTotal);
  let low = -TAU_SQUARED * (bad + good) - 1;
  let high = -low;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    const slope = bad - (bad + good) / (1 + Math.exp(-(middle + offset))) - middle / TAU_SQUARED;
    if (slope > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** One learnt record: what was seen in it, and the episode in which it counts once. */
export interface Lesson {
  observations: Observations;
  bad: boolean;
  /** Episode of the good count and of the bad count; equal names are one episode. */
  episode: string;
}

/** Which unit counts as one in P_good, P_bad and in the category λ: the question of docs/adr/0002. */
export interface Units {
  good: 'records' | 'episodes';
  bad: 'records' | 'episodes';
}

interface FieldCounts {
  goodRecords: Presence;
  goodEpisodes: Presence;
  badRecords: Presence;
  badEpisodes: Presence;
}

interface CompiledField extends FieldCounts {
  good: CharacterModel;
  bad: CharacterModel;
  meanSurprise: number;
  steps: Map<number, Step>;
}

/** What one symbol of a text says: ln P under good and bad, Σλ of the n-grams that end there, and how many are unseen. */
interface Step {
  good: number;
  bad: number;
  episodes: number;
  records: number;
  unseen: number;
  grams: number;
}

export type Evidence = Record<string, number>;

/** Learns once, then tells the evidence of records. */
export class ReferenceModel {
  readonly #sequences = new Map<SequenceField, CompiledField>();
  readonly #categories: FieldCounts & { fields: FieldCounts };
  readonly #units: Units;
  readonly #lambdas = new Map<string, number>();

  constructor(lessons: readonly Lesson[], units: Units = { good: 'records', bad: 'episodes' }) {
    this.#units = units;
    const fields = new Set(lessons.flatMap(lesson => lesson.observations.sequences.map(one => one.field)));
    for (const field of fields) {
      const counts = countPresence(lessons, observations => {
        const texts = observations.sequences.filter(one => one.field === field);
        return texts.length === 0 ? null : gramsOf(texts.map(one => symbolsOf(one.text)));
      });
      const good = new CharacterModel(units.good === 'records' ? counts.goodRecords : counts.goodEpisodes);
      const bad = new CharacterModel(units.bad === 'records' ? counts.badRecords : counts.badEpisodes);
      this.#sequences.set(field, {
        ...counts,
        good,
        bad,
        meanSurprise: good.meanSurprise(),
        steps: new Map(),
      });
    }
    const tokensOf = (observations: Observations) => [...observations.shape, ...observations.categories];
    this.#categories = {
      ...countPresence(
        lessons,
        observations => new Set(tokensOf(observations).map(one => `${one.field}=${one.token}`)),
      ),
      fields: countPresence(lessons, observations => new Set(tokensOf(observations).map(one => one.field))),
    };
  }

  /** Evidence by group, in nats; groups of fields that the record lacks are absent. */
  evidenceOf(observations: Observations): Evidence {
    const evidence: Evidence = {};
    for (const { field, text } of observations.sequences) {
      const counts = this.#sequences.get(field);
      if (counts !== undefined) this.#addSequence(evidence, field, counts, symbolsOf(text), text);
    }
    for (const { field, token } of observations.shape) {
      const group = `${field.slice(0, field.indexOf('#'))}.shape`;
      evidence[group] = (evidence[group] ?? 0) + this.#categoryLogOdds(field, token);
    }
    for (const { field, token } of observations.categories) {
      evidence['categories'] = (evidence['categories'] ?? 0) + this.#categoryLogOdds(field, token);
    }
    return evidence;
  }

  #addSequence(
    evidence: Evidence,
    field: SequenceField,
    counts: CompiledField,
    symbols: number[],
    text: string,
  ): void {
    const steps = symbols.map((_, index) => this.#stepOf(counts, symbols, index));
    const whole = this.#summaryOf(counts, steps);
    const segments = segmentsOf(text, SEGMENT_SEPARATORS[field]).map(([start, end]) =>
      this.#summaryOf(counts, steps.slice(start, end)),
    );
    for (const [name, value] of Object.entries(whole)) {
      evidence[`${field}.${name}`] = value;
      evidence[`${field}.worst_${name}`] = Math.max(...segments.map(one => one[name] ?? 0));
    }
  }

  /** What one symbol adds; it depends on the last five symbols only, so it is remembered by them. */
  #stepOf(counts: CompiledField, symbols: readonly number[], index: number): Step {
    const context = gramOf(symbols, Math.max(0, index - ORDER), index + 1);
    const known = counts.steps.get(context);
    if (known !== undefined) return known;
    const bad = this.#units.bad === 'records' ? counts.badRecords : counts.badEpisodes;
    const good = this.#units.bad === 'records' ? counts.goodRecords : counts.goodEpisodes;
    const step: Step = {
      good: counts.good.logProbability(symbols, index),
      bad: counts.bad.logProbability(symbols, index),
      episodes: 0,
      records: 0,
      unseen: 0,
      grams: 0,
    };
    for (let start = index; start >= Math.max(0, index + 1 - TOKEN_ORDER); start--) {
      const gram = gramOf(symbols, start, index + 1);
      step.episodes += this.#logOddsOf(gram, bad, good);
      step.records += this.#logOddsOf(gram, bad, counts.goodRecords);
      step.grams++;
      if (counts.goodRecords.of(gram) === 0 && counts.badRecords.of(gram) === 0) step.unseen++;
    }
    counts.steps.set(context, step);
    return step;
  }

  #summaryOf(counts: CompiledField, steps: readonly Step[]): Record<string, number> {
    const sum = (of: (step: Step) => number) => steps.reduce((total, step) => total + of(step), 0);
    const length = steps.length;
    const good = sum(step => step.good);
    const learntGood = counts.goodRecords.total > 0;
    const learntBad = counts.badRecords.total > 0;
    return {
      likelihood:
        learntGood && learntBad
          ? (withUnknown(
              sum(step => step.bad),
              length,
            ) -
              good) /
            Math.sqrt(length)
          : 0,
      surprise: learntGood ? -good / length - counts.meanSurprise : 0,
      log_odds: sum(step => step.episodes) / length,
      log_odds_records: sum(step => step.records) / length,
      unseen: learntGood || learntBad ? sum(step => step.unseen) / sum(step => step.grams) : 0,
    };
  }

  #categoryLogOdds(field: string, token: string): number {
    const { fields } = this.#categories;
    const name = `${field}=${token}`;
    const [bad, badTotal] =
      this.#units.bad === 'records'
        ? [this.#categories.badRecords.of(name), fields.badRecords.of(field)]
        : [this.#categories.badEpisodes.of(name), fields.badEpisodes.of(field)];
    const [good, goodTotal] =
      this.#units.bad === 'records'
        ? [this.#categories.goodRecords.of(name), fields.goodRecords.of(field)]
        : [this.#categories.goodEpisodes.of(name), fields.goodEpisodes.of(field)];
    return this.#remembered(bad, good, badTotal, goodTotal);
  }

  #logOddsOf(gram: number, bad: Presence, good: Presence): number {
    return this.#remembered(bad.of(gram), good.of(gram), bad.total, good.total);
  }

  #remembered(bad: number, good: number, badTotal: number, goodTotal: number): number {
    const key = `${bad} ${good} ${badTotal} ${goodTotal}`;
    const known = this.#lambdas.get(key);
    if (known !== undefined) return known;
    const value = logOdds(bad, good, badTotal, goodTotal);
    this.#lambdas.set(key, value);
    return value;
  }
}

/** ln{(1−ε)·P + ε·|Σ|^−L} from ln P. */
function withUnknown(logBad: number, length: number): number {
  const known = Math.log(1 - EPSILON) + logBad;
  const unknown = Math.log(EPSILON) - length * Math.log(ALPHABET);
  const larger = Math.max(known, unknown);
  return larger + Math.log(Math.exp(known - larger) + Math.exp(unknown - larger));
}

/** [start, end) of each segment in symbols; a separator ends its segment, the end mark belongs to the last one. */
export function segmentsOf(text: string, separators: string): [number, number][] {
  const segments: [number, number][] = [];
  let start = 0;
  const characters = [...text.toLowerCase()];
  for (const [index, character] of characters.entries()) {
    if (!separators.includes(character)) continue;
    segments.push([start, index + 1]);
    start = index + 1;
  }
  segments.push([start, characters.length + 1]);
  return segments;
}

/** Presence of tokens by class and unit; records for which `tokensOf` gives null do not count. */
function countPresence(
  lessons: readonly Lesson[],
  tokensOf: (observations: Observations) => Set<number | string> | Set<number> | Set<string> | null,
): FieldCounts {
  const counts = {
    goodRecords: new Presence(),
    goodEpisodes: new Presence(),
    badRecords: new Presence(),
    badEpisodes: new Presence(),
  };
  const episodes = {
    good: new Map<string, Set<number | string>>(),
    bad: new Map<string, Set<number | string>>(),
  };
  for (const { observations, bad, episode } of lessons) {
    const tokens = tokensOf(observations);
    if (tokens === null) continue;
    (bad ? counts.badRecords : counts.goodRecords).add(tokens);
    const held = bad ? episodes.bad : episodes.good;
    const known = held.get(episode) ?? new Set();
    for (const token of tokens) known.add(token);
    held.set(episode, known);
  }
  for (const tokens of episodes.good.values()) counts.goodEpisodes.add(tokens);
  for (const tokens of episodes.bad.values()) counts.badEpisodes.add(tokens);
  return counts;
}

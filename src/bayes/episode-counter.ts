/**
 * Counts one pass of learning: what changes when some records of some episodes change class.
 *
 * A token counts once in a record, in the class of the record; and once in an episode, for each class of which at least
 * one record of the episode holds it. That is not linear in records, so an episode that is touched is given whole, every
 * record with its class before and after, and what is counted is after minus before.
 * The hot path of learning: instead of sets, each token remembers the last record and episode that counted it.
 */
import type { RecordClass } from '../domain/label.ts';
import { SEQUENCE_SYMBOLS_MAX } from '../domain/limits.ts';
import type { CategoryObservation, Observations } from '../domain/observation.ts';
import { mix32, TokenHash, UNIT_COUNT } from './content-hash.ts';
import { Counts, RECORD_FIELD, sumOfBlocks } from './counts.ts';
import { encodeBlocks } from './counts-codec.ts';
import { CategoryCounts, type FieldCounts, NgramCounts } from './field-counts.ts';
import { PRESENCE_KEY } from './ngrams.ts';
import { END, SYMBOL_BITS, symbolOf } from './symbols.ts';

export interface ChunkSelection {
  /** Only tokens whose hash mod chunks is this are counted, 0 to chunks − 1. */
  chunk: number;
  /** 1 counts all. */
  chunks: number;
}

export interface CountedEpisodes {
  /** counts-codec.ts */
  counts: Uint8Array;
  /** Their addend to the model id, 32 hex digits. */
  sum: string;
}

const AFTER_GOOD = 1;
const AFTER_BAD = 2;
const BEFORE_GOOD = 4;
const BEFORE_BAD = 8;
const CLASS_BITS = 4;

/** Which of the four presences of an episode a record stands for. */
function presencesOf(before: RecordClass, after: RecordClass): number {
  return (
    (after === 'good' ? AFTER_GOOD : after === 'bad' ? AFTER_BAD : 0) |
    (before === 'good' ? BEFORE_GOOD : before === 'bad' ? BEFORE_BAD : 0)
  );
}

/** A field on the day of the current episode: its counts, and which record and episode counted each row last. */
interface FieldOfDay<C extends FieldCounts = FieldCounts> {
  field: string;
  counts: C;
  /** Two numbers a row: the last record; the last episode above the presences it has seen. */
  stamps: Uint32Array;
  /** Row of the presence token, or −1 where another chunk counts it. */
  presence: number;
}

/**
 * @example
 * const counter = new EpisodeCounter({ chunk: 0, chunks: 1 });
 * counter.beginEpisode(19_831);
 * counter.addRecord(observations, 'none', 'bad');
 * counter.endEpisode();
 * counter.finish(); // every token of the record: badRecords +1, badEpisodes +1
 */
export class EpisodeCounter {
  readonly #selection: ChunkSelection;
  readonly #counts = new Counts();
  readonly #hash = new TokenHash();
  readonly #days = new Map<number, Map<string, FieldOfDay>>();
  #fields: Map<string, FieldOfDay> | undefined;
  #day = 0;
  /** Numbers of the current record and episode, from 1; records left as they are have none. */
  #record = 0;
  #episode = 0;
  /** What the current record changes. */
  #goodRecords = 0;
  #badRecords = 0;
  #presences = 0;

  /** @throws RangeError unless 0 ≤ chunk < chunks, both integers */
  constructor(selection: ChunkSelection = { chunk: 0, chunks: 1 }) {
    const { chunk, chunks } = selection;
    if (!Number.isInteger(chunk) || !Number.isInteger(chunks) || chunk < 0 || chunk >= chunks) {
      throw new RangeError(`there is no chunk ${chunk} of ${chunks}`);
    }
    this.#selection = selection;
  }

  /** Rows counted so far: distinct tokens a day. */
  get rows(): number {
    return this.#counts.size;
  }

  /** @param day UTC day of the episode's records, days since the epoch; −1 undated */
  beginEpisode(day: number): void {
    if (this.#fields !== undefined) throw new Error('an episode began inside another');
    let fields = this.#days.get(day);
    if (fields === undefined) {
      fields = new Map();
      this.#days.set(day, fields);
    }
    this.#fields = fields;
    this.#day = day;
    this.#episode++;
  }

  /** One record of the current episode: its class before this pass and after it. */
  addRecord(observations: Observations, before: RecordClass, after: RecordClass): void {
    if (this.#fields === undefined) throw new Error('a record outside an episode');
    const presences = presencesOf(before, after);
    if (presences === 0) return;
    this.#presences = presences;
    this.#goodRecords = (presences & AFTER_GOOD) - ((presences & BEFORE_GOOD) >> 2);
    this.#badRecords = ((presences & AFTER_BAD) >> 1) - ((presences & BEFORE_BAD) >> 3);
    this.#record++;
    const totals = this.#categoryField(RECORD_FIELD);
    if (totals.presence >= 0) this.#see(totals, totals.presence);
    for (const { field, text } of observations.sequences) this.#addText(this.#sequenceField(field), text);
    this.#addTokens(observations.shape);
    this.#addTokens(observations.categories);
  }

  endEpisode(): void {
    if (this.#fields === undefined) throw new Error('no episode to end');
    this.#fields = undefined;
  }

  /** The counts of all episodes so far, after minus before. */
  finish(): CountedEpisodes {
    if (this.#fields !== undefined) throw new Error('the last episode has not ended');
    const blocks = [...this.#counts.blocks()];
    return { counts: encodeBlocks(blocks), sum: sumOfBlocks(blocks).toString() };
  }

  #addTokens(tokens: readonly CategoryObservation[]): void {
    for (const { field, token } of tokens) {
      const of = this.#categoryField(field);
      if (of.presence >= 0) this.#see(of, of.presence);
      if (this.#isOurToken(field, token)) this.#see(of, of.counts.rowOf(token));
    }
  }

  /** Every n-gram of 1 to 5 symbols, as forEachNgram tells them. */
  #addText(of: FieldOfDay<NgramCounts>, text: string): void {
    if (of.presence >= 0) this.#see(of, of.presence);
    const length = Math.min(text.length, SEQUENCE_SYMBOLS_MAX);
    let tail = 0;
    for (let at = 0; at <= length; at++) {
      tail = ((tail << SYMBOL_BITS) | (at < length ? symbolOf(text.charCodeAt(at)) : END)) & 0x3fffffff;
      this.#addNgram(of, 0x40 | (tail & 0x3f));
      if (at > 0) this.#addNgram(of, 0x1000 | (tail & 0xfff));
      if (at > 1) this.#addNgram(of, 0x40000 | (tail & 0x3ffff));
      if (at > 2) this.#addNgram(of, 0x1000000 | (tail & 0xffffff));
      if (at > 3) this.#addNgram(of, 0x40000000 | tail);
    }
  }

  #addNgram(of: FieldOfDay<NgramCounts>, key: number): void {
    if (this.#isOurKey(key)) this.#see(of, of.counts.rowOf(key));
  }

  /** Counts a row for the current record, unless the record or its episode has counted it already. */
  #see(of: FieldOfDay, row: number): void {
    if (2 * row >= of.stamps.length) {
      const grown = new Uint32Array(of.counts.values.length >>> 1);
      grown.set(of.stamps);
      of.stamps = grown;
    }
    const { stamps } = of;
    if (stamps[2 * row] === this.#record) return;
    stamps[2 * row] = this.#record;
    const { values } = of.counts;
    const at = row * UNIT_COUNT;
    values[at] = (values[at] as number) + this.#goodRecords;
    values[at + 2] = (values[at + 2] as number) + this.#badRecords;

    const last = stamps[2 * row + 1] as number;
    const seen = last >>> CLASS_BITS === this.#episode ? last & 15 : 0;
    const fresh = this.#presences & ~seen;
    if (fresh === 0) return;
    values[at + 1] = (values[at + 1] as number) + (fresh & AFTER_GOOD) - ((fresh & BEFORE_GOOD) >> 2);
    values[at + 3] = (values[at + 3] as number) + ((fresh & AFTER_BAD) >> 1) - ((fresh & BEFORE_BAD) >> 3);
    stamps[2 * row + 1] = (this.#episode << CLASS_BITS) | seen | fresh;
  }

  #isOurKey(key: number): boolean {
    const { chunk, chunks } = this.#selection;
    return chunks === 1 || mix32(key) % chunks === chunk;
  }

  #isOurToken(field: string, token: string): boolean {
    const { chunk, chunks } = this.#selection;
    if (chunks === 1) return true;
    this.#hash.setToken(field, token);
    return this.#hash.low % chunks === chunk;
  }

  #sequenceField(field: string): FieldOfDay<NgramCounts> {
    const of = this.#fields?.get(field) ?? this.#openField(field);
    if (!(of.counts instanceof NgramCounts)) throw new RangeError(`${field} is no sequence field`);
    return of as FieldOfDay<NgramCounts>;
  }

  #categoryField(field: string): FieldOfDay<CategoryCounts> {
    const of = this.#fields?.get(field) ?? this.#openField(field);
    if (!(of.counts instanceof CategoryCounts)) throw new RangeError(`${field} is no category field`);
    return of as FieldOfDay<CategoryCounts>;
  }

  #openField(field: string): FieldOfDay {
    const counts = this.#counts.fieldOf(this.#day, field);
    const ours = counts instanceof NgramCounts ? this.#isOurKey(PRESENCE_KEY) : this.#isOurToken(field, '');
    const of: FieldOfDay = {
      field,
      counts,
      stamps: new Uint32Array(counts.values.length >>> 1),
      presence: ours ? counts.presenceRow() : -1,
    };
    this.#fields?.set(field, of);
    return of;
  }
}

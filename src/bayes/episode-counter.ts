/**
 * Counts one pass of learning: what changes when some records of some episodes change class.
 *
 * A token counts once in a record, in the class of the record; and once in an episode, for each class of which at least
 * one record of the episode holds it. That is not linear in records, so an episode that is touched is given whole, every
 * record with its class before and after, and what is counted is after minus before.
 * The hot path of learning: n-grams are counted many records at once (ngram-batch.ts); instead of sets, each category
 * token remembers the last record and episode that counted it.
 */
import type { RecordClass } from '../domain/label.ts';
import type { CategoryObservation, Observations } from '../domain/observation.ts';
import { TokenHash, UNIT_COUNT } from './content-hash.ts';
import { Counts, RECORD_FIELD, sumOfBlocks } from './counts.ts';
import { encodeBlocks } from './counts-codec.ts';
import { type CategoryCounts, NgramCounts } from './field-counts.ts';
import { type ChunkSelection, NgramBatch, type NgramField, ngramFieldOf } from './ngram-batch.ts';
import { BAD_CHANGE, GOOD_CHANGE, PRESENCE_BITS, PRESENCES, presencesOf } from './presences.ts';

export interface CountedEpisodes {
  /** counts-codec.ts */
  counts: Uint8Array;
  /** Their addend to the model id, 32 hex digits. */
  sum: string;
}

/** A category field on the day of the current episode: its counts, and which record and episode counted each row last. */
interface CategoryField {
  counts: CategoryCounts;
  /** Two numbers a row: the last record; the last episode above the presences it has seen. */
  stamps: Uint32Array;
  /** Row of the presence token, or −1 where another chunk counts it. */
  presence: number;
}

interface FieldsOfDay {
  categories: Map<string, CategoryField>;
  sequences: Map<string, NgramField>;
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
  readonly #ngrams: NgramBatch;
  readonly #days = new Map<number, FieldsOfDay>();
  #fields: FieldsOfDay | undefined;
  #day = 0;
  /** Numbers of the current record and episode, from 1; records left as they are have none. */
  #record = 0;
  #episode = 0;
  /** What the current record changes. */
  #goodRecords = 0;
  #badRecords = 0;
  #presences = 0;

  /**
   * @param batchRecordsMax records that are counted at once; the counts do not depend on it
   * @throws RangeError unless 0 ≤ chunk < chunks, both integers
   */
  constructor(selection: ChunkSelection = { chunk: 0, chunks: 1 }, batchRecordsMax?: number) {
    const { chunk, chunks } = selection;
    if (!Number.isInteger(chunk) || !Number.isInteger(chunks) || chunk < 0 || chunk >= chunks) {
      throw new RangeError(`there is no chunk ${chunk} of ${chunks}`);
    }
    this.#selection = selection;
    this.#ngrams = new NgramBatch(selection, batchRecordsMax);
  }

  /** Rows counted so far: distinct tokens a day. n-grams of the last records may wait (settle). */
  get rows(): number {
    return this.#counts.size;
  }

  /** @param day UTC day of the episode's records, days since the epoch; −1 undated */
  beginEpisode(day: number): void {
    if (this.#fields !== undefined) throw new Error('an episode began inside another');
    let fields = this.#days.get(day);
    if (fields === undefined) {
      fields = { categories: new Map(), sequences: new Map() };
      this.#days.set(day, fields);
    }
    this.#fields = fields;
    this.#day = day;
    this.#episode++;
    this.#ngrams.beginEpisode();
  }

  /** One record of the current episode: its class before this pass and after it. */
  addRecord(observations: Observations, before: RecordClass, after: RecordClass): void {
    if (this.#fields === undefined) throw new Error('a record outside an episode');
    const presences = presencesOf(before, after);
    if (presences === 0) return;
    this.#presences = presences;
    this.#goodRecords = GOOD_CHANGE[presences] as number;
    this.#badRecords = BAD_CHANGE[presences] as number;
    this.#record++;
    this.#ngrams.beginRecord(presences);
    const fields = this.#fields;
    const totals = this.#categoryField(fields, RECORD_FIELD);
    if (totals.presence >= 0) this.#see(totals, totals.presence);
    for (const { field, text } of observations.sequences)
      this.#ngrams.addText(this.#sequenceField(fields, field), text);
    this.#addTokens(fields, observations.shape);
    this.#addTokens(fields, observations.categories);
  }

  endEpisode(): void {
    if (this.#fields === undefined) throw new Error('no episode to end');
    this.#fields = undefined;
  }

  /** Counts what waits, so that `rows` tells all. Between episodes only. */
  settle(): void {
    if (this.#fields !== undefined) throw new Error('the last episode has not ended');
    this.#ngrams.flush();
  }

  /** The counts of all episodes so far, after minus before. */
  finish(): CountedEpisodes {
    this.settle();
    const blocks = [...this.#counts.blocks()];
    return { counts: encodeBlocks(blocks), sum: sumOfBlocks(blocks).toString() };
  }

  #addTokens(fields: FieldsOfDay, tokens: readonly CategoryObservation[]): void {
    for (const { field, token } of tokens) {
      const of = this.#categoryField(fields, field);
      if (of.presence >= 0) this.#see(of, of.presence);
      if (this.#isOurToken(field, token)) this.#see(of, of.counts.rowOf(token));
    }
  }

  /** Counts a row for the current record, unless the record or its episode has counted it already. */
  #see(of: CategoryField, row: number): void {
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
    const seen = last >>> PRESENCE_BITS === this.#episode ? last & PRESENCES : 0;
    const fresh = this.#presences & ~seen;
    if (fresh === 0) return;
    values[at + 1] = (values[at + 1] as number) + (GOOD_CHANGE[fresh] as number);
    values[at + 3] = (values[at + 3] as number) + (BAD_CHANGE[fresh] as number);
    stamps[2 * row + 1] = (this.#episode << PRESENCE_BITS) | seen | fresh;
  }

  #isOurToken(field: string, token: string): boolean {
    const { chunk, chunks } = this.#selection;
    if (chunks === 1) return true;
    this.#hash.setToken(field, token);
    return this.#hash.low % chunks === chunk;
  }

  #sequenceField(fields: FieldsOfDay, field: string): NgramField {
    let of = fields.sequences.get(field);
    if (of === undefined) {
      const counts = this.#counts.fieldOf(this.#day, field);
      if (!(counts instanceof NgramCounts)) throw new RangeError(`${field} is no sequence field`);
      of = ngramFieldOf(counts);
      fields.sequences.set(field, of);
    }
    return of;
  }

  #categoryField(fields: FieldsOfDay, field: string): CategoryField {
    let of = fields.categories.get(field);
    if (of === undefined) {
      const counts = this.#counts.fieldOf(this.#day, field);
      if (counts instanceof NgramCounts) throw new RangeError(`${field} is no category field`);
      const presence = this.#isOurToken(field, '') ? counts.presenceRow() : -1;
      of = { counts, stamps: new Uint32Array(counts.values.length >>> 1), presence };
      fields.categories.set(field, of);
    }
    return of;
  }
}

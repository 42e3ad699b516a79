/**
 * Counts the n-grams of many records at once: their places are sorted, so equal n-grams of every length stand together
 * and one walk over them counts each length. Which record and episode an n-gram was last seen in is remembered for each
 * record and episode of the batch and each length, in arrays that fit a processor's cache; the table of all n-grams, which
 * does not, is asked once for each distinct n-gram and not for every place.
 *
 * A batch is counted when it is large, wherever an episode stands: what that episode has shown is kept for each n-gram,
 * so the same counts come out however records are cut into batches.
 */
import { mix32, UNIT_COUNT } from './content-hash.ts';
import { ContextList } from './context-list.ts';
import type { NgramCounts } from './field-counts.ts';
import { NGRAM_SYMBOLS_MAX } from './ngrams.ts';
import { BAD_CHANGE, GOOD_CHANGE, PRESENCE_BITS, PRESENCES } from './presences.ts';
import { END, SYMBOL_BITS } from './symbols.ts';

/** Places of one batch: a part of a slice is planned for half as many symbols (SEGMENT_SYMBOLS_MAX). */
const PLACES_MAX = 262_144;
/** As many records as keep what is remembered of them within a cache: 36 bytes each. */
const RECORDS_MAX = 8_192;
const RECORDS_MIN = 64;
/** n-grams of 0 (presence of the field) to 5 symbols; a power of two, so that places of arrays are shifts. */
const LENGTHS = 8;
const CONTEXT_BITS = SYMBOL_BITS * NGRAM_SYMBOLS_MAX;

/** A field of a day: its counts and the places that wait to be counted. */
export interface NgramField {
  counts: NgramCounts;
  waiting: ContextList;
  /** For each row: the episode that a batch ended in the midst of, above the presences that it has shown so far. */
  unfinished: Uint32Array;
}

export function ngramFieldOf(counts: NgramCounts): NgramField {
  return { counts, waiting: new ContextList(), unfinished: new Uint32Array(0) };
}

/** Only n-grams whose hash mod chunks is chunk are counted. */
export interface ChunkSelection {
  chunk: number;
  chunks: number;
}

export function isOfChunk(key: number, { chunk, chunks }: ChunkSelection): boolean {
  return chunks === 1 || mix32(key) % chunks === chunk;
}

export class NgramBatch {
  readonly #selection: ChunkSelection;
  readonly #recordsMax: number;
  readonly #fields = new Set<NgramField>();
  #places = 0;
  /** Number of the current episode, from 1, over all batches; within the batch they count from 0. Empty ones have none. */
  #episode = 0;
  #firstEpisode = 1;
  #isEpisodeEmpty = true;
  /** Whether the batch before ended in the midst of this batch's first episode. */
  #continues = false;
  #records = 0;
  /** Of each record of the batch: its episode in the batch above its presences. */
  #standing = new Uint32Array(RECORDS_MIN);
  /** For each record and length: the group of equal n-grams that it was last seen in. */
  #seenInRecord = new Uint32Array(0);
  /** For each episode of the batch and length: the group, above the presences that it has shown there. */
  #seenInEpisode = new Uint32Array(0);
  #groups = 0;
  /** Of each length: the group of equal n-grams that is walked over, and its counts so far, in the order of UNITS. */
  readonly #group = new Uint32Array(LENGTHS);
  readonly #counts = new Int32Array(LENGTHS * UNIT_COUNT);

  /** @param recordsMax of one batch, ≥ 1; the counts do not depend on it */
  constructor(selection: ChunkSelection, recordsMax = RECORDS_MAX) {
    this.#selection = selection;
    this.#recordsMax = recordsMax;
  }

  beginEpisode(): void {
    this.#isEpisodeEmpty = true;
  }

  /** The next record of the current episode: the texts that follow are its own. */
  beginRecord(presences: number): void {
    if (this.#places >= PLACES_MAX || this.#records === this.#recordsMax) this.#count(!this.#isEpisodeEmpty);
    if (this.#records === this.#standing.length) {
      const grown = new Uint32Array(2 * this.#records);
      grown.set(this.#standing);
      this.#standing = grown;
    }
    if (this.#isEpisodeEmpty) this.#episode += 1;
    this.#isEpisodeEmpty = false;
    this.#standing[this.#records] = ((this.#episode - this.#firstEpisode) << PRESENCE_BITS) | presences;
    this.#records += 1;
  }

  addText(field: NgramField, text: string): void {
    const { waiting } = field;
    if (waiting.size === 0) this.#fields.add(field);
    const before = waiting.size;
    waiting.addText(text, this.#records - 1);
    this.#places += waiting.size - before;
  }

  /** Counts what waits. Between episodes only. */
  flush(): void {
    this.#count(false);
  }

  /** Counts the batch and begins the next one. @param endsAmidst whether more records of the last episode will follow */
  #count(endsAmidst: boolean): void {
    this.#forget();
    this.#groups = 0;
    for (const field of this.#fields) {
      this.#countField(field, endsAmidst);
      field.waiting.clear();
    }
    this.#fields.clear();
    this.#places = 0;
    this.#records = 0;
    this.#continues = endsAmidst;
    this.#firstEpisode = endsAmidst ? this.#episode : this.#episode + 1;
  }

  /** Nothing is seen yet, in as many records as there are. */
  #forget(): void {
    const length = this.#records * LENGTHS;
    if (length > this.#seenInRecord.length) {
      this.#seenInRecord = new Uint32Array(length);
      this.#seenInEpisode = new Uint32Array(length);
      return;
    }
    this.#seenInRecord.fill(0, 0, length);
    this.#seenInEpisode.fill(0, 0, length);
  }

  #countField(field: NgramField, endsAmidst: boolean): void {
    field.waiting.sort();
    const { contexts, records, size } = field.waiting;
    /** Longest n-gram of the place before: five symbols, or up to the end of its text. */
    let longest = -1;
    let before = 0;
    for (let at = 0; at < size; at++) {
      const context = contexts[at] as number;
      if (at === 0 || context !== before) {
        const shared =
          at === 0 ? -1 : ((Math.clz32(context ^ before) - (32 - CONTEXT_BITS)) / SYMBOL_BITS) | 0;
        for (let length = longest; length > shared; length--) this.#close(field, length, before, endsAmidst);
        longest = this.#open(shared + 1, context);
        before = context;
      }
      this.#see(records[at] as number, longest);
    }
    for (let length = longest; length >= 0; length--) this.#close(field, length, before, endsAmidst);
  }

  /** Begins the n-grams of this length and the longer ones. @returns the longest: END stands nowhere but last */
  #open(from: number, context: number): number {
    for (let length = from; ; length++) {
      this.#groups += 1;
      this.#group[length] = this.#groups;
      this.#counts.fill(0, length * UNIT_COUNT, (length + 1) * UNIT_COUNT);
      if (length === NGRAM_SYMBOLS_MAX) return length;
      if (length > 0 && ((context >>> (CONTEXT_BITS - length * SYMBOL_BITS)) & END) === END) return length;
    }
  }

  /** One place: its n-grams of every length, unless the record has shown them before. */
  #see(record: number, longest: number): void {
    const standing = this.#standing[record] as number;
    const presences = standing & PRESENCES;
    const goodRecords = GOOD_CHANGE[presences] as number;
    const badRecords = BAD_CHANGE[presences] as number;
    const inRecord = record * LENGTHS;
    const inEpisode = (standing >>> PRESENCE_BITS) * LENGTHS;
    const group = this.#group;
    const counts = this.#counts;
    for (let length = longest; length >= 0; length--) {
      const current = group[length] as number;
      // What it has shown of a longer n-gram it has shown of all shorter ones.
      if (this.#seenInRecord[inRecord + length] === current) return;
      this.#seenInRecord[inRecord + length] = current;
      const of = length * UNIT_COUNT;
      counts[of] = (counts[of] as number) + goodRecords;
      counts[of + 2] = (counts[of + 2] as number) + badRecords;
      const last = this.#seenInEpisode[inEpisode + length] as number;
      const shown = last >>> PRESENCE_BITS === current ? last & PRESENCES : 0;
      const fresh = presences & ~shown;
      if (fresh === 0) continue;
      counts[of + 1] = (counts[of + 1] as number) + (GOOD_CHANGE[fresh] as number);
      counts[of + 3] = (counts[of + 3] as number) + (BAD_CHANGE[fresh] as number);
      this.#seenInEpisode[inEpisode + length] = (current << PRESENCE_BITS) | shown | fresh;
    }
  }

  /** All places of an n-gram are walked over: its counts go into the table. */
  #close(field: NgramField, length: number, context: number, endsAmidst: boolean): void {
    const key = (1 << (length * SYMBOL_BITS)) | (context >>> (CONTEXT_BITS - length * SYMBOL_BITS));
    if (!isOfChunk(key, this.#selection)) return;
    const row = field.counts.rowOf(key);
    if (this.#continues || endsAmidst) this.#joinEpisode(field, row, length, endsAmidst);
    const { values } = field.counts;
    const from = length * UNIT_COUNT;
    const to = row * UNIT_COUNT;
    for (let unit = 0; unit < UNIT_COUNT; unit++)
      values[to + unit] = (values[to + unit] as number) + (this.#counts[from + unit] as number);
  }

  /** What the first episode had shown in batches before is not counted again; what the last one has shown is kept. */
  #joinEpisode(field: NgramField, row: number, length: number, endsAmidst: boolean): void {
    if (row >= field.unfinished.length) {
      const grown = new Uint32Array(field.counts.values.length / UNIT_COUNT);
      grown.set(field.unfinished);
      field.unfinished = grown;
    }
    const kept = field.unfinished[row] as number;
    const earlier = this.#continues && kept >>> PRESENCE_BITS === this.#firstEpisode ? kept & PRESENCES : 0;
    const twice = earlier & this.#shownBy(0, length);
    const goodEpisodes = length * UNIT_COUNT + 1;
    const badEpisodes = length * UNIT_COUNT + 3;
    const counts = this.#counts;
    counts[goodEpisodes] = (counts[goodEpisodes] as number) - (GOOD_CHANGE[twice] as number);
    counts[badEpisodes] = (counts[badEpisodes] as number) - (BAD_CHANGE[twice] as number);
    if (!endsAmidst) return;
    const last = this.#episode - this.#firstEpisode;
    const shown = this.#shownBy(last, length) | (last === 0 ? earlier : 0);
    field.unfinished[row] = (this.#episode << PRESENCE_BITS) | shown;
  }

  /** Presences that an episode of the batch has shown in the group of this length. */
  #shownBy(episode: number, length: number): number {
    const last = this.#seenInEpisode[episode * LENGTHS + length] as number;
    return last >>> PRESENCE_BITS === this.#group[length] ? last & PRESENCES : 0;
  }
}

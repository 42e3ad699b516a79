/**
 * Places in texts, each with the record that holds it: a place is known by its context, the symbol there and the four
 * that follow, which is all that n-grams of up to five symbols need. Sorted, equal n-grams of every length stand together.
 */
import { SEQUENCE_SYMBOLS_MAX } from '../domain/limits.ts';
import { NGRAM_SYMBOLS_MAX } from './ngrams.ts';
import { END, SYMBOL_BITS, symbolOf } from './symbols.ts';

const PLACES_MIN = 1_024;
/** Where the first symbol of a context stands; what follows the end of a text is 0. */
const FIRST_SHIFT = SYMBOL_BITS * (NGRAM_SYMBOLS_MAX - 1);
const DIGIT_BITS = 10;
const DIGITS = 1 << DIGIT_BITS;
const DIGIT_MASK = DIGITS - 1;

export class ContextList {
  size = 0;
  /** Thirty bits: five symbols, the first one highest. */
  contexts = new Uint32Array(PLACES_MIN);
  records = new Uint32Array(PLACES_MIN);
  #spareContexts = new Uint32Array(0);
  #spareRecords = new Uint32Array(0);

  /** Every place of a text, its end included. At most SEQUENCE_SYMBOLS_MAX characters are read. */
  addText(text: string, record: number): void {
    const length = Math.min(text.length, SEQUENCE_SYMBOLS_MAX);
    this.#reserve(length + 1);
    const { contexts, records } = this;
    let size = this.size;
    let context = END << FIRST_SHIFT;
    contexts[size] = context;
    records[size++] = record;
    for (let at = length - 1; at >= 0; at--) {
      context = (symbolOf(text.charCodeAt(at)) << FIRST_SHIFT) | (context >>> SYMBOL_BITS);
      contexts[size] = context;
      records[size++] = record;
    }
    this.size = size;
  }

  clear(): void {
    this.size = 0;
  }

  /** By ascending context, in the order of their records: radix sort, three digits of ten bits, least significant first. */
  sort(): void {
    if (this.#spareContexts.length !== this.contexts.length) {
      this.#spareContexts = new Uint32Array(this.contexts.length);
      this.#spareRecords = new Uint32Array(this.contexts.length);
    }
    for (let shift = 0; shift < 3 * DIGIT_BITS; shift += DIGIT_BITS) this.#sortDigit(shift);
  }

  #sortDigit(shift: number): void {
    const { contexts, records, size } = this;
    const toContexts = this.#spareContexts;
    const toRecords = this.#spareRecords;
    const starts = new Uint32Array(DIGITS);
    for (let at = 0; at < size; at++) {
      const digit = ((contexts[at] as number) >>> shift) & DIGIT_MASK;
      starts[digit] = (starts[digit] as number) + 1;
    }
    let start = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const count = starts[digit] as number;
      starts[digit] = start;
      start += count;
    }
    for (let at = 0; at < size; at++) {
      const context = contexts[at] as number;
      const digit = (context >>> shift) & DIGIT_MASK;
      const to = starts[digit] as number;
      starts[digit] = to + 1;
      toContexts[to] = context;
      toRecords[to] = records[at] as number;
    }
    this.#spareContexts = contexts;
    this.#spareRecords = records;
    this.contexts = toContexts;
    this.records = toRecords;
  }

  #reserve(places: number): void {
    let capacity = this.contexts.length;
    if (this.size + places <= capacity) return;
    while (this.size + places > capacity) capacity *= 2;
    const contexts = new Uint32Array(capacity);
    contexts.set(this.contexts);
    this.contexts = contexts;
    const records = new Uint32Array(capacity);
    records.set(this.records);
    this.records = records;
  }
}

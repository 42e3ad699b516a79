/** The settled counts of one field: whole and decayed, a row for every token that was ever counted. */
import { UNIT_COUNT } from './content-hash.ts';
import { tokenCounts } from './counts.ts';
import { ExactSums } from './exact-sums.ts';
import { isSequenceField } from './field-counts.ts';
import type { TokenCounts } from './model.ts';
import { NgramTable } from './ngram-table.ts';
import { keyOfNgram, ngramOfKey } from './ngrams.ts';
import { TokenTable } from './token-table.ts';

const ROWS_MIN = 16;
/** No day at all, before even the undated one. */
const NEVER = -2;

export class SettledField {
  /** n-gram keys of a sequence field, texts of a category field. */
  readonly table: NgramTable | TokenTable;
  /** Whole counts, four a row; exact to 2⁵³. */
  #whole = new Float64Array(ROWS_MIN * UNIT_COUNT);
  readonly #decayed = new ExactSums(ROWS_MIN * UNIT_COUNT);
  #lastDays = new Int32Array(ROWS_MIN).fill(NEVER);

  constructor(field: string) {
    this.table = isSequenceField(field) ? new NgramTable() : new TokenTable();
  }

  /** The row of a token as people read it, or −1. */
  findRow(token: string): number {
    if (this.table instanceof TokenTable) return this.table.findRow(token);
    return this.table.findRow(keyOfNgram(token) ?? 0);
  }

  tokenOf(row: number): string {
    if (this.table instanceof TokenTable) return this.table.tokens[row] as string;
    return ngramOfKey(this.table.keys[row] as number);
  }

  ngramRow(key: number): number {
    const row = (this.table as NgramTable).rowOf(key);
    this.#reserve(row);
    return row;
  }

  tokenRow(text: string): number {
    const row = (this.table as TokenTable).rowOf(text);
    this.#reserve(row);
    return row;
  }

  addWhole(row: number, unit: number, count: number): void {
    const at = row * UNIT_COUNT + unit;
    this.#whole[at] = (this.#whole[at] as number) + count;
  }

  addDecayed(row: number, unit: number, count: number, weight: number): void {
    this.#decayed.add(row * UNIT_COUNT + unit, count, weight);
  }

  clearDecayed(): void {
    this.#decayed.clear();
  }

  /** One decayed count: what compiling reads. @param unit index in UNITS */
  decayedUnit(row: number, unit: number): number {
    return this.#decayed.valueOf(row * UNIT_COUNT + unit);
  }

  wholeOf(row: number): TokenCounts {
    return tokenCounts(this.#whole, row);
  }

  decayedOf(row: number): TokenCounts {
    return {
      goodRecords: this.decayedUnit(row, 0),
      goodEpisodes: this.decayedUnit(row, 1),
      badRecords: this.decayedUnit(row, 2),
      badEpisodes: this.decayedUnit(row, 3),
    };
  }

  /** Whether all four whole counts are 0: the token was learnt and forgotten. */
  isZeroRow(row: number): boolean {
    for (let unit = 0; unit < UNIT_COUNT; unit++)
      if (this.#whole[row * UNIT_COUNT + unit] !== 0) return false;
    return true;
  }

  /** The first row with a count below 0, or −1. */
  negativeRow(): number {
    const end = this.table.size * UNIT_COUNT;
    for (let at = 0; at < end; at++) if ((this.#whole[at] as number) < 0) return Math.floor(at / UNIT_COUNT);
    return -1;
  }

  lastDayOf(row: number): number {
    return this.#lastDays[row] as number;
  }

  seenOn(row: number, day: number): void {
    if (day > (this.#lastDays[row] as number)) this.#lastDays[row] = day;
  }

  clearLastDays(): void {
    this.#lastDays.fill(NEVER);
  }

  #reserve(row: number): void {
    if (row < this.#lastDays.length) return;
    // By half, not double: these arrays are most of a node's memory.
    const rows = Math.ceil(1.5 * this.#lastDays.length);
    const whole = new Float64Array(rows * UNIT_COUNT);
    whole.set(this.#whole);
    this.#whole = whole;
    const lastDays = new Int32Array(rows).fill(NEVER);
    lastDays.set(this.#lastDays);
    this.#lastDays = lastDays;
    this.#decayed.grow(rows * UNIT_COUNT);
  }
}

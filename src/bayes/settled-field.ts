/** The settled counts of one field: whole and decayed, a row for every token that was ever counted. */
import { UNIT_COUNT } from './content-hash.ts';
import { tokenCounts } from './counts.ts';
import type { DecodedBlock } from './counts-codec.ts';
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
  /** How often its counts have changed: where it stays, they have. */
  changes = 0;

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

  /** Tells of rows whether they stand behind a token in the order of the table's sortedRows; it need not be there. */
  isAfter(token: string): (row: number) => boolean {
    const { table } = this;
    if (table instanceof TokenTable) return row => (table.tokens[row] as string) > token;
    const key = keyOfNgram(token) ?? 0;
    return row => (table.keys[row] as number) > key;
  }

  /** Adds the counts of one day. @param weight of the day: dayWeight @returns whether a count was taken away */
  addCounts(block: DecodedBlock, weight: number): boolean {
    this.changes++;
    let falls = false;
    for (let from = 0; from < block.rows; from++) {
      const row = this.#rowOf(block, from);
      const rose = this.#addRow(block.values, from * UNIT_COUNT, row * UNIT_COUNT, weight);
      if (rose) this.#seenOn(row, block.day);
      else falls = true;
    }
    return falls;
  }

  /** @returns whether no count of the row was taken away */
  #addRow(values: Int32Array, from: number, to: number, weight: number): boolean {
    let rose = true;
    for (let unit = 0; unit < UNIT_COUNT; unit++) {
      const count = values[from + unit] as number;
      if (count === 0) continue;
      if (count < 0) rose = false;
      this.#whole[to + unit] = (this.#whole[to + unit] as number) + count;
      this.#decayed.add(to + unit, count, weight);
    }
    return rose;
  }

  /** The counts of one day, which are in the sums already, weigh so much more (or less) from now on. */
  reweigh(block: DecodedBlock, difference: number): void {
    this.changes++;
    const { rows, values } = block;
    for (let from = 0; from < rows; from++) {
      const to = this.#rowOf(block, from) * UNIT_COUNT;
      for (let unit = 0; unit < UNIT_COUNT; unit++) {
        const count = values[from * UNIT_COUNT + unit] as number;
        if (count !== 0) this.#decayed.add(to + unit, count, difference);
      }
    }
  }

  /** Takes the day for the last one of all tokens of the block, unless a later one is known. */
  seenOn(block: DecodedBlock): void {
    for (let from = 0; from < block.rows; from++) this.#seenOn(this.#rowOf(block, from), block.day);
  }

  #rowOf({ keys, tokens }: DecodedBlock, index: number): number {
    const row =
      this.table instanceof NgramTable
        ? this.table.rowOf(keys[index] as number)
        : this.table.rowOf(tokens[index] as string);
    if (row >= this.#lastDays.length) this.#reserve(row);
    return row;
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

  #seenOn(row: number, day: number): void {
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

/**
 * Signed integer counts of the tokens of one field: rows of four in one typed array, found by n-gram key for sequence
 * fields and by text for categories. The token of a row never changes; a row whose counts are all 0 says nothing.
 */
import { SEQUENCE_FIELDS, type SequenceField } from '../domain/observation.ts';
import { UNIT_COUNT } from './content-hash.ts';
import { NgramTable } from './ngram-table.ts';
import { PRESENCE_KEY } from './ngrams.ts';
import { TokenTable } from './token-table.ts';

const SEQUENCES: ReadonlySet<string> = new Set(SEQUENCE_FIELDS);
const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
const ROWS_MIN = 8;

/** Whether a character model reads the field: its tokens are n-grams. */
export function isSequenceField(field: string): field is SequenceField {
  return SEQUENCES.has(field);
}

/** What both kinds of field share: the rows of counts. */
abstract class Rows {
  /** Four counts a row, in the order of UNITS. */
  values = new Int32Array(UNIT_COUNT * ROWS_MIN);
  abstract readonly size: number;

  /** Makes room for the counts of every row. */
  protected reserve(): void {
    if (this.size * UNIT_COUNT <= this.values.length) return;
    const grown = new Int32Array(2 * this.values.length);
    grown.set(this.values);
    this.values = grown;
  }

  /** Adds to one count. @throws RangeError where it would leave 32 bits: a wrapped count must never pass for one */
  add(row: number, unit: number, delta: number): void {
    const at = row * UNIT_COUNT + unit;
    const next = (this.values[at] as number) + delta;
    if (next !== (next | 0)) throw new RangeError(`a count of ${next} does not fit in 32 bits`);
    this.values[at] = next;
  }

  /** The same for what is only weighed: the count stays at the end of 32 bits that it would leave. */
  addSaturated(row: number, unit: number, delta: number): void {
    const at = row * UNIT_COUNT + unit;
    const next = (this.values[at] as number) + delta;
    this.values[at] = Math.max(INT32_MIN, Math.min(INT32_MAX, next));
  }

  /** Whether all four counts of a row are 0. */
  isZeroRow(row: number): boolean {
    const at = row * UNIT_COUNT;
    const { values } = this;
    return (
      ((values[at] as number) |
        (values[at + 1] as number) |
        (values[at + 2] as number) |
        (values[at + 3] as number)) ===
      0
    );
  }

  /** Rows that are not all 0, in the canonical order of their tokens. */
  rowsInOrder(): Uint32Array {
    const rows = this.sortedRows();
    let kept = 0;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] as number;
      if (!this.isZeroRow(row)) rows[kept++] = row;
    }
    return rows.subarray(0, kept);
  }

  /** All rows, in the canonical order of their tokens; the caller's own. */
  protected abstract sortedRows(): Uint32Array;
}

/** Counts by n-gram key; key 1 is the presence of the field. */
export class NgramCounts extends Rows {
  readonly #table = new NgramTable();

  get size(): number {
    return this.#table.size;
  }

  rowOf(key: number): number {
    const row = this.#table.rowOf(key);
    if (row * UNIT_COUNT >= this.values.length) this.reserve();
    return row;
  }

  /** −1 where the key was never counted. */
  findRow(key: number): number {
    return this.#table.findRow(key);
  }

  keyOf(row: number): number {
    return this.#table.keys[row] as number;
  }

  presenceRow(): number {
    return this.rowOf(PRESENCE_KEY);
  }

  protected sortedRows(): Uint32Array {
    return this.#table.sortedRows();
  }
}

/** Counts by the text of a token; '' is the presence of the field. */
export class CategoryCounts extends Rows {
  readonly #table = new TokenTable();

  get size(): number {
    return this.#table.size;
  }

  rowOf(token: string): number {
    const row = this.#table.rowOf(token);
    if (row * UNIT_COUNT >= this.values.length) this.reserve();
    return row;
  }

  /** −1 where the token was never counted. */
  findRow(token: string): number {
    return this.#table.findRow(token);
  }

  tokenOf(row: number): string {
    return this.#table.tokens[row] as string;
  }

  presenceRow(): number {
    return this.rowOf('');
  }

  protected sortedRows(): Uint32Array {
    return this.#table.sortedRows();
  }
}

export type FieldCounts = NgramCounts | CategoryCounts;

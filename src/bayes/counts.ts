/**
 * Counts: for each day, field and token how many records and episodes of each class hold it. Signed, because a segment
 * is counts after minus counts before; integers, because only they add up to the same whatever the order.
 */
import { hashBlock, TokenHash, UNIT_COUNT, UNITS, unitSeeds } from './content-hash.ts';
import { CategoryCounts, type FieldCounts, isSequenceField, NgramCounts } from './field-counts.ts';
import type { TokenCounts } from './model.ts';
import { isNgramKey, keyOfNgram, ngramOfKey } from './ngrams.ts';
import { Sum128 } from './sum128.ts';

/** The pseudo-field of the totals: its token '' counts every record and episode. */
export const RECORD_FIELD = 'record';

export interface CountsEntry {
  /** Days since the epoch; −1 undated. */
  day: number;
  field: string;
  /** A category's token, or an n-gram as people read it; '' is the presence of the field. */
  token: string;
  counts: TokenCounts;
}

/** Days and fields in order, with the rows that are not 0. */
export interface CountsBlock {
  day: number;
  field: string;
  counts: FieldCounts;
  /** Rows that are not all 0, in the order of their tokens; at least one. */
  rows: Uint32Array;
}

export class Counts {
  readonly #days = new Map<number, Map<string, FieldCounts>>();

  /** The counts of one field on one day, to be read or added to. @param day an integer ≥ −1 */
  fieldOf(day: number, field: string): FieldCounts {
    let fields = this.#days.get(day);
    if (fields === undefined) {
      if (!Number.isInteger(day) || day < -1) throw new RangeError(`${day} is not a day`);
      fields = new Map();
      this.#days.set(day, fields);
    }
    let counts = fields.get(field);
    if (counts === undefined) {
      counts = isSequenceField(field) ? new NgramCounts() : new CategoryCounts();
      fields.set(field, counts);
    }
    return counts;
  }

  /** Rows held, zero ones too: what the tables take in memory, and an upper bound of what an encoding holds. */
  get size(): number {
    let rows = 0;
    for (const fields of this.#days.values()) for (const counts of fields.values()) rows += counts.size;
    return rows;
  }

  /**
   * Adds counts of one token.
   * @param token a category's text, or the key of an n-gram
   * @throws RangeError where a count would leave 32 bits, or the token does not fit the field
   */
  bump(day: number, field: string, token: string | number, delta: Partial<TokenCounts>): void {
    const counts = this.fieldOf(day, field);
    const row = rowOf(counts, token);
    for (let unit = 0; unit < UNIT_COUNT; unit++)
      counts.add(row, unit, delta[UNITS[unit] as keyof TokenCounts] ?? 0);
  }

  /** Adds all of other's counts, or takes them away. `counts.add(other, 1); counts.add(other, -1)` changes nothing. */
  add(other: Counts, sign: 1 | -1 = 1): void {
    for (const block of other.blocks()) this.addBlock(block, sign);
  }

  /** Adds the rows of one block, or takes them away. */
  addBlock({ day, field, counts, rows }: CountsBlock, sign: 1 | -1 = 1): void {
    const mine = this.fieldOf(day, field);
    for (const row of rows) {
      const to = rowOf(mine, counts instanceof NgramCounts ? counts.keyOf(row) : counts.tokenOf(row));
      for (let unit = 0; unit < UNIT_COUNT; unit++) {
        mine.add(to, unit, sign * (counts.values[row * UNIT_COUNT + unit] as number));
      }
    }
  }

  /** All zero where the token was never counted on that day. @param token as in a CountsEntry */
  countsOf(day: number, field: string, token: string): TokenCounts {
    const counts = this.#days.get(day)?.get(field);
    let row = -1;
    if (counts instanceof NgramCounts) row = counts.findRow(keyOfNgram(token) ?? 0);
    else if (counts !== undefined) row = counts.findRow(token);
    return counts === undefined || row < 0 ? tokenCounts(EMPTY_ROW, 0) : tokenCounts(counts.values, row);
  }

  /** Blocks that are not all 0, by ascending day, then field. */
  *blocks(): Generator<CountsBlock> {
    for (const day of [...this.#days.keys()].sort((a, b) => a - b)) {
      const fields = this.#days.get(day);
      for (const field of [...(fields?.keys() ?? [])].sort()) {
        const counts = fields?.get(field);
        const rows = counts?.rowsInOrder() ?? new Uint32Array();
        if (counts !== undefined && rows.length > 0) yield { day, field, counts, rows };
      }
    }
  }

  /** Every token that is not all 0, by day, field, then n-gram key or token text. */
  *entries(): Generator<CountsEntry> {
    for (const { day, field, counts, rows } of this.blocks()) {
      for (const row of rows) {
        const token = counts instanceof NgramCounts ? ngramOfKey(counts.keyOf(row)) : counts.tokenOf(row);
        yield { day, field, token, counts: tokenCounts(counts.values, row) };
      }
    }
  }

  isZero(): boolean {
    return this.blocks().next().done === true;
  }

  equals(other: Counts): boolean {
    const difference = new Counts();
    difference.add(this, 1);
    difference.add(other, -1);
    return difference.isZero();
  }

  /** The first negative entry, or null. In settled sums there is none. */
  findNegative(): CountsEntry | null {
    for (const entry of this.entries()) {
      if (UNITS.some(unit => entry.counts[unit] < 0)) return entry;
    }
    return null;
  }

  /** @throws Error naming the first negative count: a defect to be shouted about, never floored */
  assertNoNegative(): void {
    const negative = this.findNegative();
    if (negative !== null) throw new Error(`negative settled counts: ${JSON.stringify(negative)}`);
  }

  /** Σ count·H(field, token, class, unit, day) mod 2¹²⁸: what these counts add to a model's id. */
  sum(): Sum128 {
    return sumOfBlocks(this.blocks());
  }
}

/** As `sum`, of blocks that are there already. */
export function sumOfBlocks(blocks: Iterable<CountsBlock>): Sum128 {
  const sum = new Sum128();
  const hash = new Uint32Array(UNIT_COUNT);
  const token = new TokenHash();
  for (const { day, field, counts, rows } of blocks) {
    const seeds = unitSeeds(field, day);
    const { values } = counts;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] as number;
      let low: number;
      let high = 0;
      if (counts instanceof NgramCounts) {
        low = counts.keyOf(row);
      } else {
        token.setToken(field, counts.tokenOf(row));
        low = token.low;
        high = token.high;
      }
      for (let unit = 0; unit < UNIT_COUNT; unit++) {
        const count = values[row * UNIT_COUNT + unit] as number;
        if (count === 0) continue;
        hashBlock(seeds[unit] as Uint32Array, low, high, hash);
        sum.add(count, hash);
      }
    }
  }
  return sum;
}

const EMPTY_ROW = new Int32Array(UNIT_COUNT);

/** The four counts of a row of typed arrays, as an object. */
export function tokenCounts(values: Int32Array | Float64Array, row: number): TokenCounts {
  const at = row * UNIT_COUNT;
  return {
    goodRecords: values[at] as number,
    goodEpisodes: values[at + 1] as number,
    badRecords: values[at + 2] as number,
    badEpisodes: values[at + 3] as number,
  };
}

function rowOf(counts: FieldCounts, token: string | number): number {
  if (counts instanceof NgramCounts) {
    if (typeof token !== 'number' || !isNgramKey(token))
      throw new RangeError(`${token} is not the key of an n-gram`);
    return counts.rowOf(token);
  }
  if (typeof token !== 'string') throw new RangeError(`${token} is not the token of a category`);
  return counts.rowOf(token);
}

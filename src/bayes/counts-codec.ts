/**
 * Counts as bytes: what a segment keeps. About four bytes an n-gram, and canonical: equal counts are equal bytes, and
 * bytes that are accepted at all are what the writer would write.
 *
 *   version (1)
 *   fields: how many, then each in ascending order: length, UTF-16 units
 *   blocks: how many, then each in ascending order of day, then field:
 *     day − day of the block before (−1 before the first), index of the field, rows − 1
 *     rows in ascending order of their tokens, all that are not 0:
 *       an n-gram: key − key of the row before (0 before the first)
 *       a category: units shared with the token before, units of its own, these
 *       form: low four bits: which of the four counts are not 0; high four bits: 1 to 7 all of them are that number,
 *             8 to 14 all are −1 to −7, 0 each follows, zigzag
 *
 * All numbers but the form are variable-length (byte-codec.ts).
 */
import { ByteReader, ByteWriter } from './byte-codec.ts';
import { UNIT_COUNT } from './content-hash.ts';
import { Counts, type CountsBlock } from './counts.ts';
import { type FieldCounts, isSequenceField, NgramCounts } from './field-counts.ts';
import { isNgramKey } from './ngrams.ts';

const VERSION = 1;
/** Largest count that the form byte holds for all. */
const SHARED_MAX = 7;
/** Caps for a reader of damaged bytes; what is written stays far below (tokens have at most TOKEN_CHARACTERS_MAX). */
const TEXT_UNITS_MAX = 65_536;

/** The counts of one field on one day, as they are read: rows in ascending order of their tokens. */
export interface DecodedBlock {
  day: number;
  field: string;
  rows: number;
  /** Of a sequence field; empty for categories. */
  keys: Uint32Array;
  /** Of a category field; empty for n-grams. */
  tokens: readonly string[];
  /** Four counts a row, in the order of UNITS. */
  values: Int32Array;
}

export function encodeCounts(counts: Counts): Uint8Array {
  return encodeBlocks([...counts.blocks()]);
}

/** As encodeCounts, of blocks that are there already. @param blocks all of a Counts, in their order */
export function encodeBlocks(blocks: readonly CountsBlock[]): Uint8Array {
  const fields = [...new Set(blocks.map(block => block.field))].sort();
  const writer = new ByteWriter();
  writer.byte(VERSION);
  writer.unsigned(fields.length);
  for (const field of fields) {
    writer.unsigned(field.length);
    writer.units(field, 0);
  }
  writer.unsigned(blocks.length);
  let dayBefore = -1;
  for (const { day, field, counts, rows } of blocks) {
    writer.unsigned(day - dayBefore);
    dayBefore = day;
    writer.unsigned(fields.indexOf(field));
    writer.unsigned(rows.length - 1);
    writeRows(writer, counts, rows);
  }
  return writer.toBytes();
}

function writeRows(writer: ByteWriter, counts: FieldCounts, rows: Uint32Array): void {
  if (counts instanceof NgramCounts) {
    let keyBefore = 0;
    for (const row of rows) {
      const key = counts.keyOf(row);
      writer.unsigned(key - keyBefore);
      keyBefore = key;
      writeValues(writer, counts.values, row * UNIT_COUNT);
    }
    return;
  }
  let tokenBefore = '';
  for (const row of rows) {
    const token = counts.tokenOf(row);
    const shared = sharedPrefix(tokenBefore, token);
    writer.unsigned(shared);
    writer.unsigned(token.length - shared);
    writer.units(token, shared);
    tokenBefore = token;
    writeValues(writer, counts.values, row * UNIT_COUNT);
  }
}

function writeValues(writer: ByteWriter, values: Int32Array, at: number): void {
  let mask = 0;
  let shared = 0;
  for (let unit = 0; unit < UNIT_COUNT; unit++) {
    const value = values[at + unit] as number;
    if (value === 0) continue;
    if (mask === 0) shared = value;
    else if (shared !== value) shared = 0;
    mask |= 1 << unit;
  }
  if (shared !== 0 && shared >= -SHARED_MAX && shared <= SHARED_MAX) {
    writer.byte(mask | ((shared > 0 ? shared : SHARED_MAX - shared) << 4));
    return;
  }
  writer.byte(mask);
  for (let unit = 0; unit < UNIT_COUNT; unit++) {
    if ((mask & (1 << unit)) !== 0) writer.signed(values[at + unit] as number);
  }
}

function sharedPrefix(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

/** @throws CorruptBytesError for bytes that encodeCounts does not write */
export function decodeCounts(bytes: Uint8Array): Counts {
  const counts = new Counts();
  addEncoded(counts, bytes);
  return counts;
}

/** Adds encoded counts to others: `decodeCounts` without a copy in between. @throws CorruptBytesError, RangeError */
export function addEncoded(counts: Counts, bytes: Uint8Array): void {
  readBlocks(bytes, ({ day, field, rows, keys, tokens, values }) => {
    const into = counts.fieldOf(day, field);
    for (let row = 0; row < rows; row++) {
      const to =
        into instanceof NgramCounts ? into.rowOf(keys[row] as number) : into.rowOf(tokens[row] as string);
      for (let unit = 0; unit < UNIT_COUNT; unit++) {
        into.add(to, unit, values[row * UNIT_COUNT + unit] as number);
      }
    }
  });
}

/** Every block, in order. @throws CorruptBytesError for bytes that encodeCounts does not write */
export function decodeBlocks(bytes: Uint8Array): DecodedBlock[] {
  const blocks: DecodedBlock[] = [];
  readBlocks(bytes, block => blocks.push(block));
  return blocks;
}

/**
 * Reads encoded counts block by block, in their order. What it has told before it throws stays told: decode whole bytes
 * first where they may be damaged.
 * @throws CorruptBytesError for bytes that encodeCounts does not write
 */
export function readBlocks(bytes: Uint8Array, visit: (block: DecodedBlock) => void): void {
  const reader = new ByteReader(bytes);
  const version = reader.byte();
  if (version !== VERSION) reader.fail(`version ${version} is not known here`);
  const fields = readFields(reader);
  const used = new Set<number>();
  const blocks = reader.unsignedUpTo(reader.rest, 'the number of blocks');
  let day = -1;
  let fieldBefore = -1;
  for (let block = 0; block < blocks; block++) {
    const days = reader.unsigned();
    day += days;
    if (day > 0x7fffffff) reader.fail('a day is beyond reach');
    const index = reader.unsigned();
    if (index >= fields.length) reader.fail('a block names a field that is not there');
    const field = fields[index] as string;
    if (days === 0 && index <= fieldBefore) reader.fail('blocks are out of order');
    fieldBefore = index;
    used.add(index);
    const rows = reader.unsignedUpTo(reader.rest, 'the number of rows') + 1;
    const values = new Int32Array(rows * UNIT_COUNT);
    const keys = isSequenceField(field) ? readNgrams(reader, rows, values) : NO_KEYS;
    const tokens = isSequenceField(field) ? NO_TOKENS : readTokens(reader, rows, values);
    visit({ day, field, rows, keys, tokens, values });
  }
  if (used.size !== fields.length) reader.fail('a field has no block');
  reader.end();
}

const NO_KEYS = new Uint32Array(0);
const NO_TOKENS: readonly string[] = [];

function readFields(reader: ByteReader): string[] {
  const fields: string[] = [];
  const count = reader.unsignedUpTo(reader.rest, 'the number of fields');
  for (let index = 0; index < count; index++) {
    const field = reader.units(reader.unsignedUpTo(TEXT_UNITS_MAX, 'the length of a field'));
    const before = fields.at(-1);
    if (before !== undefined && field <= before) reader.fail('fields are out of order');
    fields.push(field);
  }
  return fields;
}

function readNgrams(reader: ByteReader, rows: number, values: Int32Array): Uint32Array {
  const keys = new Uint32Array(rows);
  let key = 0;
  for (let row = 0; row < rows; row++) {
    const step = reader.unsigned();
    key += step;
    if (step === 0) reader.fail('n-grams are out of order');
    if (!isNgramKey(key)) reader.fail(`${key} is not the key of an n-gram`);
    keys[row] = key;
    readValues(reader, values, row * UNIT_COUNT);
  }
  return keys;
}

function readTokens(reader: ByteReader, rows: number, values: Int32Array): string[] {
  const tokens: string[] = [];
  let before = '';
  for (let row = 0; row < rows; row++) {
    const shared = reader.unsignedUpTo(before.length, 'what a token shares with the one before');
    const length = reader.unsignedUpTo(TEXT_UNITS_MAX, 'the length of a token');
    const token = before.slice(0, shared) + reader.units(length);
    if (row > 0 && token <= before) reader.fail('tokens are out of order');
    if (sharedPrefix(before, token) !== shared) reader.fail('a token shares more than it says');
    tokens.push(token);
    before = token;
    readValues(reader, values, row * UNIT_COUNT);
  }
  return tokens;
}

/** Reads the four counts of a row to where they belong; they are 0 there. */
function readValues(reader: ByteReader, values: Int32Array, at: number): void {
  const form = reader.byte();
  const mask = form & 15;
  const shared = form >>> 4;
  if (mask === 0) reader.fail('a row holds nothing');
  if (shared > 2 * SHARED_MAX) reader.fail('the form of a row is not known');
  let first = 0;
  let same = true;
  for (let unit = 0; unit < UNIT_COUNT; unit++) {
    if ((mask & (1 << unit)) === 0) continue;
    if (shared > 0) {
      values[at + unit] = shared <= SHARED_MAX ? shared : SHARED_MAX - shared;
      continue;
    }
    const value = reader.signed();
    if (value === 0) reader.fail('a count is 0 and said to be none');
    if (first === 0) first = value;
    same &&= value === first;
    values[at + unit] = value;
  }
  if (shared === 0 && same && first >= -SHARED_MAX && first <= SHARED_MAX) {
    reader.fail('counts that are all the same take the short form');
  }
}

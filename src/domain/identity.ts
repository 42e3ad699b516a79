/**
 * Where a record lives: its slice (a UTC hour of its own time, or one of 64 by hash where it has none), its identity
 * within the slice (128 bits), and its episode (what one source sent in five minutes of the clock, in 32 parts by what
 * it was about).
 */
import { DAY_MS, HOUR_MS } from './time.ts';

/** Length of an episode; a divisor of the hour, so that a slice holds whole episodes (docs/adr/0002). */
export const EPISODE_MS = 300_000;
/** Into how many episodes five minutes of one source may fall, by what its records are about (docs/adr/0002). */
export const EPISODE_PARTS = 32;
export const SLICE_MS = HOUR_MS;
/** Slices for records without a time of their own. */
export const HASH_SLICES = 64;

/**
 * ≥ 0: hours since the epoch. < 0: −1 − h − 64·g, h the low six bits of the identity: records without a time of their own;
 * g is the generation: the first day of the period in which live ones are received (undated-generation.ts), 0 for those of
 * a corpus. Once a slice by hash is sealed, what follows goes into the next.
 */
export type Slice = number;
/** 32 lower-case hex digits. */
export type Identity = string;
/** 16 lower-case hex digits. */
export type EpisodeId = string;

/** Under this slice stand the counts of imports, which no record has taught; no hour and no hash leads to it. */
export const IMPORT_SLICE: Slice = 2 ** 31 - 1;

export interface RecordRef {
  slice: Slice;
  identity: Identity;
}

/**
 * The slice of a record.
 * @param ownAtMs the record's own time, UTC epoch ms; undefined where it has none
 * @param generation ≥ 0, of a slice by hash
 * @example sliceOf(1_713_485_049_785, id) // 475968
 * @example sliceOf(undefined, '…40', 20_472) // −1 − 0 − 64·20,472 = −1310209
 */
export function sliceOf(ownAtMs: number | undefined, identity: Identity, generation = 0): Slice {
  if (ownAtMs !== undefined) return Math.floor(ownAtMs / SLICE_MS);
  return -1 - (Number.parseInt(identity.slice(-2), 16) % HASH_SLICES) - HASH_SLICES * generation;
}

/** The slice by hash that follows a sealed one. @example nextGeneration(-1) // -65 */
export function nextGeneration(slice: Slice): Slice {
  return slice - HASH_SLICES;
}

/** The id that the API shows: slice and identity, so that it is found without a search. @example '475968.9f…' */
export function recordIdOf(ref: RecordRef): string {
  return `${ref.slice < 0 ? `u${-1 - ref.slice}` : ref.slice}.${ref.identity}`;
}

/** One spelling for each record: without leading zeros. */
const RECORD_ID = /^(u?)(0|[1-9]\d{0,6})\.([0-9a-f]{32})$/;

/**
 * The reference in a record id, or null where the text is none. No two texts give the same reference.
 * @example parseRecordId(`7.${'0'.repeat(32)}`) // { slice: 7, identity: '000…' }
 * @example parseRecordId(`007.${'0'.repeat(32)}`) // null
 */
export function parseRecordId(id: string): RecordRef | null {
  const match = RECORD_ID.exec(id);
  if (match === null) return null;
  const [, undated, number, identity = ''] = match;
  return { slice: undated === '' ? Number(number) : -1 - Number(number), identity };
}

/** UTC day of a time, in days since the epoch; UNDATED_DAY for a record that has none (its counts never decay). */
export const UNDATED_DAY = -1;
export function dayOf(atMs: number | undefined): number {
  return atMs === undefined ? UNDATED_DAY : Math.floor(atMs / DAY_MS);
}

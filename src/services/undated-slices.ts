/**
 * Where a batch's records without a time of their own go: to their copy, where a slice that is not sealed holds one, so
 * that a record that comes again meets its own id, whenever and however it came before; else to the slice of their own.
 * Of two that come first at the same moment, one on either side of a period's end, each is a record.
 */
import { type RecordRef, type Slice, sliceOf } from '../domain/identity.ts';
import type { StoredRecord } from '../domain/stored-record.ts';
import { undatedGenerationsOf } from '../domain/undated-generation.ts';
import type { Store } from '../store/port.ts';
import type { LedgerState } from './learning/ledger-state.ts';

/**
 * @param records by their slices; those of the hours are passed over
 * @returns by the record, the slice that holds its copy; nothing for those that have none
 */
export async function slicesOfCopies(
  store: Store,
  site: string,
  state: LedgerState,
  records: readonly StoredRecord[],
  retentionDays: number,
): Promise<Map<StoredRecord, Slice>> {
  const copies = new Map<StoredRecord, Slice>();
  const undated = records.filter(({ slice }) => slice < 0);
  if (undated.length === 0) return copies;
  const places = undated.flatMap(record =>
    [...openSlicesOf(record, state, retentionDays)].map(slice => ({ record, slice })),
  );
  const refs = places.map(({ record, slice }): RecordRef => ({ slice, identity: record.identity }));
  const heads = await store.findHeads(site, refs);
  for (const [index, { record, slice }] of places.entries()) {
    if (heads[index] !== null && !copies.has(record)) copies.set(record, slice);
  }
  return copies;
}

/** The slices that may hold a copy of a record without a time of its own, the one first where a new copy would lie. */
function openSlicesOf(record: StoredRecord, state: LedgerState, retentionDays: number): Set<Slice> {
  const { identity, receivedAtMs } = record;
  const live = undatedGenerationsOf(receivedAtMs, retentionDays)
    .map(generation => sliceOf(undefined, identity, generation))
    .filter(slice => !state.isSealed(slice));
  const own = [record.slice, sliceOf(undefined, identity)].map(slice => state.openSlice(slice));
  return new Set([...own, ...live]);
}

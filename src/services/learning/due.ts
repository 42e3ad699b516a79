/**
 * What the ledger says now of records that are stored. The records are read first, the ledger after them; those of sealed
 * slices are left out, for nothing is due to them any more.
 */
import type { RecordRef } from '../../domain/identity.ts';
import type { RecordHead } from '../../domain/stored-record.ts';
import type { Store } from '../../store/port.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerState, Ruling } from './ledger-state.ts';
import { RecordLists } from './record-lists.ts';

export interface DueRecord {
  head: RecordHead;
  ruling: Ruling;
}

export interface Due {
  /** Of the records that are stored in open slices, in the order asked for. */
  records: DueRecord[];
  /** The ledger that ruled. */
  state: LedgerState;
  /** References into open slices without a stored record. */
  missing: number;
  /** Of the memberships that are stored. */
  lists: RecordLists;
}

export async function dueOf(
  store: Store,
  ledger: Ledger,
  site: string,
  refs: readonly RecordRef[],
): Promise<Due> {
  const heads = refs.length === 0 ? [] : await store.findHeads(site, refs);
  return dueAmong(store, ledger, site, refs, heads);
}

/** The same of records whose heads were just read. */
export function dueOfHeads(
  store: Store,
  ledger: Ledger,
  site: string,
  heads: readonly RecordHead[],
): Promise<Due> {
  const refs = heads.map(({ slice, identity }) => ({ slice, identity }));
  return dueAmong(store, ledger, site, refs, heads);
}

async function dueAmong(
  store: Store,
  ledger: Ledger,
  site: string,
  refs: readonly RecordRef[],
  heads: readonly (RecordHead | null)[],
): Promise<Due> {
  const lists = new RecordLists(refs.length === 0 ? [] : await store.findMemberships(site, refs));
  const state = await ledger.read(site);
  const records: DueRecord[] = [];
  let missing = 0;
  for (const [index, head] of heads.entries()) {
    const ref = head ?? refs[index];
    if (ref !== undefined && state.isSealed(ref.slice)) continue;
    if (head === null) {
      missing += 1;
      continue;
    }
    records.push({ head, ruling: state.rulingOf(head, lists.of(head)) });
  }
  return { records, state, missing, lists };
}

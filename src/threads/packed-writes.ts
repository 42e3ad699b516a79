/**
 * What comes with every batch of records crosses to the store's thread packed: a few texts and numbers for all of it. As
 * objects, a thousand records and their references take structured clone on both sides a third of what storing them takes.
 */
import type { Intent, Membership } from '../domain/ledger.ts';
import type { StoredRecord } from '../domain/stored-record.ts';
import type { Store } from '../store/port.ts';
import { packIntent } from '../store/sqlite/intents.ts';
import { membershipGroupsOf } from '../store/sqlite/memberships.ts';
import { outcomesOf, recordBatchOf } from '../store/sqlite/record-batch.ts';
import type { SqliteStore } from '../store/sqlite/sqlite-store.ts';

/** What crosses to the thread. */
export type ThreadedStore = Store &
  Pick<SqliteStore, 'putRecordBatch' | 'putMembershipGroups' | 'putPackedIntent'>;

/** The methods of a store that pack on this side what the other side takes packed. */
export function packedWrites(
  store: ThreadedStore,
): Pick<Store, 'putRecords' | 'putMemberships' | 'putIntent'> {
  return {
    putRecords: async (site: string, records: readonly StoredRecord[]) =>
      outcomesOf(records.length, await store.putRecordBatch(site, recordBatchOf(records))),
    putMemberships: async (site: string, memberships: readonly Membership[]) =>
      store.putMembershipGroups(site, membershipGroupsOf(memberships)),
    putIntent: async (site: string, intent: Intent) => store.putPackedIntent(site, packIntent(intent)),
  };
}

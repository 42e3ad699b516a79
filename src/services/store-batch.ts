/**
 * Storing a batch so that no record is missed by learning, whatever dies when:
 * (0) an intent names everything, (1) records and memberships are inserted, (2) then the ledger is read and the stored
 * records are looked at (a duplicate's first copy decides), (3) the intent goes where no class is due to any of them,
 * else it stays for a worker, (4) the caller acknowledges.
 */
import type { Clock } from '../domain/clock.ts';
import type { StoredRecord } from '../domain/stored-record.ts';
import type { Jobs } from '../jobs/port.ts';
import type { Inserted, Store } from '../store/port.ts';
import { dueOf } from './learning/due.ts';
import type { Ledger } from './learning/ledger.ts';

export interface StoringDependencies {
  store: Store;
  ledger: Ledger;
  jobs: Jobs;
  clock: Clock;
  /** A fresh random id; never used twice. */
  newId: () => string;
}

/**
 * @param markId the mark whose list the records join; null for none
 * @returns for each record whether it was new, in order
 */
export async function storeBatch(
  { store, ledger, jobs, clock, newId }: StoringDependencies,
  site: string,
  records: readonly StoredRecord[],
  markId: string | null,
): Promise<Inserted[]> {
  if (records.length === 0) return [];
  const refs = records.map(({ slice, identity }) => ({ slice, identity }));
  const memberships = markId === null ? [] : refs.map(record => ({ markId, record }));
  const intent = { id: newId(), createdAtMs: clock.nowMs(), records: refs, memberships };
  await store.putIntent(site, intent);
  const outcomes = await store.putRecords(site, records);
  if (memberships.length > 0) await store.putMemberships(site, memberships);
  // What this batch has inserted is what is stored, and in no list but its own: only the others are looked up.
  const others = refs.filter((_, index) => outcomes[index] === 'already-there');
  const { records: repeated, state } = await dueOf(store, ledger, site, others);
  const lists = new Set(markId === null ? [] : [markId]);
  const rulings = records
    .filter((_, index) => outcomes[index] === 'inserted')
    .map(head => state.rulingOf(head, lists))
    .concat(repeated.map(({ ruling }) => ruling));
  if (rulings.some(ruling => ruling.class !== 'none')) jobs.wake(site);
  else await store.deleteIntents(site, [intent.id]);
  return outcomes;
}

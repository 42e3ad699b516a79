/**
 * Storing a batch so that no record is missed by learning, whatever dies when:
 * (0) an intent names everything, (1) records and memberships are inserted, (2) then the ledger is read and the stored
 * records are looked at (a duplicate's first copy decides), (3) the intent goes where no class is due to any of them,
 * else it stays for a worker, (4) the caller acknowledges.
 *
 * A record of a sealed slice is not stored: a slice by hash has a next generation and it goes there; an hour that is over
 * has none, and the record is refused. Where the seal is met only in (2), what was inserted goes with the slice. A record
 * without a time of its own whose copy an older generation holds joins that one (undated-slices.ts).
 */
import type { Clock } from '../domain/clock.ts';
import type { Slice } from '../domain/identity.ts';
import type { StoredRecord } from '../domain/stored-record.ts';
import type { Jobs } from '../jobs/port.ts';
import type { Inserted, Store } from '../store/port.ts';
import { dueOf } from './learning/due.ts';
import type { Ledger } from './learning/ledger.ts';
import type { LedgerState } from './learning/ledger-state.ts';
import { slicesOfCopies } from './undated-slices.ts';

export interface StoringDependencies {
  store: Store;
  ledger: Ledger;
  jobs: Jobs;
  clock: Clock;
  /** A fresh random id; never used twice. */
  newId: () => string;
}

export interface StoringOptions {
  /** The mark whose list the records join; null for none. */
  markId: string | null;
  /** Of the site's policy: copies are looked for as far back. */
  retentionDays: number;
}

/** Where a record has come to lie; `slice-sealed` where it was not stored. */
export interface Stored {
  slice: Slice;
  outcome: Inserted | 'slice-sealed';
}

/** @returns for each record what became of it, in order */
export async function storeBatch(
  deps: StoringDependencies,
  site: string,
  records: readonly StoredRecord[],
  { markId, retentionDays }: StoringOptions,
): Promise<Stored[]> {
  const stored = records.map(({ slice }): Stored => ({ slice, outcome: 'slice-sealed' }));
  let state = await deps.ledger.read(site);
  let waiting = [...records.keys()];
  for (;;) {
    const copies = await slicesOfCopies(deps.store, site, state, records, retentionDays);
    const placed: number[] = [];
    const batch: StoredRecord[] = [];
    for (const index of waiting) {
      const record = records[index];
      const own = stored[index];
      if (record === undefined || own === undefined) throw new RangeError(`the batch has no record ${index}`);
      own.slice = copies.get(record) ?? state.openSlice(own.slice);
      if (state.isSealed(own.slice)) continue;
      placed.push(index);
      batch.push(own.slice === record.slice ? record : { ...record, slice: own.slice });
    }
    if (batch.length === 0) return stored;
    const attempt = await tryBatch(deps, site, batch, markId);
    state = attempt.state;
    waiting = [];
    for (const [at, index] of placed.entries()) {
      const own = stored[index];
      const outcome = attempt.outcomes[at];
      if (own === undefined || outcome === undefined) throw new RangeError('the store left an outcome out');
      if (state.isSealed(own.slice)) waiting.push(index);
      else own.outcome = outcome;
    }
    if (waiting.length === 0) return stored;
  }
}

/** One attempt under an intent of its own. @returns the outcomes, and the ledger as it was read after them */
async function tryBatch(
  { store, ledger, jobs, clock, newId }: StoringDependencies,
  site: string,
  records: readonly StoredRecord[],
  markId: string | null,
): Promise<{ outcomes: Inserted[]; state: LedgerState }> {
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
    .filter(({ slice }, index) => outcomes[index] === 'inserted' && !state.isSealed(slice))
    .map(head => state.rulingOf(head, lists))
    .concat(repeated.map(({ ruling }) => ruling));
  if (rulings.some(ruling => ruling.class !== 'none')) jobs.wake(site);
  else await store.deleteIntents(site, [intent.id]);
  return { outcomes, state };
}

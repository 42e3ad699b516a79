/** Stored records for people: what they were, what they are called now, and what the current model says of them. */
import { AppError } from '../domain/errors.ts';
import { recordIdOf } from '../domain/identity.ts';
import type { StoredRecord } from '../domain/stored-record.ts';
import type { Page, Store } from '../store/port.ts';
import { getRef } from './judge-records.ts';
import { dueOf } from './learning/due.ts';
import type { Ledger } from './learning/ledger.ts';
import type { LedgerState } from './learning/ledger-state.ts';
import { observationsOf } from './observations-of.ts';
import { judge, type ScoringDependencies } from './score-records.ts';
import type { RecordQuery, RecordView } from './services.ts';
import { getMark } from './windows.ts';

export type SearchDependencies = ScoringDependencies & { store: Store; ledger: Ledger };

/** Store pages read for one answer where the class or the window is filtered here: bounds the work of a request. */
const FILTERED_PAGES_MAX = 50;

export async function searchRecords(
  deps: SearchDependencies,
  site: string,
  { label, window, ...search }: RecordQuery,
): Promise<Page<RecordView>> {
  const state = await deps.ledger.read(site);
  const inWindow = window === undefined ? null : await windowFilter(deps.store, site, state, window);
  const items: RecordView[] = [];
  let cursor = search.cursor;
  for (let pages = 0; pages < FILTERED_PAGES_MAX; pages++) {
    const limit = search.limit - items.length;
    const page = await deps.store.searchRecords(site, { ...search, cursor, limit });
    const covered = inWindow === null ? page.items : await inWindow(page.items);
    for (const view of await viewsOf(deps, site, covered, 0)) {
      if (label === undefined || (view.label ?? 'none') === label) items.push(view);
    }
    cursor = page.nextCursor;
    if (cursor === undefined || items.length >= search.limit) break;
  }
  return { items, nextCursor: cursor };
}

/** @throws AppError `record-not-found` */
export async function getRecord(
  deps: SearchDependencies,
  site: string,
  id: string,
  explain: number,
): Promise<RecordView> {
  const [stored] = await deps.store.findRecords(site, [getRef(id)]);
  const [view] = stored ? await viewsOf(deps, site, [stored], explain) : [];
  if (view === undefined) throw new AppError('record-not-found', `there is no record ${id}`);
  return view;
}

async function viewsOf(
  deps: SearchDependencies,
  site: string,
  records: readonly StoredRecord[],
  explain: number,
): Promise<RecordView[]> {
  if (records.length === 0) return [];
  const due = await dueOf(deps.store, deps.ledger, site, records);
  const rulings = new Map(due.records.map(({ head, ruling }) => [recordIdOf(head), ruling]));
  const served = await deps.models.current(site);
  const accepted = records.map(stored => ({ stored, observations: observationsOf(stored) }));
  const now = await judge(deps, served, site, accepted, explain);
  return records.map((stored, index) => {
    const recordClass = rulings.get(recordIdOf(stored))?.class ?? 'none';
    const result = now[index];
    if (result === undefined) throw new Error('judge returned fewer results than it was given records');
    return { stored, label: recordClass === 'none' ? null : recordClass, now: result };
  });
}

async function windowFilter(
  store: Store,
  site: string,
  state: LedgerState,
  windowId: string,
): Promise<(records: StoredRecord[]) => Promise<StoredRecord[]>> {
  const { entry, covers } = getMark(state, windowId);
  if (entry.mark.scope.type === 'time') return async records => records.filter(covers);
  return async records => {
    const members = new Set<string>();
    for (const { markId, record } of await store.findMemberships(site, records)) {
      if (markId === windowId) members.add(recordIdOf(record));
    }
    return records.filter(record => members.has(recordIdOf(record)));
  };
}

/**
 * Stored records for people: what they were, what they are called now, and what the current model says of them.
 *
 * A search goes by heads as long as it chooses, class by ledger and window included: contents are read, and scores
 * made, of what is answered alone. A page ends where it is full, where its records come to PAGE_BYTES_MAX, or where as
 * much was looked at as one request may; then its cursor says where to go on.
 */
import type { FieldToken } from '../bayes/encoded-counts.ts';
import { AppError } from '../domain/errors.ts';
import { type RecordRef, recordIdOf } from '../domain/identity.ts';
import type { Label, RecordClass } from '../domain/label.ts';
import { PAGE_BYTES_MAX, SEARCHED_RECORDS_MAX, TAUGHT_REASONS_MAX } from '../domain/limits.ts';
import type { StoredRecord } from '../domain/stored-record.ts';
import type { FoundHead, Page, RecordSearch, Store } from '../store/port.ts';
import { getRef } from './judge-records.ts';
import type { LearnerPort } from './learner.ts';
import { dueOfHeads } from './learning/due.ts';
import type { Ledger } from './learning/ledger.ts';
import type { MarkState } from './learning/ledger-state.ts';
import type { ServedModel } from './models.ts';
import { observationsOf } from './observations-of.ts';
import type { Result } from './result.ts';
import { tokensBehind } from './result-of.ts';
import { judge, type ScoringDependencies } from './score-records.ts';
import { getMark } from './windows.ts';

export interface RecordView {
  stored: StoredRecord;
  /** The class that the ledger gives it now. */
  label: Label | null;
  /** Scored by the current model. */
  now: Result;
  /** More was learnt than one question reads: older windows may have taught the tokens of its reasons, too. */
  hasOlderWindows: boolean;
}

export interface RecordQuery extends RecordSearch {
  /** Class by the ledger now: a label, or `none`. */
  label?: Label | 'none' | undefined;
  window?: string | undefined;
}

export type SearchDependencies = ScoringDependencies & { store: Store; ledger: Ledger };
/** What tells which windows taught a token. */
type TeachingSource = { source: Pick<LearnerPort, 'taughtBy'> };

/** Heads asked for at once where they are chosen from here: a few, so that others have their turn in between. */
const READ_HEADS = 1_024;

/** A record that will be answered, where the search goes on after it, and the class that the ledger gives it. */
interface Choice {
  ref: RecordRef;
  cursor: string;
  recordClass: RecordClass;
}

export async function searchRecords(
  deps: SearchDependencies,
  site: string,
  query: RecordQuery,
): Promise<Page<RecordView>> {
  const { items: chosen, nextCursor } = await choose(deps, site, query);
  const refs = chosen.map(({ ref }) => ref);
  const records = refs.length === 0 ? [] : await deps.store.findRecords(site, refs, PAGE_BYTES_MAX);
  const served = await deps.models.current(site);
  const items: RecordView[] = [];
  for (const [index, { recordClass }] of chosen.slice(0, records.length).entries()) {
    const stored = records[index] ?? null;
    if (stored !== null) items.push(await viewOf(deps, served, site, stored, { recordClass, explain: 0 }));
  }
  const last = records.length < chosen.length ? chosen[records.length - 1] : undefined;
  return { items, nextCursor: last === undefined ? nextCursor : last.cursor };
}

/**
 * With the windows that taught the tokens of its strongest reasons (taught-by.ts).
 * @throws AppError `record-not-found`
 */
export async function getRecord(
  deps: SearchDependencies & TeachingSource,
  site: string,
  id: string,
  explain: number,
): Promise<RecordView> {
  const [stored] = await deps.store.findRecords(site, [getRef(id)]);
  if (!stored) throw new AppError('record-not-found', `there is no record ${id}`);
  const due = await dueOfHeads(deps.store, deps.ledger, site, [stored]);
  const recordClass = due.records[0]?.ruling.class ?? 'none';
  const served = await deps.models.current(site);
  const view = await viewOf(deps, served, site, stored, { recordClass, explain });
  return explain === 0 ? view : withWindows(deps, served, site, view, explain);
}

/** With the windows that taught the tokens behind its reasons. */
async function withWindows(
  { source }: TeachingSource,
  served: ServedModel,
  site: string,
  view: RecordView,
  explain: number,
): Promise<RecordView> {
  const { reasons = [] } = view.now;
  const observations = observationsOf(view.stored, served.tokenize);
  const behind = tokensBehind(served, observations, explain).slice(0, TAUGHT_REASONS_MAX);
  const keyOf = ({ field, token }: FieldToken) => `${field}\n${token}`;
  // Reasons of several kinds rest on one token.
  const asked = new Map(behind.flatMap(token => (token === null ? [] : [[keyOf(token), token] as const])));
  const { windows, isComplete } = await source.taughtBy(site, [...asked.values()], served.entry);
  const taught = new Map([...asked.keys()].map((key, index) => [key, windows[index] ?? []]));
  const told = reasons.map((reason, index) => {
    const token = behind[index];
    return token ? { ...reason, windows: taught.get(keyOf(token)) ?? [] } : reason;
  });
  return { ...view, now: { ...view.now, reasons: told }, hasOlderWindows: !isComplete };
}

async function viewOf(
  deps: SearchDependencies,
  served: ServedModel,
  site: string,
  stored: StoredRecord,
  { recordClass, explain }: { recordClass: RecordClass; explain: number },
): Promise<RecordView> {
  const observed = { stored, observations: observationsOf(stored, served.tokenize) };
  const [now] = await judge(deps, served, site, [observed], explain);
  if (now === undefined) throw new Error('judge returned no result for a record');
  const label = recordClass === 'none' ? null : recordClass;
  return { stored, label, now, hasOlderWindows: false };
}

/** The heads that a query is about, as many as it asks for unless there are too many others between them. */
async function choose(
  deps: SearchDependencies,
  site: string,
  { label, window, ...search }: RecordQuery,
): Promise<Page<Choice>> {
  const mark = window === undefined ? null : getMark(await deps.ledger.read(site), window);
  const chooses = label !== undefined || mark !== null;
  const range = mark === null ? search : withinMark(search, mark);
  const items: Choice[] = [];
  let cursor = search.cursor;
  const limit = chooses ? READ_HEADS : search.limit;
  for (let looked = 0; looked < SEARCHED_RECORDS_MAX; looked += limit) {
    const page = await deps.store.searchHeads(site, { ...search, ...range, cursor, limit });
    for (const found of await matching(deps, site, page.items, { label, mark })) {
      if (items.length === search.limit) return { items, nextCursor: items.at(-1)?.cursor };
      items.push(found);
    }
    cursor = page.nextCursor;
    // A page that is short though more may follow: the store has looked at as much as one request may.
    if (cursor === undefined || page.items.length < limit || items.length === search.limit) break;
  }
  return { items, nextCursor: cursor };
}

/** A window of time covers nothing outside its time, so nothing else is looked at. */
function withinMark(
  { fromMs, toMs }: Pick<RecordQuery, 'fromMs' | 'toMs'>,
  { entry: { mark } }: MarkState,
): Pick<RecordQuery, 'fromMs' | 'toMs'> {
  if (mark.scope.type !== 'time') return { fromMs, toMs };
  return {
    fromMs: Math.max(mark.scope.fromMs, fromMs ?? mark.scope.fromMs),
    toMs: Math.min(mark.scope.toMs, toMs ?? mark.scope.toMs),
  };
}

/** Those of the heads that have the label and that the mark covers, with their class. */
async function matching(
  deps: SearchDependencies,
  site: string,
  found: readonly FoundHead[],
  { label, mark }: { label: RecordQuery['label']; mark: MarkState | null },
): Promise<Choice[]> {
  const heads = found.map(({ head }) => head);
  const { records, lists } = await dueOfHeads(deps.store, deps.ledger, site, heads);
  const classes = new Map(records.map(({ head, ruling }) => [recordIdOf(head), ruling.class]));
  const isCovered = ({ head }: FoundHead) =>
    mark === null || mark.covers(head) || lists.of(head).has(mark.entry.id);
  return found.flatMap(one => {
    const { slice, identity } = one.head;
    const recordClass = classes.get(recordIdOf(one.head)) ?? 'none';
    const isChosen = (label === undefined || recordClass === label) && isCovered(one);
    return isChosen ? [{ ref: { slice, identity }, cursor: one.cursor, recordClass }] : [];
  });
}

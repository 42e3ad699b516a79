/** Windows as people see them: what is marked or imported, how far its learning is, and what a new one would touch. */
import { canonicalText } from '../bayes/model-id.ts';
import type { Clock } from '../domain/clock.ts';
import { AppError, isAppError, wrongCursor } from '../domain/errors.ts';
import { SLICE_MS, type Slice } from '../domain/identity.ts';
import { scopeMatcher } from '../domain/scope.ts';
import type { Scope } from '../domain/window.ts';
import type { Jobs, RunFailure } from '../jobs/port.ts';
import type { Page, Store } from '../store/port.ts';
import { type Contrasts, contrastsIn, lastFitIn } from './fit-content.ts';
import { entryProgressOf } from './learning/entry-progress.ts';
import type { Ledger } from './learning/ledger.ts';
import type { LedgerState, Lesson, MarkState } from './learning/ledger-state.ts';
import { sliceHeads } from './learning/slice-heads.ts';
import type { WindowRequest, WindowStatus, WindowView } from './window-view.ts';

export interface WindowsDependencies {
  store: Store;
  ledger: Ledger;
  jobs: Pick<Jobs, 'lookAt'>;
  clock: Pick<Clock, 'monotonicMs'>;
}

/** Heads that are looked at in one go: counting happens where requests are answered, and keeps them for a millisecond or two. */
const COUNTED_HEADS = 512;

/**
 * What a scope covers in a slice that holds so many records. Records never change: a slice takes more of them until it is
 * sealed, and then loses them, so it holds as long as there are as many.
 */
interface SliceMatches {
  records: number;
  matched: number;
}
type Matches = Map<Slice, SliceMatches>;

/** What was counted for a mark, when, and how long it took. */
interface Counted {
  matched: number;
  atMs: number;
  tookMs: number;
  bySlice: Matches;
}

/** Of marks that were asked for: whoever waits for a window asks again and again, and little has come since. */
const countedOfMarks = new WeakMap<MarkState, Counted>();
/** What took long to count is told so many times as long: counting takes a twentieth of the time, however often is asked. */
const TOLD_TIMES = 20;

/** Records that the scope covers now. @param known what was counted before; what is counted now is added */
export async function countMatched(
  store: Store,
  site: string,
  scope: Extract<Scope, { type: 'time' }>,
  known: Matches = new Map(),
): Promise<number> {
  const { fromMs, toMs } = scope;
  let matched = 0;
  for (const { slice, records } of await store.listSlices(site, { type: 'time', fromMs, toMs })) {
    let matches = known.get(slice);
    if (matches?.records !== records) {
      const matchedInSlice = coversAll(scope, slice)
        ? records
        : await countInSlice(store, site, scope, slice);
      matches = { records, matched: matchedInSlice };
      known.set(slice, matches);
    }
    matched += matches.matched;
  }
  return matched;
}

/** Whether every record of the slice is covered, whatever it says: an hour that lies within a window without a filter. */
function coversAll({ fromMs, toMs, where }: Extract<Scope, { type: 'time' }>, slice: Slice): boolean {
  const isFiltered = Object.values(where).some(part => part !== undefined);
  return !isFiltered && slice >= 0 && fromMs <= slice * SLICE_MS && (slice + 1) * SLICE_MS <= toMs;
}

async function countInSlice(
  store: Store,
  site: string,
  scope: Extract<Scope, { type: 'time' }>,
  slice: Slice,
): Promise<number> {
  const covers = scopeMatcher(scope);
  const { fromMs, toMs } = scope;
  let matched = 0;
  for await (const heads of sliceHeads(store, site, { slice, fromMs, toMs }, COUNTED_HEADS))
    matched += heads.filter(covers).length;
  return matched;
}

async function matchedBy(
  { store, clock }: Pick<WindowsDependencies, 'store' | 'clock'>,
  site: string,
  mark: MarkState,
): Promise<number> {
  const { id, mark: marked } = mark.entry;
  const last = countedOfMarks.get(mark);
  const startMs = clock.monotonicMs();
  if (last !== undefined && startMs - last.atMs < TOLD_TIMES * last.tookMs) return last.matched;
  const bySlice: Matches = last?.bySlice ?? new Map();
  const matched = await (marked.scope.type === 'list'
    ? store.countMemberships(site, id)
    : countMatched(store, site, marked.scope, bySlice));
  const atMs = clock.monotonicMs();
  countedOfMarks.set(mark, { matched, atMs, tookMs: atMs - startMs, bySlice });
  return matched;
}

export function scopeOf({ fromMs, toMs, where }: WindowRequest): Extract<Scope, { type: 'time' }> {
  return { type: 'time', fromMs, toMs, where };
}

export function getMark(state: LedgerState, id: string): MarkState {
  const mark = state.findMark(id);
  if (mark === null) throw new AppError('window-not-found', `there is no window ${id}`);
  return mark;
}

/** As getMark, of imports too. */
export function getLesson(state: LedgerState, id: string): Lesson {
  return state.findImport(id) ?? getMark(state, id);
}

/** A mark or an import, as far as it is learnt or retracted. */
export async function viewOf(
  store: Store,
  site: string,
  { entry, retractedBy }: Lesson,
): Promise<WindowView> {
  const { id, appendedAtMs: createdAtMs, by } = entry;
  const taught: WindowView['taught'] =
    entry.type === 'mark' ? { type: 'mark', mark: entry.mark } : { type: 'import', imported: entry.imported };
  const { status, progress } = await statusOf(store, site, entry.number, retractedBy);
  return { id, taught, createdAtMs, by, status, progress };
}

async function statusOf(
  store: Store,
  site: string,
  marked: number,
  retractedBy: number | undefined,
): Promise<{ status: WindowStatus; progress: { done: number; total: number } }> {
  const { isPlanned, isDone, parts: progress } = await entryProgressOf(store, site, retractedBy ?? marked);
  if (retractedBy !== undefined) return { status: isDone ? 'retracted' : 'retracting', progress };
  return { status: isDone ? 'applied' : isPlanned ? 'learning' : 'queued', progress };
}

/** A window that waits for learning that has failed says so: whoever waits for it learns why, and it is tried again. */
function orFailed(view: WindowView, failure: RunFailure | null): WindowView {
  const isFinished = view.status === 'applied' || view.status === 'retracted';
  return isFinished || failure === null ? view : { ...view, status: 'failed', reason: failure.detail };
}

/** Why learning fails; null, too, while nobody can ask: a window is seen without the queue. */
async function failureOf(jobs: Pick<Jobs, 'lookAt'>, site: string): Promise<RunFailure | null> {
  try {
    return (await jobs.lookAt(site)).failure;
  } catch (error) {
    if (isAppError(error, 'queue-unavailable')) return null;
    throw error;
  }
}

/** How windows in force stand out; the fit is read where one of them may. */
async function withContrasts(
  store: Store,
  site: string,
  views: readonly WindowView[],
): Promise<WindowView[]> {
  if (!views.some(mayStandOut)) return [...views];
  const contrasts = contrastsIn(await lastFitIn(store, site));
  return views.map(view => (mayStandOut(view) ? withContrast(view, contrasts) : view));
}

function mayStandOut({ status, taught }: WindowView): boolean {
  return status === 'applied' && taught.type === 'mark' && taught.mark.label === 'bad';
}

/** Equal marks have equal names. */
function withContrast(view: WindowView, contrasts: Contrasts): WindowView {
  if (view.taught.type !== 'mark') return view;
  const name = canonicalText(view.taught.mark.scope);
  return Object.hasOwn(contrasts, name) ? { ...view, contrast: contrasts[name] } : view;
}

/** Newest first. The cursor is the id of the last window of the page before. */
export async function listWindows(
  { store, ledger, jobs }: WindowsDependencies,
  site: string,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<Page<WindowView>> {
  const lessons = (await ledger.read(site)).lessons().toReversed();
  const start = cursor === undefined ? 0 : lessons.findIndex(({ entry }) => entry.id === cursor) + 1;
  if (cursor !== undefined && start === 0) throw wrongCursor();
  const page = lessons.slice(start, start + limit);
  const items: WindowView[] = [];
  const failure = await failureOf(jobs, site);
  for (const lesson of page) items.push(orFailed(await viewOf(store, site, lesson), failure));
  const nextCursor = start + limit < lessons.length ? page.at(-1)?.entry.id : undefined;
  return { items: await withContrasts(store, site, items), nextCursor };
}

export async function getWindow(deps: WindowsDependencies, site: string, id: string): Promise<WindowView> {
  const { store, ledger, jobs } = deps;
  const state = await ledger.read(site);
  const lesson = getLesson(state, id);
  const seen = orFailed(await viewOf(store, site, lesson), await failureOf(jobs, site));
  const [view = seen] = await withContrasts(store, site, [seen]);
  const mark = state.findMark(id);
  return mark === null ? view : { ...view, matched: await matchedBy(deps, site, mark) };
}

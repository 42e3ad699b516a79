/** Marking a stretch of time bad or good, and taking a mark back. The ledger is told; a worker counts. */
import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import { WINDOW_DURATION_MS_MAX } from '../domain/limits.ts';
import { DAY_MS } from '../domain/time.ts';
import type { Jobs } from '../jobs/port.ts';
import type { Store } from '../store/port.ts';
import type { Caller } from './caller.ts';
import { isDone } from './learning/done-entries.ts';
import type { Ledger } from './learning/ledger.ts';
import type { LedgerState } from './learning/ledger-state.ts';
import type { WindowRequest, WindowStatus, WindowView } from './window-view.ts';
import { countMatched, getLesson, getMark, scopeOf, viewOf } from './windows.ts';

export interface MarkingDependencies {
  store: Store;
  ledger: Ledger;
  jobs: Jobs;
  clock: Clock;
  newId: () => string;
}

function check({ fromMs, toMs }: WindowRequest): void {
  const problem =
    toMs <= fromMs
      ? { detail: 'must be later than from', pointer: '#/to' }
      : toMs - fromMs > WINDOW_DURATION_MS_MAX
        ? { detail: `is more than ${WINDOW_DURATION_MS_MAX / DAY_MS} days after from`, pointer: '#/to' }
        : null;
  if (problem !== null) throw new AppError('invalid-request', `to ${problem.detail}`, { errors: [problem] });
}

/** What the window would touch; nothing is written. */
export async function previewWindow(
  { store }: { store: Store },
  site: string,
  request: WindowRequest,
): Promise<{ matched: number }> {
  check(request);
  return { matched: await countMatched(store, site, scopeOf(request)) };
}

export async function markWindow(
  { store, ledger, jobs, clock, newId }: MarkingDependencies,
  { site, keyId }: Caller,
  request: WindowRequest,
): Promise<WindowView> {
  check(request);
  const scope = scopeOf(request);
  const { label, threat, note } = request;
  const id = newId();
  await ledger.append(site, {
    type: 'mark',
    id,
    appendedAtMs: clock.nowMs(),
    by: keyId,
    mark: { label, scope, threat, note },
  });
  jobs.wake(site);
  const matched = await countMatched(store, site, scope);
  return { ...(await viewOf(store, site, getMark(await ledger.read(site), id))), matched };
}

/**
 * Of a mark or an import. Idempotent: a window that is retracted already stays so. It is exact while every record that the
 * window taught is kept; of sealed slices its share is taken away, and what other marks or time would make of those records
 * does not come back.
 */
export async function retractWindow(
  { store, ledger, jobs, clock, newId }: MarkingDependencies,
  { site, keyId }: Caller,
  id: string,
): Promise<{ id: string; status: WindowStatus; exact: boolean }> {
  const lesson = getLesson(await ledger.read(site), id);
  if (lesson.retractedBy === undefined) {
    await ledger.append(site, {
      type: 'retract',
      id: newId(),
      appendedAtMs: clock.nowMs(),
      by: keyId,
      markId: id,
    });
    jobs.wake(site);
  }
  const state = await ledger.read(site);
  const { status } = await viewOf(store, site, getLesson(state, id));
  // No record stands behind an import, so nothing of it is ever sealed.
  if (lesson.entry.type === 'import') return { id, status, exact: true };
  const shares = await store.listSealKeys(site, { incident: lesson.entry.number });
  return { id, status, exact: shares.length === 0 && (await areSealsCounted(store, site, state)) };
}

/** Whether no seal is on its way that may keep a share which is not written down yet. */
async function areSealsCounted(store: Store, site: string, state: LedgerState): Promise<boolean> {
  let last = 0;
  for (const entry of state.seals().values()) last = Math.max(last, entry);
  return last === 0 || isDone(store, site, last);
}

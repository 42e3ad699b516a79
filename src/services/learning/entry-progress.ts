/** How far the counting of an entry is. */
import type { Store } from '../../store/port.ts';
import { isDone } from './done-entries.ts';

export interface EntryProgress {
  isPlanned: boolean;
  isDone: boolean;
  /** In parts of slices; 0 of 0 until the entry is planned, and where it touches nothing. */
  parts: { done: number; total: number };
}

export async function entryProgressOf(store: Store, site: string, entry: number): Promise<EntryProgress> {
  const plan = await store.findPlan(site, entry);
  const total = plan?.slices.reduce((sum, { parts }) => sum + parts, 0) ?? 0;
  // Asked before the segments, which may be gone where a newer tokenizer was counted after it.
  if (await isDone(store, site, entry))
    return { isPlanned: true, isDone: true, parts: { done: total, total } };
  const keys = await store.listSegmentKeys(site, entry);
  const done = keys.filter(({ chunk, chunks }) => chunk === chunks - 1).length;
  return { isPlanned: plan !== null, isDone: false, parts: { done, total } };
}

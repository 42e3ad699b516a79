/** The marks of an intent's memberships: mostly one mark for all, so it is written once, with how often it comes. */
import type { Membership } from '../domain/ledger.ts';

/** How many memberships in a row are of one mark. */
export type MarkRun = [markId: string, length: number];

/** @example markRunsOf([of 'a', of 'a', of 'b']) // [['a', 2], ['b', 1]] */
export function markRunsOf(memberships: readonly Membership[]): MarkRun[] {
  const runs: MarkRun[] = [];
  for (const { markId } of memberships) {
    const last = runs.at(-1);
    if (last !== undefined && last[0] === markId) last[1] += 1;
    else runs.push([markId, 1]);
  }
  return runs;
}

/** @example marksOf([['a', 2], ['b', 1]]) // ['a', 'a', 'b'] */
export function marksOf(runs: readonly MarkRun[]): string[] {
  return runs.flatMap(([markId, length]) => Array.from({ length }, () => markId));
}

/** Good by time: a horizon goes into the ledger once records lie behind it that nothing else has ruled on. */
import { SLICE_MS } from '../../domain/identity.ts';
import type { LearningDependencies } from './dependencies.ts';

/**
 * Appends a baseline where one is due. The horizon is the last full hour that quarantine lets go, so that a quiet site
 * gets at most one entry an hour.
 * @returns whether an entry was appended
 */
export async function appendBaseline(
  { store, ledger, clock, newId }: LearningDependencies,
  site: string,
  quarantineMs: number,
): Promise<boolean> {
  const nowMs = clock.nowMs();
  const horizonMs = Math.floor((nowMs - quarantineMs) / SLICE_MS) * SLICE_MS;
  const state = await ledger.read(site);
  const afterMs = state.horizonMs();
  if (horizonMs <= afterMs) return false;
  const due = await store.listSlices(site, { type: 'due', afterMs, untilMs: horizonMs });
  if (due.length === 0) return false;
  await ledger.append(site, { type: 'baseline', id: newId(), appendedAtMs: nowMs, horizonMs });
  return true;
}

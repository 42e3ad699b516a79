/**
 * Retention: slices of which every record is older than the retention are sealed, an entry of the ledger; once a seal is
 * counted, their records go. What was learnt of them stays, and each mark's share of it can still be taken away.
 */
import { SEALED_SLICES_MAX } from '../../domain/limits.ts';
import type { LearningDependencies } from './dependencies.ts';

/** Records that go in one call: an embedded store keeps its thread for as long. */
const PURGED_RECORDS = 512;

/**
 * Appends a seal of the slices that are due for one, at most SEALED_SLICES_MAX.
 * @returns whether an entry was appended
 */
export async function appendSeal(
  { store, ledger, clock, newId, retentionMsOf }: LearningDependencies,
  site: string,
): Promise<boolean> {
  const retentionMs = await retentionMsOf(site);
  const nowMs = clock.nowMs();
  const old = await store.listSlices(site, { type: 'received', untilMs: nowMs - retentionMs });
  if (old.length === 0) return false;
  const state = await ledger.read(site);
  const slices = old.map(({ slice }) => slice).filter(slice => !state.isSealed(slice));
  if (slices.length === 0) return false;
  await ledger.append(site, {
    type: 'seal',
    id: newId(),
    appendedAtMs: nowMs,
    slices: slices.slice(0, SEALED_SLICES_MAX),
  });
  return true;
}

/**
 * Lets the records of sealed slices go, those that are older than the retention: a writer that met the seal on its way may
 * have left a younger one, which goes in its time.
 * @param doneTo the last entry that is counted
 * @returns how many records went
 */
export async function purgeSealed(
  { store, ledger, clock, retentionMsOf, breathe }: LearningDependencies,
  site: string,
  doneTo: number,
): Promise<number> {
  const state = await ledger.read(site);
  const sealed = [...state.seals().keys()].filter(slice => state.isSealed(slice, doneTo + 1));
  if (sealed.length === 0) return 0;
  const receivedUntilMs = clock.nowMs() - (await retentionMsOf(site));
  let purged = 0;
  for (const { slice } of await store.listSlices(site, { type: 'named', slices: sealed })) {
    for (;;) {
      const gone = await store.purgeRecords(site, { slice, receivedUntilMs, limit: PURGED_RECORDS });
      purged += gone;
      await breathe?.();
      if (gone < PURGED_RECORDS) break;
    }
  }
  return purged;
}

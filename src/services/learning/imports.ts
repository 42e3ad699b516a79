/**
 * Imports: counts that another site has made. Their parts are there before the entry that names them, so counting one is
 * to weigh each part and to date it; taking one back is the same with the other sign. No record stands behind them, so
 * they know neither seals nor tokenizers: what was imported counts as it came.
 */
import { weighCounts } from '../../bayes/weigh-counts.ts';
import { dayOf, IMPORT_SLICE } from '../../domain/identity.ts';
import type { ImportEntry, LedgerEntry, Plan, Segment } from '../../domain/ledger.ts';
import type { Store } from '../../store/port.ts';
import type { LearningDependencies } from './dependencies.ts';
import { GoneError } from './gone-error.ts';
import type { LedgerState } from './ledger-state.ts';

/** What an entry does with an import. */
interface ImportMove {
  imported: ImportEntry;
  sign: 1 | -1;
}

/** Null for an entry that neither brings an import nor takes one back. */
export function importMoveOf(state: LedgerState, entry: LedgerEntry): ImportMove | null {
  if (state.isVoid(entry.number)) return null;
  if (entry.type === 'import') return { imported: entry, sign: 1 };
  const retracted = entry.type === 'retract' ? state.findImport(entry.markId) : null;
  return retracted?.retractedBy === entry.number ? { imported: retracted.entry, sign: -1 } : null;
}

/** One that has lost a part counts for nothing, and there is nothing of it to be taken back. */
export async function planOfImport(
  store: Store,
  site: string,
  entry: number,
  { imported, sign }: ImportMove,
): Promise<Plan> {
  const parts = imported.imported.parts;
  const isThere =
    sign === 1
      ? await areAllThere(store, site, imported)
      : ((await store.findPlan(site, imported.number))?.slices.length ?? 0) > 0;
  return { entry, slices: isThere ? [{ slice: IMPORT_SLICE, parts }] : [] };
}

async function areAllThere(store: Store, site: string, { id, imported }: ImportEntry): Promise<boolean> {
  for (let part = 0; part < imported.parts; part++)
    if ((await store.findImportPart(site, { importId: id, part })) === null) return false;
  return imported.parts > 0;
}

/** The segments of an import, or of its retraction, part by part. */
export async function* segmentsOfImport(
  store: Store,
  site: string,
  entry: number,
  { imported: { id, appendedAtMs, imported }, sign }: ImportMove,
  wanted: (part: number) => boolean,
): AsyncGenerator<Segment> {
  const how = { day: dayOf(appendedAtMs), trust: imported.trust, sign };
  for (let part = 0; part < imported.parts; part++) {
    if (!wanted(part)) continue;
    const found = await store.findImportPart(site, { importId: id, part });
    if (found === null) throw new GoneError(`part ${part} of the import ${id}`);
    const { counts, sum } = weighCounts(found.counts, how);
    yield { entry, slice: IMPORT_SLICE, part, chunk: 0, chunks: 1, sum, counts };
  }
}

/**
 * Removes the parts of imports that no entry names and that are older than the retention: who was about to name them died
 * before it did. The ledger is read after them.
 * @returns how many imports went
 */
export async function removeAbandoned(
  { store, ledger, clock, retentionMsOf }: LearningDependencies,
  site: string,
): Promise<number> {
  const retentionMs = await retentionMsOf(site);
  const old = (await store.listImports(site)).filter(
    ({ newestAtMs }) => clock.nowMs() - newestAtMs > retentionMs,
  );
  if (old.length === 0) return 0;
  const state = await ledger.read(site);
  const abandoned = old.filter(({ importId }) => state.findImport(importId) === null);
  for (const { importId } of abandoned) await store.deleteImport(site, importId);
  return abandoned.length;
}

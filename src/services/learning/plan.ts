/** The slices that an entry touches, and in how many parts each is worked. Written down once: whoever reads later would find others. */
import type { RecordRef, Slice } from '../../domain/identity.ts';
import type { LedgerEntry, MarkEntry, Plan, RetractEntry } from '../../domain/ledger.ts';
import { PART_RECORDS_MAX, SEGMENT_SYMBOLS_MAX } from '../../domain/limits.ts';
import type { SliceSize, Store } from '../../store/port.ts';
import { importMoveOf, planOfImport } from './imports.ts';
import type { LedgerState } from './ledger-state.ts';

export async function planOf(
  store: Store,
  site: string,
  state: LedgerState,
  entry: LedgerEntry,
): Promise<Plan> {
  const move = importMoveOf(state, entry);
  if (move !== null) return planOfImport(store, site, entry.number, move);
  const sizes = state.isVoid(entry.number) ? [] : await touchedSlices(store, site, state, entry);
  const open = sizes
    .filter(({ slice }) => !state.isSealed(slice, entry.number))
    .map(size => ({ slice: size.slice, parts: partsOf(size) }));
  const sealed = entry.type === 'retract' ? await sealedSlices(store, site, state, entry) : [];
  return { entry: entry.number, slices: [...open, ...sealed].sort((a, b) => a.slice - b.slice) };
}

/** The sealed slices that the retracted mark taught, in the parts in which its share of each is kept. */
async function sealedSlices(
  store: Store,
  site: string,
  state: LedgerState,
  { number, markId }: RetractEntry,
): Promise<Plan['slices'][number][]> {
  const mark = state.findMark(markId);
  if (mark?.retractedBy !== number) return [];
  const parts = new Map<Slice, number>();
  for (const { slice, part } of await store.listSealKeys(site, { incident: mark.entry.number })) {
    parts.set(slice, Math.max(parts.get(slice) ?? 0, part + 1));
  }
  return [...parts].map(([slice, count]) => ({ slice, parts: count }));
}

async function touchedSlices(
  store: Store,
  site: string,
  state: LedgerState,
  entry: LedgerEntry,
): Promise<SliceSize[]> {
  switch (entry.type) {
    case 'mark':
      return slicesOfMark(store, site, entry);
    case 'retract': {
      const mark = state.findMark(entry.markId);
      return mark?.retractedBy === entry.number ? slicesOfMark(store, site, mark.entry) : [];
    }
    case 'baseline':
      return store.listSlices(site, {
        type: 'due',
        afterMs: state.horizonMs(entry.number - 1),
        untilMs: entry.horizonMs,
      });
    case 'judge':
      return slicesOfRecords(
        store,
        site,
        entry.judgements.map(({ record }) => record),
      );
    case 'late':
      return slicesOfRecords(store, site, entry.records);
    case 'tokenizer':
      return store.listSlices(site, { type: 'all' });
    case 'seal':
      return store.listSlices(site, { type: 'named', slices: entry.slices });
    case 'import':
    case 'activate':
      // No record is behind it: planOfImport. And which model is served changes no count.
      return [];
  }
}

/** The slices that hold what a mark covers; a superset. */
export function slicesOfMark(store: Store, site: string, { id, mark }: MarkEntry): Promise<SliceSize[]> {
  return mark.scope.type === 'list'
    ? store.listSlices(site, { type: 'list', markId: id })
    : store.listSlices(site, { type: 'time', fromMs: mark.scope.fromMs, toMs: mark.scope.toMs });
}

async function slicesOfRecords(store: Store, site: string, refs: readonly RecordRef[]): Promise<SliceSize[]> {
  const sizes = new Map<Slice, SliceSize>();
  for (const head of await store.findHeads(site, refs)) {
    if (head === null) continue;
    const size = sizes.get(head.slice) ?? { slice: head.slice, records: 0, symbols: 0 };
    size.records += 1;
    size.symbols += head.symbols;
    sizes.set(head.slice, size);
  }
  return [...sizes.values()];
}

function partsOf({ records, symbols }: SliceSize): number {
  return Math.max(1, Math.ceil(records / PART_RECORDS_MAX), Math.ceil(symbols / SEGMENT_SYMBOLS_MAX));
}

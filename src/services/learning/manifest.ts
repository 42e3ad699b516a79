/** The records of one part of a slice whose class or deciding entry changes with an entry: the new ones. */
import type { Identity, RecordRef, Slice } from '../../domain/identity.ts';
import type { LedgerEntry, Manifest, ManifestRow } from '../../domain/ledger.ts';
import type { RecordHead } from '../../domain/stored-record.ts';
import type { Store } from '../../store/port.ts';
import type { LedgerState } from './ledger-state.ts';
import { partOf } from './partition.ts';
import { RecordLists } from './record-lists.ts';
import type { Counted } from './slice-fold.ts';
import { sliceHeads } from './slice-heads.ts';

const READ_REFS = 4_096;

/**
 * The manifests of all parts of one slice.
 * @param counted what entries before this one have counted in the slice
 */
export async function manifestsOf(
  store: Store,
  site: string,
  state: LedgerState,
  entry: LedgerEntry,
  { slice, parts }: { slice: Slice; parts: number },
  counted: ReadonlyMap<Identity, Counted>,
): Promise<Manifest[]> {
  const rows = Array.from({ length: parts }, (): ManifestRow[] => []);
  // Up to the entry that marks a list no other list is later: it decides wherever no judgement does.
  const own = entry.type === 'mark' && entry.mark.scope.type === 'list' ? new Set([entry.id]) : null;
  for await (const heads of touchedHeads(store, site, state, entry, slice)) {
    const lists = new RecordLists(own === null ? await store.findMemberships(site, heads) : []);
    for (const head of heads) {
      const ruling = state.rulingOf(head, own ?? lists.of(head), entry.number);
      const before = counted.get(head.identity);
      if (ruling.class === (before?.class ?? 'none') && ruling.decidedBy === (before?.decidedBy ?? 0))
        continue;
      rows[partOf(head.identity, parts)]?.push({
        identity: head.identity,
        episode: head.episode,
        class: ruling.class,
        decidedBy: ruling.decidedBy,
      });
    }
  }
  return rows.map((partRows, part) => ({ entry: entry.number, slice, part, rows: partRows }));
}

/** Pages of the heads in a slice that the entry may concern; what it does not concern keeps its class and drops out. */
async function* touchedHeads(
  store: Store,
  site: string,
  state: LedgerState,
  entry: LedgerEntry,
  slice: Slice,
): AsyncGenerator<RecordHead[]> {
  switch (entry.type) {
    case 'judge':
      yield* named(
        store,
        site,
        entry.judgements.map(({ record }) => record).filter(record => record.slice === slice),
      );
      return;
    case 'late':
      yield* named(
        store,
        site,
        entry.records.filter(record => record.slice === slice),
      );
      return;
    case 'baseline':
    case 'seal':
      yield* sliceHeads(store, site, { slice });
      return;
    case 'tokenizer':
    case 'import':
    case 'activate':
      // No record changes its class: what is counted again follows from the manifests before.
      return;
    case 'mark':
    case 'retract': {
      const mark = entry.type === 'mark' ? entry : state.findMark(entry.markId)?.entry;
      if (mark === undefined) return;
      const { scope } = mark.mark;
      if (scope.type === 'time')
        yield* sliceHeads(store, site, { slice, fromMs: scope.fromMs, toMs: scope.toMs });
      else yield* listed(store, site, mark.id, slice);
    }
  }
}

async function* named(store: Store, site: string, refs: readonly RecordRef[]): AsyncGenerator<RecordHead[]> {
  for (let at = 0; at < refs.length; at += READ_REFS) {
    const heads = await store.findHeads(site, refs.slice(at, at + READ_REFS));
    yield [...new Map(present(heads).map(head => [head.identity, head])).values()];
  }
}

async function* listed(
  store: Store,
  site: string,
  markId: string,
  slice: Slice,
): AsyncGenerator<RecordHead[]> {
  let after: string | undefined;
  for (;;) {
    const page = await store.listMemberships(site, { markId, slice, after, limit: READ_REFS });
    const heads = await store.findHeads(
      site,
      page.map(({ record }) => record),
    );
    yield present(heads);
    if (page.length < READ_REFS) return;
    after = page.at(-1)?.record.identity;
  }
}

function present(heads: readonly (RecordHead | null)[]): RecordHead[] {
  return heads.filter(head => head !== null);
}

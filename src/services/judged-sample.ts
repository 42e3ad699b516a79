/**
 * A bounded sample of the records that have a class in force and were scored when they came. It goes by the manifests of
 * learning, which name what each entry of the ledger gave a class: the newest entries first, of each entry the records with
 * the lowest hashes in parts that are spread over its slices, so that no long window crowds out the others. Marks and
 * judgements are looked at before what became good by time, which would hide them by its number.
 */
import { type RecordRef, recordIdOf } from '../domain/identity.ts';
import { LABELS, type Label } from '../domain/label.ts';
import type { LedgerEntry } from '../domain/ledger.ts';
import { JUDGED_SAMPLE_MAX } from '../domain/limits.ts';
import type { Store } from '../store/port.ts';
import { dueOf } from './learning/due.ts';
import type { Ledger } from './learning/ledger.ts';
import type { LedgerState } from './learning/ledger-state.ts';

/** Records of one class that one entry may give, however many entries there are; of a few, each gives its share. */
const ENTRY_RECORDS_MIN = 1_024;
/** Parts that are read of one entry. */
const ENTRY_PARTS_MAX = 8;
/** Manifests that are read, of what people have marked and of what became good by time: up to a megabyte each. */
const MANIFESTS_MAX = 256;
/** Entries of the ledger that are looked at, the newest: half a year of those of every hour. */
const ENTRIES_MAX = 4_096;
const READ_ENTRIES = 256;
const READ_RECORDS = 1_024;

export interface SampleDependencies {
  store: Store;
  ledger: Ledger;
}

/** Scores at acceptance, by the class that is in force. */
export type JudgedSample = Record<Label, number[]>;

export async function judgedSample(
  { store, ledger }: SampleDependencies,
  site: string,
): Promise<JudgedSample> {
  const state = await ledger.read(site);
  const { decisive, byTime } = await newestEntries(store, site, state);
  const refs = new Map<string, RecordRef>();
  const found = { bad: 0, good: 0 };
  const passes = [
    { entries: decisive, labels: LABELS },
    { entries: byTime, labels: ['good'] as const },
  ];
  for (const { entries, labels } of passes) {
    const recordsMax = Math.max(
      ENTRY_RECORDS_MIN,
      Math.ceil(JUDGED_SAMPLE_MAX / Math.max(1, entries.length)),
    );
    let manifests = 0;
    for (const entry of entries) {
      if (manifests >= MANIFESTS_MAX || labels.every(label => found[label] >= JUDGED_SAMPLE_MAX)) break;
      manifests += await collect(store, site, state, entry, { refs, found, recordsMax });
    }
  }
  return scoresOf({ store, ledger }, site, [...refs.values()]);
}

/** Entries that may give records a class, newest first: what people said (and when it was taken up), and what time did. */
async function newestEntries(
  store: Store,
  site: string,
  state: LedgerState,
): Promise<{ decisive: number[]; byTime: number[] }> {
  const decisive: number[] = [];
  const byTime: number[] = [];
  const oldest = Math.max(0, state.last - ENTRIES_MAX);
  for (let after = state.last; after > oldest; ) {
    const limit = Math.min(READ_ENTRIES, after - oldest);
    after -= limit;
    const entries = await store.listEntries(site, after, limit);
    for (const entry of entries.toReversed()) {
      if (GIVES_CLASS[entry.type] === 'decisive') decisive.push(entry.number);
      else if (GIVES_CLASS[entry.type] === 'by time') byTime.push(entry.number);
    }
  }
  return { decisive, byTime };
}

const GIVES_CLASS = {
  mark: 'decisive',
  retract: 'decisive',
  judge: 'decisive',
  late: 'decisive',
  baseline: 'by time',
  seal: 'nothing',
  tokenizer: 'nothing',
  import: 'nothing',
  activate: 'nothing',
} as const satisfies Record<LedgerEntry['type'], string>;

/** Adds records of one entry. @returns how many manifests were read */
async function collect(
  store: Store,
  site: string,
  state: LedgerState,
  entry: number,
  {
    refs,
    found,
    recordsMax,
  }: { refs: Map<string, RecordRef>; found: Record<Label, number>; recordsMax: number },
): Promise<number> {
  const plan = await store.findPlan(site, entry);
  const open = (plan?.slices ?? []).filter(({ slice }) => !state.isSealed(slice));
  const all = open.flatMap(({ slice, parts }) =>
    Array.from({ length: parts }, (_, part) => ({ slice, part })),
  );
  const chosen = spread(all, ENTRY_PARTS_MAX);
  const partRecordsMax = Math.ceil(recordsMax / Math.max(1, chosen.length));
  for (const { slice, part } of chosen) {
    const manifest = await store.findManifest(site, { slice, entry, part });
    const taken = { bad: 0, good: 0 };
    for (const { identity, class: recordClass } of manifest?.rows ?? []) {
      if (recordClass === 'none') continue;
      if (taken[recordClass] >= partRecordsMax || found[recordClass] >= JUDGED_SAMPLE_MAX) continue;
      const ref = { slice, identity };
      const id = recordIdOf(ref);
      if (refs.has(id)) continue;
      refs.set(id, ref);
      taken[recordClass] += 1;
      found[recordClass] += 1;
    }
  }
  return chosen.length;
}

/** So many at most, evenly over all, the last among them. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  const step = items.length / count;
  return Array.from({ length: count }, (_, index) => items[Math.ceil((index + 1) * step) - 1] as T);
}

async function scoresOf(
  { store, ledger }: SampleDependencies,
  site: string,
  refs: readonly RecordRef[],
): Promise<JudgedSample> {
  const sample: JudgedSample = { bad: [], good: [] };
  for (let at = 0; at < refs.length; at += READ_RECORDS) {
    const { records } = await dueOf(store, ledger, site, refs.slice(at, at + READ_RECORDS));
    const scores = await store.findScores(
      site,
      records.map(({ head: { slice, identity } }) => ({ slice, identity })),
    );
    for (const [index, { ruling }] of records.entries()) {
      const score = scores[index] ?? null;
      if (score !== null && ruling.class !== 'none') sample[ruling.class].push(score);
    }
  }
  return sample;
}

/**
 * What the ledger says, in the plain words of docs/ARCHITECTURE.md: which entries are done, the class of a record, what is
 * sealed, and what a newer tokenizer has replaced. It is read for a recount and shares no code with learning.
 */
import { IMPORT_SLICE, recordIdOf } from '../domain/identity.ts';
import type { Label, RecordClass } from '../domain/label.ts';
import type { ImportEntry, LedgerEntry, MarkEntry } from '../domain/ledger.ts';
import { whereMatcher } from '../domain/scope.ts';
import type { RecordHead } from '../domain/stored-record.ts';
import type { Store } from '../store/port.ts';

const PAGE = 1_024;

/** The last entry that is done with all before it. */
export async function lastDone(store: Store, site: string): Promise<number> {
  const numbers = new Set<number>();
  for (let after = 0; ; ) {
    const page = await store.listDone(site, after, PAGE);
    for (const { entry } of page) numbers.add(entry);
    if (page.length < PAGE) break;
    after = Math.max(...page.map(({ entry }) => entry));
  }
  let last = 0;
  while (numbers.has(last + 1)) last += 1;
  return last;
}

/** Entries up to one, without those whose id was there before. Pages are small: a late entry holds many records. */
export async function entriesUpTo(store: Store, site: string, last: number): Promise<LedgerEntry[]> {
  const byId = new Map<string, LedgerEntry>();
  for (let number = 0; number < last; ) {
    const page = await store.listEntries(site, number, 16);
    if (page.length === 0) throw new Error(`ledger entry ${number + 1} is done but not in the ledger`);
    for (const entry of page) {
      if (entry.number <= last && entry.type !== 'late' && !byId.has(entry.id)) byId.set(entry.id, entry);
      number = Math.max(number, entry.number);
    }
  }
  return [...byId.values()];
}

/** In ledger order. A corpus whose name another one has at that moment is none. */
function marksInForce(entries: readonly LedgerEntry[]): MarkEntry[] {
  const marks = new Map<string, MarkEntry>();
  const nameOf = ({ mark: { scope } }: MarkEntry) => (scope.type === 'list' ? scope.name : null);
  for (const entry of entries) {
    if (entry.type === 'retract') marks.delete(entry.markId);
    if (entry.type !== 'mark') continue;
    const name = nameOf(entry);
    const isTaken = name !== null && [...marks.values()].some(mark => nameOf(mark) === name);
    if (!isTaken) marks.set(entry.id, entry);
  }
  return [...marks.values()];
}

/** Imports that count, in ledger order. One of counts that another one has brought at that moment is none. */
export function importsInForce(entries: readonly LedgerEntry[]): ImportEntry[] {
  const imports = new Map<string, ImportEntry>();
  for (const entry of entries) {
    if (entry.type === 'retract') imports.delete(entry.markId);
    if (entry.type !== 'import') continue;
    const isThere = [...imports.values()].some(({ imported }) => imported.sum === entry.imported.sum);
    if (!isThere) imports.set(entry.id, entry);
  }
  return [...imports.values()];
}

/** Sealed slices, each with the number of the first entry that seals it. */
export function sealsOf(entries: readonly LedgerEntry[]): Map<number, number> {
  const seals = new Map<number, number>();
  for (const entry of entries) {
    if (entry.type !== 'seal') continue;
    for (const slice of entry.slices) seals.set(slice, seals.get(slice) ?? entry.number);
  }
  return seals;
}

/** Tokenizers that came into force, each with its entry: those that are newer than all before. */
export function generationsOf(entries: readonly LedgerEntry[]): { entry: number; version: number }[] {
  const generations: { entry: number; version: number }[] = [];
  for (const entry of entries) {
    if (entry.type !== 'tokenizer' || entry.version <= (generations.at(-1)?.version ?? 1)) continue;
    generations.push({ entry: entry.number, version: entry.version });
  }
  return generations;
}

/**
 * Whether a newer tokenizer has taken the place of a segment: its entry came later, and did not find the slice sealed. What
 * was imported no tokenizer counts again.
 */
export function replacedBy(
  generations: readonly { entry: number }[],
  seals: ReadonlyMap<number, number>,
): (segment: { entry: number; slice: number }) => boolean {
  return ({ entry, slice }) =>
    slice !== IMPORT_SLICE &&
    generations.some(
      ({ entry: later }) => entry < later && later < (seals.get(slice) ?? Number.POSITIVE_INFINITY),
    );
}

export type ClassOf = (head: RecordHead, lists: ReadonlySet<string>) => RecordClass;

/** The class of a record, read off the whole ledger in the words of docs/ARCHITECTURE.md, one rule after the other. */
export function classesBy(entries: readonly LedgerEntry[]): ClassOf {
  const judged = new Map<string, Label | null>();
  for (const entry of entries) {
    if (entry.type !== 'judge') continue;
    for (const { record, label } of entry.judgements) judged.set(recordIdOf(record), label);
  }
  const lastFirst = marksInForce(entries)
    .map(({ id, mark: { label, scope } }) => ({
      id,
      label,
      scope,
      matches: scope.type === 'time' ? whereMatcher(scope.where) : () => false,
    }))
    .reverse();
  const horizons = entries.flatMap(entry => (entry.type === 'baseline' ? [entry.horizonMs] : []));
  const horizonMs = horizons.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

  return (head, lists) => {
    const judgement = judged.get(recordIdOf(head)) ?? null;
    if (judgement !== null) return judgement;
    const atMs = head.atMs ?? Number.NaN;
    const covering = lastFirst.find(({ id, scope, matches }) =>
      scope.type === 'list' ? lists.has(id) : atMs >= scope.fromMs && atMs < scope.toMs && matches(head),
    );
    if (covering !== undefined) return covering.label;
    const isPast = horizonMs >= (head.atMs ?? head.receivedAtMs) && horizonMs >= head.receivedAtMs;
    return isPast && !head.labelled ? 'good' : 'none';
  };
}

/**
 * Counting again from the stored records, to compare with what learning has settled. It is the oracle of learning and
 * shares no code with it: no ledger state, no manifests, no counter; plain loops over records, and tokens as text.
 */
import type { TokenCounts } from '../bayes/model.ts';
import { ngramOfKey } from '../bayes/ngrams.ts';
import { END, SYMBOL_BITS, symbolOf } from '../bayes/symbols.ts';
import { dayOf } from '../domain/identity.ts';
import type { LedgerEntry } from '../domain/ledger.ts';
import { SEQUENCE_SYMBOLS_MAX } from '../domain/limits.ts';
import type { StoredRecord } from '../domain/stored-record.ts';
import type { Store } from '../store/port.ts';
import { KNOWN_TOKENIZERS, type Tokenize, type Tokenizers } from '../tokenize/tokenizers.ts';
import { observationsOf } from './observations-of.ts';
import { addEncoded, addWeighed, PlainCounts, TooManyTokensError } from './plain-counts.ts';
import {
  type ClassOf,
  classesBy,
  entriesUpTo,
  generationsOf,
  importsInForce,
  lastDone,
  replacedBy,
  sealsOf,
} from './plain-ledger.ts';

export interface RecountReport {
  records: number;
  /** Distinct tokens a day, as counted again. */
  tokens: number;
  /** The last entry that is done. */
  entry: number;
  /** Tokens whose settled counts differ. */
  differences: { token: string; settled: TokenCounts; recounted: TokenCounts }[];
  /** Settled counts below zero: never right, whatever the recount says. */
  negative: number;
}

/** Tokens of all days that are held at once, about 200 bytes each: what is more takes several passes. */
const TOKENS_MAX = 4_000_000;
const PAGE = 1_024;
const NO_LISTS: ReadonlySet<string> = new Set();
const NOTHING: TokenCounts = { goodRecords: 0, goodEpisodes: 0, badRecords: 0, badEpisodes: 0 };

export interface RecountOptions {
  /** Told how many records were read, of all passes. */
  onProgress?: (progress: { records: number }) => void;
  tokensMax?: number;
  tokenizers?: Tokenizers;
}

/**
 * Counts all again, in as many passes over the records as keep the tokens of one in memory; once more from the beginning
 * where a newer tokenizer was counted meanwhile, for then the segments before it may be gone.
 * @throws AppError `tokenizer-unknown`
 */
export async function recount(
  store: Store,
  site: string,
  options: RecountOptions = {},
): Promise<RecountReport> {
  for (;;) {
    const done = await lastDone(store, site);
    const entries = await entriesUpTo(store, site, done);
    const report = await recountUpTo(store, site, entries, done, options);
    const entriesSince = await entriesUpTo(store, site, await lastDone(store, site));
    if (generationsOf(entriesSince).length === generationsOf(entries).length) return report;
  }
}

async function recountUpTo(
  store: Store,
  site: string,
  entries: readonly LedgerEntry[],
  done: number,
  { onProgress = () => {}, tokensMax = TOKENS_MAX, tokenizers = KNOWN_TOKENIZERS }: RecountOptions,
): Promise<RecountReport> {
  const tokenize = tokenizers.getTokenizer(generationsOf(entries).at(-1)?.version ?? 1);
  let read = 0;
  const onRecords = (records: number) => {
    read += records;
    onProgress({ records: read });
  };
  for (let passes = 1; ; passes *= 2) {
    try {
      const report: RecountReport = { records: 0, tokens: 0, entry: done, differences: [], negative: 0 };
      for (let number = 0; number < passes; number++) {
        const empty = () => new PlainCounts({ number, of: passes }, tokensMax);
        await comparePass({ store, site, entries, tokenize }, empty, report, onRecords);
      }
      return report;
    } catch (error) {
      if (!(error instanceof TooManyTokensError)) throw error;
    }
  }
}

/** What is counted again: the entries up to the last that is done, by the tokenizer in force there. */
interface Recounted {
  store: Store;
  site: string;
  entries: readonly LedgerEntry[];
  tokenize: Tokenize;
}

/** Adds to the report what the tokens of one pass say. */
async function comparePass(
  { store, site, entries, tokenize }: Recounted,
  empty: () => PlainCounts,
  report: RecountReport,
  onRecords: (records: number) => void,
): Promise<void> {
  const seals = sealsOf(entries);
  const recounted = empty();
  report.records = await countAgain(recounted, { store, site, entries, tokenize }, seals, onRecords);
  await addSealed(recounted, store, site, entries, seals);
  await addImported(recounted, store, site, entries);
  const settled = empty();
  await addSettled(settled, { store, site, entries, tokenize }, seals, report.entry);
  for (const counts of settled.values()) if (Math.min(...values(counts)) < 0) report.negative += 1;
  for (const token of new Set([...settled.keys(), ...recounted.keys()])) {
    const ours = settled.get(token) ?? NOTHING;
    const theirs = recounted.get(token) ?? NOTHING;
    if (values(ours).some((value, index) => value !== values(theirs)[index])) {
      report.differences.push({ token, settled: ours, recounted: theirs });
    }
  }
  report.tokens += recounted.size;
}

function values({ goodRecords, goodEpisodes, badRecords, badEpisodes }: TokenCounts): number[] {
  return [goodRecords, goodEpisodes, badRecords, badEpisodes];
}

/** What seals have kept is taken as it is, but for the incidents that were retracted since. */
async function addSealed(
  counts: PlainCounts,
  store: Store,
  site: string,
  entries: readonly LedgerEntry[],
  seals: ReadonlyMap<number, number>,
): Promise<void> {
  const markNumbers = new Map(entries.map(({ id, number }) => [id, number]));
  const retractedBy = new Map<number, number>();
  for (const entry of entries) {
    const mark = entry.type === 'retract' ? markNumbers.get(entry.markId) : undefined;
    if (mark !== undefined) retractedBy.set(mark, retractedBy.get(mark) ?? entry.number);
  }
  for (const [slice, sealedBy] of seals) {
    for (const key of await store.listSealKeys(site, { slice })) {
      if ((retractedBy.get(key.incident) ?? 0) > sealedBy) continue;
      const vector = await store.findSealVector(site, key);
      if (vector !== null) addEncoded(counts, vector.counts);
    }
  }
}

/** What was imported is taken as it came, of the day on which it did; one of which a part is missing counts for nothing. */
async function addImported(
  counts: PlainCounts,
  store: Store,
  site: string,
  entries: readonly LedgerEntry[],
): Promise<void> {
  for (const { id, appendedAtMs, imported } of importsInForce(entries)) {
    const parts: Uint8Array[] = [];
    for (let part = 0; part < imported.parts; part++) {
      const found = await store.findImportPart(site, { importId: id, part });
      if (found !== null) parts.push(found.counts);
    }
    if (parts.length < imported.parts) continue;
    for (const bytes of parts) addWeighed(counts, bytes, dayOf(appendedAtMs), imported.trust);
  }
}

async function countAgain(
  counts: PlainCounts,
  { store, site, entries, tokenize }: Recounted,
  seals: ReadonlyMap<number, number>,
  onRecords: (records: number) => void,
): Promise<number> {
  const classOf = classesBy(entries);
  let records = 0;
  for (const { slice } of await store.listSlices(site, { type: 'all' })) {
    if (seals.has(slice)) continue;
    await countSlice(counts, store, site, { slice, classOf, tokenize }, page => {
      records += page;
      onRecords(page);
    });
  }
  return records;
}

/** Counts what one slice holds, record by record. @param onPage is told the records of each page */
export async function countSlice(
  counts: PlainCounts,
  store: Store,
  site: string,
  { slice, classOf, tokenize }: { slice: number; classOf: ClassOf; tokenize: Tokenize },
  onPage: (records: number) => void = () => {},
): Promise<void> {
  /** Per episode and class: the tokens seen. */
  const episodes = new Map<string, { day: number; tokens: Set<string> }>();
  let after: string | undefined;
  for (;;) {
    const heads = await store.listHeads(site, { slice, after, limit: PAGE });
    const stored = await store.findRecords(site, heads);
    const lists = new Map<string, Set<string>>();
    for (const { markId, record } of await store.findMemberships(site, heads)) {
      lists.set(record.identity, (lists.get(record.identity) ?? new Set()).add(markId));
    }
    for (const record of stored) {
      if (record === null) continue;
      const label = classOf(record, lists.get(record.identity) ?? NO_LISTS);
      if (label === 'none') continue;
      const day = dayOf(record.atMs);
      const key = `${record.episode} ${label}`;
      const episode = episodes.get(key) ?? { day, tokens: new Set<string>() };
      episodes.set(key, episode);
      for (const token of tokensOf(record, tokenize)) {
        const of = counts.of(`${day}\t${token}`);
        if (of === null) continue;
        of[label === 'good' ? 'goodRecords' : 'badRecords'] += 1;
        episode.tokens.add(token);
      }
    }
    onPage(heads.length);
    if (heads.length < PAGE) break;
    after = heads.at(-1)?.identity;
  }
  for (const [key, { day, tokens }] of episodes) {
    const unit = key.endsWith(' good') ? 'goodEpisodes' : 'badEpisodes';
    for (const token of tokens) {
      const of = counts.of(`${day}\t${token}`);
      if (of !== null) of[unit] += 1;
    }
  }
}

/** Distinct `field⇥token` of a record: n-grams of one to five symbols, categories, and '' where a field is present. */
function tokensOf(stored: StoredRecord, tokenize: Tokenize): Set<string> {
  const { sequences, shape, categories } = observationsOf(stored, tokenize);
  const tokens = new Set<string>(['record\t']);
  for (const { field, text } of sequences) {
    tokens.add(`${field}\t`);
    const symbols = [...Array.from(text.slice(0, SEQUENCE_SYMBOLS_MAX).split(''), letterOf), letterOf(null)];
    for (let start = 0; start < symbols.length; start++) {
      for (let length = 1; length <= 5 && start + length <= symbols.length; length++) {
        tokens.add(`${field}\t${symbols.slice(start, start + length).join('')}`);
      }
    }
  }
  for (const { field, token } of [...shape, ...categories])
    tokens.add(`${field}\t`).add(`${field}\t${token}`);
  return tokens;
}

/** One symbol as n-gram texts show it; null is the end mark. */
function letterOf(character: string | null): string {
  const symbol = character === null ? END : symbolOf(character.charCodeAt(0));
  return ngramOfKey(2 ** SYMBOL_BITS + symbol);
}

async function addSettled(
  counts: PlainCounts,
  { store, site, entries }: Recounted,
  seals: ReadonlyMap<number, number>,
  untilEntry: number,
): Promise<void> {
  const isReplaced = replacedBy(generationsOf(entries), seals);
  let after: { entry: number; slice: number; part: number; chunk: number } | undefined;
  for (;;) {
    const segments = await store.listSegments(site, { after, untilEntry, limit: 64 });
    for (const { counts: bytes, entry, slice, part, chunk } of segments) {
      after = { entry, slice, part, chunk };
      if (!isReplaced({ entry, slice })) addEncoded(counts, bytes);
    }
    if (segments.length < 64) return;
  }
}

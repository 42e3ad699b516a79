/**
 * Which windows taught some tokens, for a person who asks why. Counts are sums and do not say whose they are; the segments
 * that they are the sum of do: each belongs to an entry of the ledger, and where it raised the count of a token, the marks by
 * which the manifests of that entry decide have taught it. Where an entry counts the records of several marks at once (late
 * records, a newer tokenizer), they are told together, as shared. Of sealed slices the vectors tell it mark by mark.
 *
 * It costs reading those segments, a part of what learning the windows cost: of each the one chunk that may hold a token, the
 * newest entries first, and no more than READ_BYTES_MAX. What is told was so when it was counted: a mark whose records a
 * later one has taken over has taught them all the same; one that is retracted is left out.
 */
import { encodedCountsOf, type FieldToken, isTokenOfChunk } from '../bayes/encoded-counts.ts';
import type { TokenCounts } from '../bayes/model.ts';
import { IMPORT_SLICE } from '../domain/identity.ts';
import { LABELS, type Label } from '../domain/label.ts';
import type { ManifestRow, Segment, SegmentKey } from '../domain/ledger.ts';
import type { Store } from '../store/port.ts';
import { segmentAfter } from './learning/entry-segments.ts';
import { isInForce } from './learning/generations.ts';
import type { Ledger } from './learning/ledger.ts';
import type { LedgerState, Lesson, TeachingType } from './learning/ledger-state.ts';
import { partOf } from './learning/partition.ts';

/** A window that taught a token, and how much. */
export interface TeachingWindow {
  id: string;
  /** The class that it taught; of an import, too, which has no label of its own. */
  label: Label;
  /** Episodes of that class with the token. */
  episodes: number;
  /** They were taught together with other windows or judgements, which no count tells apart. */
  shared?: true;
}

export interface Teaching {
  /** Of each token, in the order asked for, those that taught most first. */
  windows: TeachingWindow[][];
  /** Whether all was looked at that may have taught one of them. */
  isComplete: boolean;
}

/** Bytes of counts that one question reads: about a second of work. */
const READ_BYTES_MAX = 33_554_432;
/** Documents that one question reads or lists. */
const READ_DOCUMENTS_MAX = 1_024;
/** Windows that are told of one token. */
const WINDOWS_MAX = 8;

interface Dependencies {
  store: Store;
  ledger: Ledger;
  breathe: () => Promise<unknown>;
}

/** @param upTo the last entry that is counted in the model */
export async function taughtBy(
  deps: Dependencies,
  site: string,
  tokens: readonly FieldToken[],
  upTo: number,
): Promise<Teaching> {
  const question = new Question(deps, site, tokens, await deps.ledger.read(site), upTo);
  return question.answer();
}

/** One question: what it may still read, and what it has found. */
class Question {
  readonly #deps: Dependencies;
  readonly #site: string;
  readonly #tokens: readonly FieldToken[];
  readonly #state: LedgerState;
  readonly #upTo: number;
  /** Windows in force, by the number of their entry. */
  readonly #lessons: ReadonlyMap<number, Lesson>;
  /** By token: what each window taught, by its id and the class. */
  readonly #found: Map<string, TeachingWindow>[];
  #bytesLeft = READ_BYTES_MAX;
  #documentsLeft = READ_DOCUMENTS_MAX;

  constructor(
    deps: Dependencies,
    site: string,
    tokens: readonly FieldToken[],
    state: LedgerState,
    upTo: number,
  ) {
    this.#deps = deps;
    this.#site = site;
    this.#tokens = tokens;
    this.#state = state;
    this.#upTo = upTo;
    const inForce = state
      .lessons()
      .filter(
        ({ entry, retractedBy }) => entry.number <= upTo && (retractedBy === undefined || retractedBy > upTo),
      );
    this.#lessons = new Map(inForce.map(lesson => [lesson.entry.number, lesson]));
    this.#found = tokens.map(() => new Map());
  }

  async answer(): Promise<Teaching> {
    const isComplete = this.#tokens.length === 0 || this.#lessons.size === 0 || (await this.#look());
    const windows = this.#found.map(found =>
      [...found.values()].sort((a, b) => b.episodes - a.episodes).slice(0, WINDOWS_MAX),
    );
    return { windows, isComplete };
  }

  /** @returns whether it came to the end */
  async #look(): Promise<boolean> {
    for (const { number, type } of this.#state.teaching().toReversed()) {
      if (number > this.#upTo) continue;
      const isWindow = type === 'mark' || type === 'import';
      if (isWindow && !this.#lessons.has(number)) continue;
      if (!(await this.#lookAtEntry(number, type))) return false;
      if (isWindow && !(await this.#lookAtSealed(number))) return false;
    }
    return true;
  }

  /** What an entry raised in slices that are not sealed. */
  async #lookAtEntry(number: number, type: TeachingType): Promise<boolean> {
    if (!this.#mayRead()) return false;
    const keys = await this.#deps.store.listSegmentKeys(this.#site, number);
    for (const [index, key] of keys.entries()) {
      if (!isInForce(this.#state, key, this.#upTo) || this.#state.isSealed(key.slice, this.#upTo + 1))
        continue;
      if (!this.#isWanted(key)) continue;
      if (!this.#mayRead()) return false;
      // One that has gone since it was listed counts no more, nor does the one that comes in its place.
      const segment = await segmentAfter(this.#deps.store, this.#site, number, keys[index - 1]);
      if (segment !== undefined) await this.#addSegment(segment, type);
    }
    return true;
  }

  /** What a mark taught of slices that are sealed. */
  async #lookAtSealed(incident: number): Promise<boolean> {
    const { store } = this.#deps;
    for (const key of await store.listSealKeys(this.#site, { incident })) {
      if (!this.#state.isSealed(key.slice, this.#upTo + 1)) continue;
      if (!this.#mayRead()) return false;
      const vector = await store.findSealVector(this.#site, key);
      if (vector !== null) this.#add(await this.#countsIn(vector.counts), () => new Set([incident]));
    }
    return true;
  }

  async #addSegment(segment: Segment, type: TeachingType): Promise<void> {
    const counts = await this.#countsIn(segment.counts);
    if (counts.every(({ goodEpisodes, badEpisodes }) => goodEpisodes <= 0 && badEpisodes <= 0)) return;
    if (type === 'mark' || segment.slice === IMPORT_SLICE) {
      this.#add(counts, () => new Set([segment.entry]));
      return;
    }
    const rows = await this.#rowsOf(segment, type);
    this.#add(
      counts,
      label => new Set(rows.filter(row => row.class === label).map(({ decidedBy }) => decidedBy)),
    );
  }

  /** What decides the records that a segment counts. A newer tokenizer counts all that entries before it have counted. */
  async #rowsOf({ entry, slice, part }: SegmentKey, type: TeachingType): Promise<ManifestRow[]> {
    const { store } = this.#deps;
    const isRecount = type === 'tokenizer';
    const manifests = await store.listManifests(this.#site, {
      slice,
      afterEntry: isRecount ? 0 : entry - 1,
      beforeEntry: isRecount ? entry : entry + 1,
    });
    const rows = new Map(manifests.flatMap(manifest => manifest.rows).map(row => [row.identity, row]));
    const plan = await store.findPlan(this.#site, entry);
    const parts = plan?.slices.find(planned => planned.slice === slice)?.parts ?? 1;
    return [...rows.values()].filter(({ episode }) => partOf(episode, parts) === part);
  }

  /** @param decidersOf numbers of the entries that gave a class to what is counted; 0 for time */
  #add(counts: readonly TokenCounts[], decidersOf: (label: Label) => ReadonlySet<number>): void {
    for (const label of LABELS) {
      const episodesOf = (of: TokenCounts) => (label === 'bad' ? of.badEpisodes : of.goodEpisodes);
      if (counts.every(of => episodesOf(of) <= 0)) continue;
      const deciders = decidersOf(label);
      for (const decider of deciders) {
        const id = this.#lessons.get(decider)?.entry.id;
        if (id === undefined) continue;
        for (const [index, of] of counts.entries()) {
          const episodes = episodesOf(of);
          if (episodes > 0) this.#addTo(index, { id, label, episodes }, deciders.size > 1);
        }
      }
    }
  }

  #addTo(index: number, taught: TeachingWindow, isShared: boolean): void {
    const found = this.#found[index];
    const key = `${taught.id} ${taught.label}`;
    const before = found?.get(key);
    const episodes = taught.episodes + (before?.episodes ?? 0);
    found?.set(key, { ...before, ...taught, episodes, ...(isShared && { shared: true }) });
  }

  #isWanted({ chunk, chunks }: { chunk: number; chunks: number }): boolean {
    return this.#tokens.some(token => isTokenOfChunk(token, { chunk, chunks }));
  }

  async #countsIn(bytes: Uint8Array): Promise<TokenCounts[]> {
    this.#bytesLeft -= bytes.length;
    await this.#deps.breathe();
    return encodedCountsOf(bytes, this.#tokens);
  }

  #mayRead(): boolean {
    return this.#bytesLeft > 0 && this.#documentsLeft-- > 0;
  }
}

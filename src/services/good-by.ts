/**
 * Who says that the good is good: how many good records are so by time alone, and how many by a person's window, by a judgement
 * or by an import. What only time vouches for is what an intruder may have waited for.
 *
 * Counts are sums and do not tell, manifests do: each of their rows names the entry that decides. They are folded for the
 * slices that a good window in force or a judgement reaches, and what is left of the total is good by time. A
 * slice that was folded is folded again only once an entry has touched it. Of sealed slices the vectors tell what windows
 * taught; what was judged there is counted as good by time, for a seal keeps both as one.
 *
 * One question reads READ_DOCUMENTS_MAX documents; where there are more, it has no answer yet, and the next one goes on.
 */

import { RECORD_FIELD } from '../bayes/counts.ts';
import { encodedCountsOf } from '../bayes/encoded-counts.ts';
import type { Identity, Slice } from '../domain/identity.ts';
import type { ManifestRow } from '../domain/ledger.ts';
import type { Store } from '../store/port.ts';
import { segmentAfter } from './learning/entry-segments.ts';
import type { Ledger } from './learning/ledger.ts';
import type { LedgerState, Lesson } from './learning/ledger-state.ts';
import { slicesOfMark } from './learning/plan.ts';

/** Good records, by who says so. */
export interface GoodBy {
  time: number;
  /** Windows and labelled corpora. */
  windows: number;
  judgements: number;
  imports: number;
}

/** Documents that one question reads: manifests and segments, up to four megabytes each and mostly far less. */
const READ_DOCUMENTS_MAX = 512;
const PRESENCE = [{ field: RECORD_FIELD, token: '' }];

interface Dependencies {
  store: Store;
  ledger: Ledger;
  breathe: () => Promise<unknown>;
}

type ByPerson = Pick<GoodBy, 'windows' | 'judgements'>;

/** What is known of one site. */
interface Known {
  /** Entries up to this one are in it. */
  upTo: number;
  /** Good marks whose slices are among the reached ones. */
  listed: Set<number>;
  reached: Set<Slice>;
  bySlice: Map<Slice, ByPerson>;
  /** Of sealed slices, by the place of the vector, which never changes. */
  sealed: Map<string, number>;
  /** By the number of the entry. */
  imports: Map<number, number>;
}

export class GoodRecords {
  readonly #deps: Dependencies;
  readonly #documentsMax: number;
  readonly #sites = new Map<string, Known>();
  /** One question at a time: each awaits the one before. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param documentsMax that one question reads */
  constructor(deps: Dependencies, documentsMax = READ_DOCUMENTS_MAX) {
    this.#deps = deps;
    this.#documentsMax = documentsMax;
  }

  /**
   * @param upTo the last entry that the model counts    @param goodRecords of all that it counts
   * @returns null where more has to be read: ask again
   */
  by(site: string, upTo: number, goodRecords: number): Promise<GoodBy | null> {
    const count = () => this.#count(site, upTo, goodRecords);
    const turn = this.#turn.then(count, count);
    this.#turn = turn;
    return turn;
  }

  async #count(site: string, upTo: number, goodRecords: number): Promise<GoodBy | null> {
    const state = await this.#deps.ledger.read(site);
    const known = await this.#knownOf(site, upTo);
    const reading = { documentsLeft: this.#documentsMax };
    const lessons = state.lessons().filter(lesson => isInForce(lesson, upTo));
    const told: GoodBy = { time: 0, windows: 0, judgements: 0, imports: 0 };
    for (const slice of await this.#reachedSlices(site, state, known, lessons, upTo)) {
      const ofSlice = known.bySlice.get(slice) ?? (await this.#fold(site, state, slice, upTo, reading));
      if (ofSlice === null) return null;
      known.bySlice.set(slice, ofSlice);
      told.windows += ofSlice.windows;
      told.judgements += ofSlice.judgements;
    }
    for (const { entry } of lessons) {
      if (entry.type === 'import') {
        const records = known.imports.get(entry.number) ?? (await this.#ofImport(site, entry.number));
        known.imports.set(entry.number, records);
        told.imports += records;
      } else if (entry.mark.label === 'good') {
        const records = await this.#ofSealed(site, state, known, entry.number, upTo, reading);
        if (records === null) return null;
        told.windows += records;
      }
    }
    return { ...told, time: goodRecords - told.windows - told.judgements - told.imports };
  }

  /** What was known before, without what entries have touched since. */
  async #knownOf(site: string, upTo: number): Promise<Known> {
    let known = this.#sites.get(site);
    if (known === undefined || known.upTo > upTo) {
      known = {
        upTo,
        listed: new Set(),
        reached: new Set(),
        bySlice: new Map(),
        sealed: new Map(),
        imports: new Map(),
      };
      this.#sites.set(site, known);
    }
    for (let entry = known.upTo + 1; entry <= upTo; entry++) {
      const plan = await this.#deps.store.findPlan(site, entry);
      for (const { slice } of plan?.slices ?? []) {
        known.bySlice.delete(slice);
        // Whatever is counted there may be of a window that was known before.
        known.reached.add(slice);
      }
      known.upTo = entry;
    }
    return known;
  }

  /** Open slices that may hold what a good window in force covers, or what was judged. */
  async #reachedSlices(
    site: string,
    state: LedgerState,
    known: Known,
    lessons: readonly Lesson[],
    upTo: number,
  ): Promise<Slice[]> {
    const judged = state.judgedSlices(upTo);
    const marks = lessons.flatMap(({ entry }) =>
      entry.type === 'mark' && entry.mark.label === 'good' ? [entry] : [],
    );
    if (judged.length === 0 && marks.length === 0) return [];
    for (const slice of judged) known.reached.add(slice);
    for (const mark of marks) {
      if (known.listed.has(mark.number)) continue;
      const slices = await slicesOfMark(this.#deps.store, site, mark);
      for (const { slice } of slices) known.reached.add(slice);
      known.listed.add(mark.number);
    }
    for (const slice of known.reached) if (state.isSealed(slice, upTo + 1)) known.reached.delete(slice);
    return [...known.reached];
  }

  async #fold(
    site: string,
    state: LedgerState,
    slice: Slice,
    upTo: number,
    reading: { documentsLeft: number },
  ): Promise<ByPerson | null> {
    if (reading.documentsLeft <= 0) return null;
    const query = { slice, afterEntry: 0, beforeEntry: upTo + 1 };
    const manifests = await this.#deps.store.listManifests(site, query);
    reading.documentsLeft -= manifests.length;
    const last = new Map<Identity, ManifestRow>();
    for (const { rows } of manifests) for (const row of rows) last.set(row.identity, row);
    const told = { windows: 0, judgements: 0 };
    for (const { class: recordClass, decidedBy } of last.values()) {
      if (recordClass !== 'good' || decidedBy === 0) continue;
      told[state.isMark(decidedBy) ? 'windows' : 'judgements'] += 1;
    }
    await this.#deps.breathe();
    return told;
  }

  /** What a mark taught of sealed slices. */
  async #ofSealed(
    site: string,
    state: LedgerState,
    { sealed }: Known,
    incident: number,
    upTo: number,
    reading: { documentsLeft: number },
  ): Promise<number | null> {
    const { store } = this.#deps;
    let records = 0;
    for (const key of await store.listSealKeys(site, { incident })) {
      if (!state.isSealed(key.slice, upTo + 1)) continue;
      const place = `${incident} ${key.slice} ${key.part} ${key.chunk}`;
      let ofVector = sealed.get(place);
      if (ofVector === undefined) {
        if (reading.documentsLeft-- <= 0) return null;
        ofVector = goodIn((await store.findSealVector(site, key))?.counts);
        sealed.set(place, ofVector);
        await this.#deps.breathe();
      }
      records += ofVector;
    }
    return records;
  }

  /** What an import counts, weighed. The totals stand in one of its parts. */
  async #ofImport(site: string, entry: number): Promise<number> {
    const { store } = this.#deps;
    let segment = await segmentAfter(store, site, entry);
    while (segment !== undefined) {
      const records = goodIn(segment.counts);
      if (records > 0) return records;
      await this.#deps.breathe();
      segment = await segmentAfter(store, site, entry, segment);
    }
    return 0;
  }
}

function goodIn(counts: Uint8Array | undefined): number {
  return counts === undefined ? 0 : (encodedCountsOf(counts, PRESENCE)[0]?.goodRecords ?? 0);
}

function isInForce({ entry, retractedBy }: Lesson, upTo: number): boolean {
  return entry.number <= upTo && (retractedBy === undefined || retractedBy > upTo);
}

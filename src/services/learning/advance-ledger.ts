/**
 * Working: each entry that is not done is planned, listed and counted; then the left intents are looked at. Every step
 * inserts an immutable document under a key that tells what it is, so it may be done by any number of workers, twice,
 * or go on after a crash from whatever is there: whoever loses an insert takes the winner's.
 */
import { Sum128 } from '../../bayes/sum128.ts';
import { IMPORT_SLICE } from '../../domain/identity.ts';
import type { Done, LedgerEntry, Manifest, Plan, Segment } from '../../domain/ledger.ts';
import type { Tokenize } from '../../tokenize/tokenizers.ts';
import type { LearningDependencies } from './dependencies.ts';
import { doneAfter, isDone } from './done-entries.ts';
import { replacedSum } from './generations.ts';
import { GoneError } from './gone-error.ts';
import { importMoveOf, segmentsOfImport } from './imports.ts';
import { LateRecords } from './late.ts';
import type { LedgerState } from './ledger-state.ts';
import { manifestsOf } from './manifest.ts';
import { planOf } from './plan.ts';
import { sealVectorsOf, withoutIncident } from './seal.ts';
import { changesOf, everythingIn, segmentsOf } from './segment.ts';
import { SliceFolds } from './slice-fold.ts';

type PlannedSlice = Plan['slices'][number];

/** An entry that is being counted, and by which tokenizer. */
interface Work {
  site: string;
  state: LedgerState;
  entry: LedgerEntry;
  tokenize: Tokenize;
}

export class LedgerWorker {
  readonly #deps: LearningDependencies;
  readonly #folds: SliceFolds;
  readonly #late: LateRecords;
  /** Last done entry of each site, as seen. */
  readonly #doneTo = new Map<string, number>();

  constructor(deps: LearningDependencies) {
    this.#deps = deps;
    this.#folds = new SliceFolds(deps.store);
    this.#late = new LateRecords(deps, this.#folds);
  }

  /**
   * Counts everything that is due in the site.
   * @returns the last entry done
   * @throws AppError `tokenizer-unknown` at the first entry of a generation whose tokenizer is not here
   */
  async advance(site: string): Promise<number> {
    for (;;) {
      const state = await this.#deps.ledger.read(site);
      let doneTo = await this.#readDone(site);
      while (doneTo < state.last) {
        await this.#countUnlessDone(site, state, await this.#deps.ledger.entry(site, doneTo + 1));
        doneTo += 1;
        this.#doneTo.set(site, doneTo);
        await this.#deps.breathe?.();
      }
      if ((await this.#late.collect(site, doneTo)) === 'settled') return doneTo;
    }
  }

  async #readDone(site: string): Promise<number> {
    let doneTo = this.#doneTo.get(site) ?? 0;
    for await (const { entry } of doneAfter(this.#deps.store, site, doneTo)) doneTo = entry;
    this.#doneTo.set(site, doneTo);
    return doneTo;
  }

  /** A worker that slept may find what an old entry counts gone: then others have counted it long ago. */
  async #countUnlessDone(site: string, state: LedgerState, entry: LedgerEntry): Promise<void> {
    try {
      await this.#count(site, state, entry);
    } catch (error) {
      const isOthersWork = error instanceof GoneError && (await isDone(this.#deps.store, site, entry.number));
      if (!isOthersWork) throw error;
    }
  }

  async #count(site: string, state: LedgerState, entry: LedgerEntry): Promise<void> {
    const { store, tokenizers } = this.#deps;
    // Before anything is written: who has another tokenizer leaves all of it to others.
    const tokenize = tokenizers.getTokenizer(state.tokenizerAt(entry.number));
    const plan = await this.#plan(site, state, entry);
    const there = completeParts(await store.listSegmentKeys(site, entry.number));
    for (const planned of plan.slices) {
      const wanted = (part: number) => !there.has(`${planned.slice}/${part}`);
      const parts = Array.from({ length: planned.parts }, (_, part) => part);
      if (parts.some(wanted)) {
        await this.#countSlice({ site, state, entry, tokenize }, planned, wanted);
      }
    }
    await store.putDone(site, await this.#doneOf(site, state, entry.number));
  }

  async #plan(site: string, state: LedgerState, entry: LedgerEntry): Promise<Plan> {
    const { store } = this.#deps;
    const there = await store.findPlan(site, entry.number);
    if (there !== null) return there;
    const plan = await planOf(store, site, state, entry);
    if ((await store.putPlan(site, plan)) === 'inserted') return plan;
    return found(await store.findPlan(site, entry.number), `plan of entry ${entry.number}`);
  }

  async #countSlice(work: Work, planned: PlannedSlice, wanted: (part: number) => boolean): Promise<void> {
    const { store } = this.#deps;
    const { site } = work;
    for await (const segment of await this.#segments(work, planned, wanted)) {
      await store.putSegment(site, segment);
      await this.#deps.breathe?.();
    }
  }

  async #segments(
    work: Work,
    planned: PlannedSlice,
    wanted: (part: number) => boolean,
  ): Promise<AsyncIterable<Segment>> {
    const { store } = this.#deps;
    const { site, state, entry } = work;
    if (planned.slice === IMPORT_SLICE)
      return segmentsOfImport(store, site, entry.number, found(importMoveOf(state, entry), 'import'), wanted);
    const place = { entry: entry.number, slice: planned.slice };
    return state.isSealed(planned.slice, entry.number)
      ? withoutIncident(store, site, place, retractedIncident(state, entry), wanted)
      : this.#openSlice(work, planned, wanted);
  }

  /** The segments of a slice that takes records still; what a seal keeps of it is written before they are. */
  async #openSlice(
    { site, state, entry, tokenize }: Work,
    planned: PlannedSlice,
    wanted: (part: number) => boolean,
  ): Promise<AsyncIterable<Segment>> {
    const { store, breathe } = this.#deps;
    const counted = await this.#folds.before(site, planned.slice, entry.number);
    const place = { entry: entry.number, slice: planned.slice };
    if (entry.type === 'tokenizer')
      return segmentsOf(store, site, place, everythingIn(planned, counted), tokenize, wanted);
    const manifests = await this.#manifests(site, state, entry, planned);
    if (entry.type === 'seal') {
      for await (const vector of sealVectorsOf(store, site, state, planned, manifests, counted, tokenize)) {
        await store.putSealVector(site, vector);
        await breathe?.();
      }
    }
    return segmentsOf(store, site, place, changesOf(planned, manifests, counted), tokenize, wanted);
  }

  async #manifests(
    site: string,
    state: LedgerState,
    entry: LedgerEntry,
    planned: PlannedSlice,
  ): Promise<Manifest[]> {
    const { store } = this.#deps;
    const keys = Array.from({ length: planned.parts }, (_, part) => ({
      slice: planned.slice,
      entry: entry.number,
      part,
    }));
    const there: (Manifest | null)[] = [];
    for (const key of keys) there.push(await store.findManifest(site, key));
    if (!there.includes(null)) return there.filter(manifest => manifest !== null);
    const counted = await this.#folds.before(site, planned.slice, entry.number);
    const made = await manifestsOf(store, site, state, entry, planned, counted);
    const manifests: Manifest[] = [];
    for (const [part, key] of keys.entries()) {
      const mine = there[part] ?? made[part];
      if (mine === undefined) throw new Error(`no manifest made for part ${part}`);
      const won = there[part] !== null || (await store.putManifest(site, mine)) === 'inserted';
      manifests.push(won ? mine : found(await store.findManifest(site, key), `manifest of part ${part}`));
    }
    return manifests;
  }

  async #doneOf(site: string, state: LedgerState, entry: number): Promise<Done> {
    const { store } = this.#deps;
    const sum = new Sum128();
    for (const key of await store.listSegmentKeys(site, entry)) sum.addSum(Sum128.parse(key.sum));
    if (state.generationAt(entry) === entry)
      sum.addSum(await replacedSum(this.#deps, site, state, entry), -1);
    return { entry, sum: sum.toString(), doneAtMs: this.#deps.clock.nowMs() };
  }
}

/** Number of the mark that the entry retracts. @throws Error for another entry: only a retraction reaches a sealed slice */
function retractedIncident(state: LedgerState, entry: LedgerEntry): number {
  const mark = entry.type === 'retract' ? state.findMark(entry.markId) : null;
  if (mark === null) throw new Error(`entry ${entry.number} (${entry.type}) was planned over a sealed slice`);
  return mark.entry.number;
}

/** Slice and part of those whose last chunk is there: chunks are inserted in order, so the others are too. */
function completeParts(keys: readonly Omit<Segment, 'counts'>[]): Set<string> {
  return new Set(
    keys.filter(({ chunk, chunks }) => chunk === chunks - 1).map(({ slice, part }) => `${slice}/${part}`),
  );
}

function found<T>(document: T | null, what: string): T {
  if (document === null) throw new GoneError(`the ${what}`);
  return document;
}

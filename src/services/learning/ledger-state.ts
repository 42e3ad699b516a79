/**
 * What the entries of a ledger say, up to any of them: the class of a record is a pure function of the entries in force.
 *
 * class(record, e) = the last judgement of it up to e, unless that was taken back;
 *                    else the label of the last mark up to e, not retracted up to e, whose scope covers it;
 *                    else good, where a baseline horizon up to e is past its own time and its receipt, and its stored
 *                    copy came without a label;
 *                    else none.
 * Entries are immutable and dense, so a state only ever grows. Four entries count for nothing: one whose id was seen before
 * (an append whose answer got lost), a list's mark whose name is in force already (two corpora of one name that began
 * at the same moment: the lower number wins, whatever their labels), a tokenizer that is no newer than the ledger's
 * (two workers that began at the same moment, or an old one), and an import of counts that are in force already (a file
 * that was sent again because its answer got lost).
 */
import { IMPORT_SLICE, nextGeneration, recordIdOf, type Slice } from '../../domain/identity.ts';
import type { Label, RecordClass } from '../../domain/label.ts';
import type { ActivateEntry, ImportEntry, LedgerEntry, MarkEntry } from '../../domain/ledger.ts';
import { type HeadMatcher, scopeMatcher } from '../../domain/scope.ts';
import type { RecordHead } from '../../domain/stored-record.ts';

export interface Ruling {
  class: RecordClass;
  /** Number of the mark or judge entry that decides; 0 for good by time and for none. */
  decidedBy: number;
}

export interface MarkState {
  entry: MarkEntry;
  covers: HeadMatcher;
  /** Number of the entry that retracts it, if any. */
  retractedBy: number | undefined;
}

export interface ImportState {
  entry: ImportEntry;
  /** Number of the entry that retracts it, if any. */
  retractedBy: number | undefined;
}

/** What was taught and can be taken back as a whole: the windows that people see. */
export type Lesson = MarkState | ImportState;

/** From one tokenizer entry to the next. */
interface Generation {
  /** The entry that begins it. */
  entry: number;
  version: number;
}

/** Of entries that may raise counts by what people said: who learns why a token counts looks at them. */
const TEACHING = ['mark', 'retract', 'judge', 'late', 'import', 'tokenizer'] as const;
export type TeachingType = (typeof TEACHING)[number];

/** Before any tokenizer entry. */
const FIRST_GENERATION: Generation = { entry: 0, version: 1 };
const NO_RULING: Ruling = { class: 'none', decidedBy: 0 };

export class LedgerState {
  /** Number of the last entry applied. */
  last = 0;
  readonly #ids = new Set<string>();
  /** Ascending by number. */
  readonly #marks: MarkState[] = [];
  readonly #markById = new Map<string, MarkState>();
  readonly #markNumbers = new Set<number>();
  readonly #imports = new Map<string, ImportState>();
  /** Marks and imports, ascending by number. */
  readonly #lessons: Lesson[] = [];
  readonly #judgements = new Map<string, { entry: number; label: Label | null }[]>();
  /** Slices of judged records, with the first entry that judges one. */
  readonly #judgedSlices = new Map<Slice, number>();
  /** Ascending by number and by horizon: lower horizons change nothing. */
  readonly #baselines: { entry: number; horizonMs: number }[] = [];
  /** How many records late entries and judgements name, ascending by entry. */
  readonly #named: { entry: number; records: number }[] = [];
  /** Entries that may count what people said, ascending. */
  readonly #teaching: { number: number; type: TeachingType }[] = [];
  readonly #void = new Set<number>();
  /** By slice: the entry that seals it, the first that names it. */
  readonly #seals = new Map<Slice, number>();
  #activation: ActivateEntry | null = null;
  /** Ascending by entry and by version. */
  readonly #generations: Generation[] = [FIRST_GENERATION];

  /** Applies the next entry; anything but number last + 1 is left for a later read. @returns whether it was applied */
  apply(entry: LedgerEntry): boolean {
    if (entry.number !== this.last + 1) return false;
    this.last = entry.number;
    if (this.#ids.has(entry.id) || this.#countsForNothing(entry)) {
      this.#void.add(entry.number);
      return true;
    }
    this.#ids.add(entry.id);
    const type = TEACHING.find(each => each === entry.type);
    if (type !== undefined) this.#teaching.push({ number: entry.number, type });
    this.#applyInForce(entry);
    return true;
  }

  #applyInForce(entry: LedgerEntry): void {
    switch (entry.type) {
      case 'mark': {
        const mark = { entry, covers: scopeMatcher(entry.mark.scope), retractedBy: undefined };
        this.#marks.push(mark);
        this.#lessons.push(mark);
        this.#markById.set(entry.id, mark);
        this.#markNumbers.add(entry.number);
        return;
      }
      case 'retract': {
        const lesson = this.findLesson(entry.markId);
        if (lesson !== null) lesson.retractedBy ??= entry.number;
        return;
      }
      case 'import': {
        const imported = { entry, retractedBy: undefined };
        this.#imports.set(entry.id, imported);
        this.#lessons.push(imported);
        return;
      }
      case 'judge':
        this.#named.push({ entry: entry.number, records: entry.judgements.length });
        for (const { record, label } of entry.judgements) {
          this.#judge(recordIdOf(record), entry.number, label);
          if (!this.#judgedSlices.has(record.slice)) this.#judgedSlices.set(record.slice, entry.number);
        }
        return;
      case 'baseline':
        if (entry.horizonMs > this.horizonMs())
          this.#baselines.push({ entry: entry.number, horizonMs: entry.horizonMs });
        return;
      case 'seal':
        for (const slice of entry.slices) if (!this.#seals.has(slice)) this.#seals.set(slice, entry.number);
        return;
      case 'tokenizer':
        this.#generations.push({ entry: entry.number, version: entry.version });
        return;
      case 'activate':
        this.#activation = entry;
        return;
      case 'late':
        // It changes no class: it says which records were stored after the entries that give them theirs.
        this.#named.push({ entry: entry.number, records: entry.records.length });
        return;
      default:
        entry satisfies never;
    }
  }

  #judge(id: string, entry: number, label: Label | null): void {
    const earlier = this.#judgements.get(id);
    if (earlier === undefined) this.#judgements.set(id, [{ entry, label }]);
    else earlier.push({ entry, label });
  }

  #countsForNothing(entry: LedgerEntry): boolean {
    if (entry.type === 'import') return this.findImportOf(entry.imported.sum) !== null;
    return this.#isNameTaken(entry) || this.#isNoNewer(entry);
  }

  #isNameTaken(entry: LedgerEntry): boolean {
    if (entry.type !== 'mark' || entry.mark.scope.type !== 'list') return false;
    return this.findListMark(entry.mark.scope.name) !== null;
  }

  #isNoNewer(entry: LedgerEntry): boolean {
    return entry.type === 'tokenizer' && entry.version <= this.tokenizerAt();
  }

  /** Whether the entry counts for nothing: see above. */
  isVoid(number: number): boolean {
    return this.#void.has(number);
  }

  /** Whether an entry before this one seals the slice: then nothing but a retraction changes its counts. */
  isSealed(slice: Slice, before: number = Number.POSITIVE_INFINITY): boolean {
    const entry = this.#seals.get(slice);
    return entry !== undefined && entry < before;
  }

  /** Sealed slices with the number of the entry that seals each. */
  seals(): ReadonlyMap<Slice, number> {
    return this.#seals;
  }

  /** Where a record goes: its own slice, or the first generation of a slice by hash that is not sealed. */
  openSlice(slice: Slice): Slice {
    let open = slice;
    while (open < 0 && this.#seals.has(open)) open = nextGeneration(open);
    return open;
  }

  /** Version of the tokenizers by which an entry is counted; that of the next one, unless one is given. */
  tokenizerAt(entry?: number): number {
    return this.#generationAt(entry ?? this.last).version;
  }

  /**
   * The entry that began the generation in which a slice is counted up to an entry: only its segments from there on count.
   * 0 for the first one. A slice keeps the generation in which it was sealed; imports are never counted again.
   */
  generationOf(slice: Slice, upTo: number): number {
    if (slice === IMPORT_SLICE) return FIRST_GENERATION.entry;
    const sealedBy = this.#seals.get(slice) ?? Number.POSITIVE_INFINITY;
    return this.#generationAt(Math.min(upTo, sealedBy)).entry;
  }

  /** The entry that began the generation of open slices up to an entry; 0 for the first. */
  generationAt(upTo: number): number {
    return this.#generationAt(upTo).entry;
  }

  #generationAt(upTo: number): Generation {
    return this.#generations.findLast(({ entry }) => entry <= upTo) ?? FIRST_GENERATION;
  }

  /** The last decision which model is served; null where there was none. */
  activation(): ActivateEntry | null {
    return this.#activation;
  }

  /** Whether the entry of this number is a mark: an incident, which can be retracted as a whole. */
  isMark(number: number): boolean {
    return this.#markNumbers.has(number);
  }

  findMark(markId: string): MarkState | null {
    return this.#markById.get(markId) ?? null;
  }

  /** In the order of their entries. */
  marks(): readonly MarkState[] {
    return this.#marks;
  }

  findImport(id: string): ImportState | null {
    return this.#imports.get(id) ?? null;
  }

  /** The import in force of these counts. There is at most one. @param sum of an entry's `imported` */
  findImportOf(sum: string): ImportState | null {
    for (const imported of this.#imports.values())
      if (imported.retractedBy === undefined && imported.entry.imported.sum === sum) return imported;
    return null;
  }

  /** The mark or import of this id. */
  findLesson(id: string): Lesson | null {
    return this.findMark(id) ?? this.findImport(id);
  }

  /** Marks and imports in the order of their entries. */
  lessons(): readonly Lesson[] {
    return this.#lessons;
  }

  /** The mark in force whose list has this name: what a corpus post of that name joins. There is at most one. */
  findListMark(name: string): MarkState | null {
    return (
      this.#marks.find(
        ({ entry, retractedBy }) =>
          retractedBy === undefined && entry.mark.scope.type === 'list' && entry.mark.scope.name === name,
      ) ?? null
    );
  }

  /** Entries that may count what people said, ascending; those that count for nothing are left out. */
  teaching(): readonly { number: number; type: TeachingType }[] {
    return this.#teaching;
  }

  /** How many records the late entries and judgements after an entry name. */
  recordsNamedAfter(entry: number): number {
    let records = 0;
    for (let i = this.#named.length - 1; i >= 0; i--) {
      const named = this.#named[i];
      if (named === undefined || named.entry <= entry) break;
      records += named.records;
    }
    return records;
  }

  /** Whether people have judged single records, up to an entry. */
  hasJudgements(upTo: number): boolean {
    return [...this.#judgements.values()].some(judged => judged.some(({ entry }) => entry <= upTo));
  }

  /** Slices in which a person has judged a record, up to an entry. */
  judgedSlices(upTo: number): Slice[] {
    return [...this.#judgedSlices].filter(([, entry]) => entry <= upTo).map(([slice]) => slice);
  }

  /** The greatest horizon of the entries up to one; −∞ where there is none. */
  horizonMs(upTo: number = this.last): number {
    for (let i = this.#baselines.length - 1; i >= 0; i--) {
      const baseline = this.#baselines[i];
      if (baseline !== undefined && baseline.entry <= upTo) return baseline.horizonMs;
    }
    return Number.NEGATIVE_INFINITY;
  }

  /**
   * The class of a record and the entry that decides it.
   * @param lists ids of the marks whose lists hold the record
   * @param upTo number of the last entry that counts
   */
  rulingOf(head: RecordHead, lists: ReadonlySet<string>, upTo: number = this.last): Ruling {
    const judged = this.#judgementOf(head, upTo);
    if (judged !== null) return judged;
    for (let i = this.#marks.length - 1; i >= 0; i--) {
      const mark = this.#marks[i];
      if (mark === undefined || mark.entry.number > upTo) continue;
      if (mark.retractedBy !== undefined && mark.retractedBy <= upTo) continue;
      if (lists.has(mark.entry.id) || mark.covers(head)) {
        return { class: mark.entry.mark.label, decidedBy: mark.entry.number };
      }
    }
    if (head.labelled) return NO_RULING;
    const newestMs = Math.max(head.atMs ?? head.receivedAtMs, head.receivedAtMs);
    return this.horizonMs(upTo) >= newestMs ? { class: 'good', decidedBy: 0 } : NO_RULING;
  }

  #judgementOf(head: RecordHead, upTo: number): Ruling | null {
    if (this.#judgements.size === 0) return null;
    const last = this.#judgements.get(recordIdOf(head))?.findLast(({ entry }) => entry <= upTo);
    return last === undefined || last.label === null ? null : { class: last.label, decidedBy: last.entry };
  }
}

/**
 * What a node holds to compile its model from: the sum of all segments, whole and decayed, with the text of every token.
 *
 * Everything it tells is a function of that sum alone, bit for bit: whole counts are integers, decayed ones integers of
 * 24 fractional bits (exact-sums.ts), ages are counted from the newest day that holds a record. When a newer day comes,
 * or another half-life, each day's own counts (day-runs.ts) are added once more, by the difference of its weights, at the
 * next question; a day whose weight stays, as that of undated records does, costs nothing.
 * About 85 bytes an n-gram, and four more for each day that holds it.
 */
import { UNDATED_DAY } from '../domain/identity.ts';
import { GOOD_EPISODES, UNIT_COUNT } from './content-hash.ts';
import { Counts, RECORD_FIELD } from './counts.ts';
import { type DecodedBlock, decodeBlocks, decodeCounts, encodeCounts } from './counts-codec.ts';
import { DayRuns } from './day-runs.ts';
import type { ValueCount } from './drift.ts';
import { dayWeight, WHOLE_WEIGHT } from './exact-sums.ts';
import type { TokenCounts } from './model.ts';
import { SettledField } from './settled-field.ts';
import { TokenTable } from './token-table.ts';

export interface SettledToken {
  field: string;
  /** A category's token, or an n-gram as people read it; '' is the presence of the field. */
  token: string;
  /** Whole counts. */
  counts: TokenCounts;
  decayed: TokenCounts;
  /** The newest day that holds it; UNDATED_DAY where only undated records do. */
  lastDay: number;
}

const NOTHING: Readonly<TokenCounts> = { goodRecords: 0, goodEpisodes: 0, badRecords: 0, badEpisodes: 0 };

export class SettledCounts {
  #halfLifeDays: number;
  /** By what the decayed counts are reckoned now: other ones until the next question. */
  #reckonedBy: { halfLifeDays: number; newestDay: number };
  readonly #fields = new Map<string, SettledField>();
  readonly #days = new Map<number, DayRuns>();
  /** The same of what other sites have seen, dated at its import. */
  readonly #importedDays = new Map<number, DayRuns>();
  /** Good records of this site of each day. */
  readonly #ownGoodRecords = new Map<number, number>();
  /** Records of each day, both classes; from them the newest day is known. */
  readonly #dayTotals = new Map<number, { goodRecords: number; badRecords: number }>();
  /** A count was taken away since last days were reckoned. */
  #lastDaysStale = false;

  /** @param halfLifeDays > 0; Infinity never decays */
  constructor(halfLifeDays = Number.POSITIVE_INFINITY) {
    this.#halfLifeDays = halfLifeDays;
    this.#reckonedBy = { halfLifeDays, newestDay: UNDATED_DAY };
  }

  /**
   * Adds the counts of a segment. Order and cutting do not matter, but each must be added once.
   * @param counts as encodeCounts writes them    @param isImported whether another site has seen what they count
   * @throws CorruptBytesError, and then nothing is added
   */
  addSegment(counts: Uint8Array, isImported = false): void {
    // To the end before anything is added: corrupt ones are found here.
    const blocks = decodeBlocks(counts);
    const days = isImported ? this.#importedDays : this.#days;
    for (const [day, run] of byDay(counts, blocks)) runsOf(days, day).add(run);
    for (const block of blocks) this.#addBlock(block, isImported);
  }

  /** The newest day that holds a record; UNDATED_DAY where none is dated. */
  get newestDay(): number {
    let newest = UNDATED_DAY;
    for (const [day, totals] of this.#dayTotals) {
      if (day > newest && (totals.goodRecords !== 0 || totals.badRecords !== 0)) newest = day;
    }
    return newest;
  }

  /** The oldest day that holds a record; UNDATED_DAY where none is dated. */
  get oldestDay(): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const [day, totals] of this.#dayTotals) {
      const isDated = day !== UNDATED_DAY;
      if (isDated && day < oldest && (totals.goodRecords !== 0 || totals.badRecords !== 0)) oldest = day;
    }
    return oldest === Number.POSITIVE_INFINITY ? UNDATED_DAY : oldest;
  }

  get halfLifeDays(): number {
    return this.#halfLifeDays;
  }

  /** Another half-life from now on. */
  setHalfLife(days: number): void {
    this.#halfLifeDays = days;
  }

  /** Names of all fields ever counted, ascending; without the pseudo-field of the totals. */
  fieldNames(): string[] {
    return [...this.#fields.keys()].filter(field => field !== RECORD_FIELD).sort();
  }

  /** One field with its decayed counts up to date, for compiling; undefined where it was never counted. */
  settledField(field: string): SettledField | undefined {
    this.#decay();
    return this.#fields.get(field);
  }

  /** Records and episodes learnt, whole. */
  get totals(): TokenCounts {
    return this.countsOf(RECORD_FIELD, '');
  }

  /** Whole counts of a token; zeros for one never seen. @param token as in a SettledToken */
  countsOf(field: string, token: string): TokenCounts {
    const of = this.#fields.get(field);
    const row = of?.findRow(token) ?? -1;
    return of === undefined || row < 0 ? { ...NOTHING } : of.wholeOf(row);
  }

  /** Decayed counts of a token; zeros for one never seen. */
  decayedOf(field: string, token: string): TokenCounts {
    const of = this.settledField(field);
    const row = of?.findRow(token) ?? -1;
    return of === undefined || row < 0 ? { ...NOTHING } : of.decayedOf(row);
  }

  /** Decayed presence of a field: what the weights of its tokens are measured against. */
  totalsOf(field: string): TokenCounts {
    return this.decayedOf(field, '');
  }

  /** Whole presence counts and distinct tokens of each field. */
  fields(): Record<string, TokenCounts & { tokens: number }> {
    return Object.fromEntries(
      this.fieldNames().flatMap(name => {
        const field = this.#fields.get(name);
        let tokens = 0;
        const presence = field?.findRow('') ?? -1;
        for (let row = 0; row < (field?.table.size ?? 0); row++) {
          if (row !== presence && field?.isZeroRow(row) === false) tokens++;
        }
        const counts = this.countsOf(name, '');
        return tokens === 0 ? [] : [[name, { ...counts, tokens }] as const];
      }),
    );
  }

  /**
   * Every token that is not all 0, by field, then n-gram key or token text.
   * @param only a single field    @param after only what follows this token, which need not be there
   */
  *tokens(only?: string, after?: string): Generator<SettledToken> {
    this.#reckonLastDays();
    for (const field of only === undefined ? this.fieldNames() : [only]) {
      const of = this.settledField(field);
      if (of === undefined) continue;
      const isWanted = after === undefined ? () => true : of.isAfter(after);
      for (const row of of.table.sortedRows()) {
        if (of.isZeroRow(row) || !isWanted(row)) continue;
        yield {
          field,
          token: of.tokenOf(row),
          counts: of.wholeOf(row),
          decayed: of.decayedOf(row),
          lastDay: of.lastDayOf(row),
        };
      }
    }
  }

  /** The newest day of a good record that this site has seen itself; UNDATED_DAY where none is dated. */
  get newestGoodDay(): number {
    let newest = UNDATED_DAY;
    for (const [day, records] of this.#ownGoodRecords) if (records !== 0 && day > newest) newest = day;
    return newest;
  }

  /**
   * Good episodes, decayed, that this site has seen itself of each category field: since a day, and on all days before. What is
   * undated, or of another site, is in neither. It reads the counts of the days since, the undated and the imported ones again.
   * @param isWanted which fields
   */
  *goodSince(
    since: number,
    isWanted: (field: string) => boolean,
  ): Generator<{ field: string; values: ValueCount[] }> {
    this.#decay();
    const now = new Map<string, Float64Array>();
    const elsewhere = new Map<string, Float64Array>();
    for (const [day, runs] of this.#days) {
      if (day === UNDATED_DAY) this.#addGood(runs, day, isWanted, elsewhere);
      else if (day >= since) this.#addGood(runs, day, isWanted, now);
    }
    for (const [day, runs] of this.#importedDays) this.#addGood(runs, day, isWanted, elsewhere);
    for (const name of this.fieldNames()) {
      const of = this.#fields.get(name);
      if (of === undefined || !(of.table instanceof TokenTable) || !isWanted(name)) continue;
      const values: ValueCount[] = [];
      for (let row = 0; row < of.table.size; row++) {
        const recent = now.get(name)?.[row] ?? 0;
        const before = of.decayedUnit(row, GOOD_EPISODES) - recent - (elsewhere.get(name)?.[row] ?? 0);
        const token = of.tokenOf(row);
        if (token !== '' && (recent > 0 || before > 0)) values.push({ token, before, now: recent });
      }
      if (values.length > 0) yield { field: name, values };
    }
  }

  /** Adds the decayed good episodes of a day's runs, by field and row. */
  #addGood(
    runs: DayRuns,
    day: number,
    isWanted: (field: string) => boolean,
    into: Map<string, Float64Array>,
  ): void {
    const weight = weightOf(day, this.#reckonedBy) / WHOLE_WEIGHT;
    runs.read(({ field, tokens, values }) => {
      const table = this.#fields.get(field)?.table;
      if (!(table instanceof TokenTable) || !isWanted(field)) return;
      const sums = into.get(field) ?? new Float64Array(table.size);
      into.set(field, sums);
      for (const [index, token] of tokens.entries()) {
        const row = table.findRow(token);
        sums[row] = (sums[row] as number) + weight * (values[index * UNIT_COUNT + GOOD_EPISODES] as number);
      }
    });
  }

  /** @throws Error naming a token whose settled count is negative: a defect to be shouted about, never floored */
  assertNoNegative(): void {
    for (const [field, of] of this.#fields) {
      const row = of.negativeRow();
      if (row >= 0) {
        throw new Error(
          `negative settled counts: ${JSON.stringify({ field, token: of.tokenOf(row), counts: of.wholeOf(row) })}`,
        );
      }
    }
  }

  /** All runs with their day. */
  *#runs(): Generator<[number, DayRuns]> {
    yield* this.#days;
    yield* this.#importedDays;
  }

  #addBlock(block: DecodedBlock, isImported: boolean): void {
    const of = this.#fieldOf(block.field);
    if (of.addCounts(block, weightOf(block.day, this.#reckonedBy))) this.#lastDaysStale = true;
    if (block.field !== RECORD_FIELD) return;
    const row = block.tokens.indexOf('');
    if (row < 0) return;
    const values = block.values.subarray(row * UNIT_COUNT);
    this.#addDayTotals(block.day, values);
    const before = this.#ownGoodRecords.get(block.day) ?? 0;
    if (!isImported) this.#ownGoodRecords.set(block.day, before + (values[0] as number));
  }

  #addDayTotals(day: number, values: Int32Array): void {
    const { goodRecords, badRecords } = this.#dayTotals.get(day) ?? { goodRecords: 0, badRecords: 0 };
    this.#dayTotals.set(day, {
      goodRecords: goodRecords + (values[0] as number),
      badRecords: badRecords + (values[2] as number),
    });
  }

  /** Brings decayed counts up to date. */
  #decay(): void {
    const { newestDay } = this;
    const before = this.#reckonedBy;
    const now = { halfLifeDays: this.#halfLifeDays, newestDay };
    if (before.newestDay === newestDay && before.halfLifeDays === now.halfLifeDays) return;
    for (const [day, runs] of this.#runs()) {
      const difference = weightOf(day, now) - weightOf(day, before);
      if (difference !== 0) runs.read(block => this.#fieldOf(block.field).reweigh(block, difference));
    }
    this.#reckonedBy = now;
  }

  /** Last days from scratch, after something was taken away. */
  #reckonLastDays(): void {
    if (!this.#lastDaysStale) return;
    for (const field of this.#fields.values()) field.clearLastDays();
    for (const [, runs] of this.#runs()) {
      runs.merge();
      runs.read(block => this.#fieldOf(block.field).seenOn(block));
    }
    this.#lastDaysStale = false;
  }

  #fieldOf(field: string): SettledField {
    let of = this.#fields.get(field);
    if (of === undefined) {
      of = new SettledField(field);
      this.#fields.set(field, of);
    }
    return of;
  }
}

function runsOf(days: Map<number, DayRuns>, day: number): DayRuns {
  let runs = days.get(day);
  if (runs === undefined) {
    runs = new DayRuns();
    days.set(day, runs);
  }
  return runs;
}

/** What a day weighs; days after the newest one count as it does until they are the newest. */
function weightOf(
  day: number,
  { halfLifeDays, newestDay }: { halfLifeDays: number; newestDay: number },
): number {
  if (day === UNDATED_DAY) return WHOLE_WEIGHT;
  return dayWeight(Math.max(0, newestDay - day), halfLifeDays);
}

/** Encoded counts cut by day. @param blocks the same, decoded */
function byDay(bytes: Uint8Array, blocks: readonly DecodedBlock[]): Map<number, Uint8Array> {
  const days = new Set(blocks.map(({ day }) => day));
  // A copy: the caller's bytes may be a view of something larger, or change.
  if (days.size === 1) return new Map([...days].map(day => [day, bytes.slice()]));
  const parts = new Map<number, Counts>();
  for (const block of decodeCounts(bytes).blocks()) {
    const part = parts.get(block.day) ?? new Counts();
    parts.set(block.day, part);
    part.addBlock(block);
  }
  return new Map([...parts].map(([day, part]) => [day, encodeCounts(part)]));
}

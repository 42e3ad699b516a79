/**
 * What a node holds to compile its model from: the sum of all segments, whole and decayed, with the text of every token.
 *
 * Everything it tells is a function of that sum alone, bit for bit: whole counts are integers, decayed ones integers of
 * 24 fractional bits (exact-sums.ts), ages are counted from the newest day that holds a record. When a newer day comes,
 * or another half-life, decayed counts are rebuilt from the days' own counts (day-runs.ts), at the next question.
 * About 85 bytes an n-gram, and four more for each day that holds it.
 */
import { UNDATED_DAY } from '../domain/identity.ts';
import { Counts, RECORD_FIELD } from './counts.ts';
import { type CountsVisitor, decodeCounts, encodeCounts, readCounts } from './counts-codec.ts';
import { DayRuns } from './day-runs.ts';
import { dayWeight, WHOLE_WEIGHT } from './exact-sums.ts';
import type { TokenCounts } from './model.ts';
import { SettledField } from './settled-field.ts';

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
  readonly #fields = new Map<string, SettledField>();
  readonly #days = new Map<number, DayRuns>();
  /** Records of each day, both classes; from them the newest day is known. */
  readonly #dayTotals = new Map<number, { goodRecords: number; badRecords: number }>();
  /** The newest day from which the decayed counts were reckoned; null while they must be rebuilt. */
  #decayedFrom: number | null = UNDATED_DAY;
  /** A count was taken away since last days were reckoned. */
  #lastDaysStale = false;

  /** @param halfLifeDays > 0; Infinity never decays */
  constructor(halfLifeDays = Number.POSITIVE_INFINITY) {
    this.#halfLifeDays = halfLifeDays;
  }

  /**
   * Adds the counts of a segment. Order and cutting do not matter, but each must be added once.
   * @param counts as encodeCounts writes them
   * @throws CorruptBytesError, and then nothing is added
   */
  addSegment(counts: Uint8Array): void {
    for (const [day, run] of byDay(counts)) this.#addRun(day, run);
  }

  /** The newest day that holds a record; UNDATED_DAY where none is dated. */
  get newestDay(): number {
    let newest = UNDATED_DAY;
    for (const [day, totals] of this.#dayTotals) {
      if (day > newest && (totals.goodRecords !== 0 || totals.badRecords !== 0)) newest = day;
    }
    return newest;
  }

  get halfLifeDays(): number {
    return this.#halfLifeDays;
  }

  /** Another half-life from now on. */
  setHalfLife(days: number): void {
    if (days === this.#halfLifeDays) return;
    this.#halfLifeDays = days;
    this.#decayedFrom = null;
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

  /** Every token that is not all 0, by field, then n-gram key or token text. @param only a single field */
  *tokens(only?: string): Generator<SettledToken> {
    this.#reckonLastDays();
    for (const field of only === undefined ? this.fieldNames() : [only]) {
      const of = this.settledField(field);
      if (of === undefined) continue;
      for (const row of of.table.sortedRows()) {
        if (of.isZeroRow(row)) continue;
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

  #addRun(day: number, run: Uint8Array): void {
    let runs = this.#days.get(day);
    if (runs === undefined) {
      runs = new DayRuns();
      this.#days.set(day, runs);
    }
    runs.add(run);
    const weight = this.#decayedFrom === null ? null : this.#weightOf(day, this.#decayedFrom);
    const totals = this.#fieldOf(RECORD_FIELD);
    const totalsRow = totals.tokenRow('');
    readCounts(
      run,
      this.#visitor((of, row, values) => {
        let falls = false;
        for (let unit = 0; unit < values.length; unit++) {
          const count = values[unit] as number;
          if (count === 0) continue;
          if (count < 0) falls = true;
          of.addWhole(row, unit, count);
          if (weight !== null) of.addDecayed(row, unit, count, weight);
        }
        if (falls) this.#lastDaysStale = true;
        else of.seenOn(row, day);
        if (of === totals && row === totalsRow) this.#addDayTotals(day, values);
      }),
    );
    if (this.#decayedFrom !== null && this.newestDay !== this.#decayedFrom) this.#decayedFrom = null;
  }

  #addDayTotals(day: number, values: Int32Array): void {
    const { goodRecords, badRecords } = this.#dayTotals.get(day) ?? { goodRecords: 0, badRecords: 0 };
    this.#dayTotals.set(day, {
      goodRecords: goodRecords + (values[0] as number),
      badRecords: badRecords + (values[2] as number),
    });
  }

  #weightOf(day: number, newest: number): number {
    if (day === UNDATED_DAY) return WHOLE_WEIGHT;
    return dayWeight(Math.max(0, newest - day), this.#halfLifeDays);
  }

  /** Brings decayed counts up to date. */
  #decay(): void {
    if (this.#decayedFrom !== null) return;
    const newest = this.newestDay;
    for (const field of this.#fields.values()) field.clearDecayed();
    for (const [day, runs] of this.#days) {
      const weight = this.#weightOf(day, newest);
      if (weight === 0) continue;
      runs.read(
        this.#visitor((of, row, values) => {
          for (let unit = 0; unit < values.length; unit++) {
            const count = values[unit] as number;
            if (count !== 0) of.addDecayed(row, unit, count, weight);
          }
        }),
      );
    }
    this.#decayedFrom = newest;
  }

  /** Last days from scratch, after something was taken away. */
  #reckonLastDays(): void {
    if (!this.#lastDaysStale) return;
    for (const field of this.#fields.values()) field.clearLastDays();
    for (const [day, runs] of this.#days) {
      runs.merge();
      runs.read(this.#visitor((of, row) => of.seenOn(row, day)));
    }
    this.#lastDaysStale = false;
  }

  /** A visitor that finds the rows. */
  #visitor(visit: (of: SettledField, row: number, values: Int32Array) => void): CountsVisitor {
    let of: SettledField;
    const values = new Int32Array(4);
    const set = (a: number, b: number, c: number, d: number) => {
      values[0] = a;
      values[1] = b;
      values[2] = c;
      values[3] = d;
    };
    return {
      block: (_, field) => {
        of = this.#fieldOf(field);
      },
      ngram: (key, a, b, c, d) => {
        set(a, b, c, d);
        visit(of, of.ngramRow(key), values);
      },
      token: (text, a, b, c, d) => {
        set(a, b, c, d);
        visit(of, of.tokenRow(text), values);
      },
    };
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

/** Encoded counts cut by day. They are read to their end here, so corrupt ones are found before anything is added. */
function byDay(bytes: Uint8Array): Map<number, Uint8Array> {
  const days = new Set<number>();
  readCounts(bytes, { block: day => days.add(day), ngram() {}, token() {} });
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

/**
 * Generations of the slices by hash that hold live records without a time of their own. A slice is sealed once nothing in
 * it is younger than the retention, so one that takes what comes today as it took what came a year ago never would be: each
 * period of receipt has slices of its own. A period is short beside the retention, so that records stay little longer, and
 * not too short, since a record that comes again is looked for in every period that may be open (docs/adr/0004).
 */
import { DAY_MS } from './time.ts';

/** Periods that a retention holds, at least. */
const PERIODS_MIN = 8;

/**
 * Length of a period in days: the greatest power of two of at most an eighth of the retention, and at least 1. Powers of
 * two, so that the periods of a longer retention begin where periods of a shorter one begin too.
 * @param retentionDays > 0
 * @example periodDaysOf(90) // 8
 */
function periodDaysOf(retentionDays: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(1, retentionDays / PERIODS_MIN)));
}

/**
 * The generation of a live record: the first day of its period of receipt, in days since the epoch; a clock before the
 * epoch gives 0, and one beyond the year 2397 the last generation that a record id has digits for.
 * @example undatedGenerationOf(Date.UTC(2026, 0, 20), 90) // 20472: 2026-01-19
 */
export function undatedGenerationOf(receivedAtMs: number, retentionDays: number): number {
  const periodDays = periodDaysOf(retentionDays);
  const first = Math.floor(receivedAtMs / DAY_MS / periodDays) * periodDays;
  return Math.min(Math.max(0, first), GENERATION_MAX);
}

/** −1 − h − 64·g has seven digits (parseRecordId). */
const GENERATION_MAX = 156_248;

/**
 * The generations that hold what was received within the retention before, newest first, that of now included: at most 18.
 * @example undatedGenerationsOf(Date.UTC(2026, 0, 20), 8) // [20473, 20472 … 20464]
 */
export function undatedGenerationsOf(receivedAtMs: number, retentionDays: number): number[] {
  const periodDays = periodDaysOf(retentionDays);
  const newest = undatedGenerationOf(receivedAtMs, retentionDays);
  const count = Math.ceil(retentionDays / periodDays) + 2;
  const generations = Array.from({ length: count }, (_, index) => newest - index * periodDays);
  return generations.filter(generation => generation >= 0);
}

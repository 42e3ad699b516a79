/** What happens on the machine of the set: one thing that somebody does there, as a script, and when it is said to happen. */

export interface Step {
  /** Simulated time of its first line, epoch ms: the script runs at once, and its lines are moved there as they lie. */
  atMs: number;
  /** The break-in that it belongs to; undefined for everyday use. */
  incident?: string;
  /** Lines of bash; `prelude.sh` is read before them. */
  script: string;
}

/** Sunday midnight before the first of the ten days. */
const FIRST_DAY_MS = Date.UTC(2026, 2, 1);
const HOUR_MS = 3_600_000;

/** @param day 1 (a Monday) … 10    @param hour 0 … 24, fractions allowed @example instantOf(1, 8.5) // 1772440200000 */
export function instantOf(day: number, hour: number): number {
  return FIRST_DAY_MS + day * 24 * HOUR_MS + Math.round(hour * HOUR_MS);
}

/** A word of a script, whatever is in it. @example quoted("it's") // `'it'\\''s'` */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

export function oneOf<T>(items: readonly T[], random: () => number): T {
  const chosen = items[Math.floor(random() * items.length)];
  if (chosen === undefined) throw new RangeError('nothing to choose from');
  return chosen;
}

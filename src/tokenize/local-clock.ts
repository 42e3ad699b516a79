/** Local time of a site, from its IANA time zone: what hour and weekday it was there at an instant. */
import { DAY_MS, HOUR_MS } from '../domain/time.ts';
import type { FixedContext } from './fixed.ts';

/** Zones shift at quarter hours of UTC, so one answer holds for a quarter hour. */
const QUARTER_MS = 900_000;
/** Answers kept: three months of quarters; cleared when full. */
const QUARTERS_MAX = 8_640;
/** Clocks kept: more than IANA has zones with rules of their own; cleared when full, for case makes many names of one. */
const CLOCKS_MAX = 512;

export interface LocalClock extends Pick<FixedContext, 'localHourOf' | 'localWeekdayOf'> {
  /**
   * The instant at which a clock on the wall showed a time, given as ms since its own 1970-01-01 00:00. Of the hour that a
   * clock shows twice in autumn one is taken, always the same; one that it leaves out in spring is read an hour beside it:
   * later east of Greenwich, earlier west of it.
   */
  utcOf(wallMs: number): number;
}

/** Clocks of zones, each made once: one remembers what it has reckoned. */
export class LocalClocks {
  readonly #clocks = new Map<string, LocalClock>();

  /** @throws as localClock */
  of(timeZone: string): LocalClock {
    let clock = this.#clocks.get(timeZone);
    if (clock === undefined) {
      clock = localClock(timeZone);
      if (this.#clocks.size >= CLOCKS_MAX) this.#clocks.clear();
      this.#clocks.set(timeZone, clock);
    }
    return clock;
  }
}

/**
 * Hour (0 … 23) and ISO weekday (1 Monday … 7 Sunday) in a time zone.
 * @param timeZone IANA name, e.g. `Europe/Vienna`, or `UTC`
 * @throws RangeError for a zone that is not known, so that configuration is refused and not misread
 * @example localClock('America/New_York').localHourOf(Date.UTC(2024, 0, 1, 2)) // 21, and it is Sunday
 */
export function localClock(timeZone: string): LocalClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const offsets = new Map<number, number>();

  /** Local wall clock minus UTC, in ms. */
  function offsetOf(atMs: number): number {
    const quarter = Math.floor(atMs / QUARTER_MS);
    const known = offsets.get(quarter);
    if (known !== undefined) return known;
    const quarterAtMs = quarter * QUARTER_MS;
    const parts = Object.fromEntries(
      format.formatToParts(quarterAtMs).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
    const offset = Date.UTC(year, month - 1, day, hour, minute) - quarterAtMs;
    if (offsets.size >= QUARTERS_MAX) offsets.clear();
    offsets.set(quarter, offset);
    return offset;
  }

  return {
    localHourOf: atMs => Math.floor(((((atMs + offsetOf(atMs)) % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS),
    utcOf: wallMs => wallMs - offsetOf(wallMs - offsetOf(wallMs)),
    // 1970-01-01 was a Thursday, the fourth day.
    localWeekdayOf: atMs => ((((Math.floor((atMs + offsetOf(atMs)) / DAY_MS) + 3) % 7) + 7) % 7) + 1,
  };
}

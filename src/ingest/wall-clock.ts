/**
 * Times that tools write without an offset, in other orders than RFC 3339, as what the clock on their wall showed
 * (`wallMsOf`). Each is one pass over bounded text; NaN stands for what is none.
 */
import { digitsAt, isDigit, microsAt, monthOf, wallMsOf } from './time.ts';

/** A text that is longer is no time. */
const CHARACTERS_MAX = 40;

/** Microseconds of `.123456` from `at` to the end; 0 where nothing is there. */
function fractionFrom(text: string, at: number): number {
  if (at === text.length) return 0;
  return text[at] === '.' && at + 1 < text.length ? microsAt(text, at + 1, text.length) : Number.NaN;
}

/** Hour, minute and second of `hh:mm:ss` at an index. */
function clockAt(text: string, at: number) {
  const isClock = text[at + 2] === ':' && text[at + 5] === ':';
  return {
    hour: isClock ? digitsAt(text, at, at + 2) : Number.NaN,
    minute: digitsAt(text, at + 3, at + 5),
    second: digitsAt(text, at + 6, at + 8),
  };
}

/**
 * Argus: `2026/11/21 21:10:32.958425`.
 * @example yearFirstWallMsOf('2026/11/21 21:16:23.030087') // 1795295783030.087
 */
export function yearFirstWallMsOf(text: string): number {
  if (text.length > CHARACTERS_MAX || text[4] !== '/' || text[7] !== '/' || text[10] !== ' ')
    return Number.NaN;
  return wallMsOf({
    year: digitsAt(text, 0, 4),
    month: digitsAt(text, 5, 7),
    day: digitsAt(text, 8, 10),
    ...clockAt(text, 11),
    micros: fractionFrom(text, 19),
  });
}

/**
 * CICFlowMeter: the day first, one digit or two, a space before the clock that may be missing, seconds that may be
 * missing, and perhaps AM or PM: `26/04/201711:11:17`, `14/02/2018 08:31:01`, `7/7/2017 3:30`, `20/07/2017 03:05:54 PM`.
 * @example dayFirstWallMsOf('26/04/201711:11:17') // 1493205077000
 */
export function dayFirstWallMsOf(text: string): number {
  if (text.length > CHARACTERS_MAX) return Number.NaN;
  const match =
    /^(\d{1,2})\/(\d{1,2})\/(\d{4}) ?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?: ([AP])M)?$/i.exec(
      text,
    );
  if (match === null) return Number.NaN;
  const [, day, month, year, hour, minute, second = '0', fraction = '', half] = match;
  return wallMsOf({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: half === undefined ? Number(hour) : hourOfHalf(Number(hour), half.toUpperCase() === 'P'),
    minute: Number(minute),
    second: Number(second),
    micros: fraction === '' ? 0 : microsAt(fraction, 0, fraction.length),
  });
}

/** 12 AM is midnight, 12 PM noon. */
function hourOfHalf(hour: number, isAfternoon: boolean): number {
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (isAfternoon ? 12 : 0);
}

/**
 * BIND: `21-Nov-2026 21:16:23.123`.
 * @example namedMonthWallMsOf('21-Nov-2026 21:16:23.123') // 1795295783123
 */
export function namedMonthWallMsOf(text: string): number {
  if (text.length > CHARACTERS_MAX || text[2] !== '-' || text[6] !== '-' || text[11] !== ' ')
    return Number.NaN;
  return wallMsOf({
    year: digitsAt(text, 7, 11),
    month: monthOf(text.slice(3, 6)),
    day: digitsAt(text, 0, 2),
    ...clockAt(text, 12),
    micros: fractionFrom(text, 20),
  });
}

/** A time of BSD syslog that stands at the start of a line. */
export interface MonthFirstTime {
  /** What the clock showed, were it that year; the year of the text counts where it has one. */
  wallMsIn(year: number): number;
  hasYear: boolean;
  /** Index behind it. */
  end: number;
}

/**
 * `Nov 21 21:10:31` (RFC 3164), perhaps with a fraction, with the year behind the day (`Nov 21 2026 21:10:31`, Cisco), or
 * behind the clock; null where the text does not begin so.
 * @example monthFirstTimeOf('Nov  1 21:10:31 web1').end // 15
 */
export function monthFirstTimeOf(text: string): MonthFirstTime | null {
  const month = text[3] === ' ' ? monthOf(text.slice(0, 3)) : 0;
  if (month === 0) return null;
  let at = text[4] === ' ' ? 5 : 4;
  const dayEnd = digitsEnd(text, at, 2);
  const day = digitsAt(text, at, dayEnd);
  if (dayEnd === at || text[dayEnd] !== ' ') return null;
  at = dayEnd + 1;
  const yearBefore = yearAt(text, at);
  if (yearBefore !== undefined) at += 5;
  const clock = clockAt(text, at);
  at += 8;
  if (Number.isNaN(clock.hour + clock.minute + clock.second)) return null;
  const fractionEnd = text[at] === '.' ? digitsEnd(text, at + 1, 9) : at;
  const micros = fractionEnd > at + 1 ? microsAt(text, at + 1, fractionEnd) : 0;
  if (fractionEnd > at + 1) at = fractionEnd;
  const year = yearBefore ?? (text[at] === ' ' ? yearAt(text, at + 1) : undefined);
  if (yearBefore === undefined && year !== undefined) at += 5;
  return {
    wallMsIn: asked => wallMsOf({ year: year ?? asked, month, day, ...clock, micros }),
    hasYear: year !== undefined,
    end: at,
  };
}

/** Behind the digits from `at` on, `max` of them at most. */
function digitsEnd(text: string, at: number, max: number): number {
  let end = at;
  while (end < at + max && isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

/** Four digits with a space behind them that are a year of this age. */
function yearAt(text: string, at: number): number | undefined {
  const year = digitsAt(text, at, at + 4);
  return year >= 1980 && year <= 2200 && text[at + 4] === ' ' ? year : undefined;
}

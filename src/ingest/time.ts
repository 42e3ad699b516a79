/**
 * Instants as tools write them, to UTC epoch milliseconds. Small parsers, one pass, no Date.parse: that one accepts what
 * no tool writes, and differs between engines.
 *
 * Resolution: an instant is a whole number of microseconds divided by 1,000, the nearest double. So one moment gives one
 * number, whether it came as RFC 3339 text, as digits or as a JSON number (a double of today's seconds resolves 0.24 µs).
 */

/** Numbers above this are milliseconds, others seconds: 1e11 s is the year 5138, 1e11 ms is March 1973. */
const EPOCH_SECONDS_MAX = 1e11;

const DAY_S = 86_400;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The instant of a number (epoch seconds or milliseconds) or text (digits, or RFC 3339).
 * @returns UTC epoch ms, NaN where it is none
 * @example instantOf(1588205199.82437) // 1588205199824.37
 * @example instantOf('2021-06-06T15:59:46.457984+0200') // 1622987986457.984
 */
export function instantOf(value: number | string): number {
  if (typeof value === 'number') {
    return value > EPOCH_SECONDS_MAX ? Math.round(value * 1e3) / 1e3 : Math.round(value * 1e6) / 1e3;
  }
  return value.charCodeAt(4) === 0x2d ? rfc3339InstantOf(value) : epochInstantOf(value);
}

/** Epoch seconds or milliseconds in digits, with or without a fraction. @example '1713484795.943239' → 1713484795943.239 */
function epochInstantOf(text: string): number {
  const dot = text.indexOf('.');
  const end = dot === -1 ? text.length : dot;
  if (end === 0 || end > 15) return Number.NaN;
  const whole = digitsAt(text, 0, end);
  if (dot === -1) return whole > EPOCH_SECONDS_MAX ? whole : whole * 1e3;
  if (dot === text.length - 1) return Number.NaN;
  const micros = microsAt(text, dot + 1, text.length);
  if (whole > EPOCH_SECONDS_MAX) return Math.round(whole * 1e3 + micros / 1e3) / 1e3;
  return (whole * 1e6 + micros) / 1e3;
}

/**
 * `2024-04-19T00:59:55.943239Z`: RFC 3339 with any offset; the offset may lack its colon (Suricata: `+0200`), T may be a
 * space or lower case. A leap second counts as the second after it. Without an offset it is no instant.
 */
function rfc3339InstantOf(text: string): number {
  if (text.length < 20 || text.length > 40) return Number.NaN;
  const separator = text.charCodeAt(10) | 0x20;
  if (text[7] !== '-' || (separator !== 0x74 && separator !== 0x20)) return Number.NaN;
  if (text[13] !== ':' || text[16] !== ':') return Number.NaN;
  const seconds =
    daysOf(digitsAt(text, 0, 4), digitsAt(text, 5, 7), digitsAt(text, 8, 10)) * DAY_S +
    secondOfDay(digitsAt(text, 11, 13), digitsAt(text, 14, 16), digitsAt(text, 17, 19));
  let at = 19;
  let micros = 0;
  if (text[at] === '.') {
    at += 1;
    const start = at;
    while (isDigit(text.charCodeAt(at))) at += 1;
    if (at === start) return Number.NaN;
    micros = microsAt(text, start, at);
  }
  return ((seconds - offsetSeconds(text, at)) * 1e6 + micros) / 1e3;
}

/**
 * Apache's time, the 26 characters between the brackets of `[21/Nov/2026:21:16:23 +0000]`.
 * @param from index of its first character
 * @returns UTC epoch ms, NaN where it is none
 * @example apacheInstantOf('21/Nov/2026:21:16:23 +0000', 0) // 1795295783000
 */
export function apacheInstantOf(text: string, from: number): number {
  if (text[from + 2] !== '/' || text[from + 6] !== '/' || text[from + 11] !== ':') return Number.NaN;
  if (text[from + 14] !== ':' || text[from + 17] !== ':' || text[from + 20] !== ' ') return Number.NaN;
  const month = MONTHS.indexOf(text.slice(from + 3, from + 6)) + 1;
  const day = daysOf(digitsAt(text, from + 7, from + 11), month, digitsAt(text, from, from + 2));
  const second = secondOfDay(
    digitsAt(text, from + 12, from + 14),
    digitsAt(text, from + 15, from + 17),
    digitsAt(text, from + 18, from + 20),
  );
  return (day * DAY_S + second - offsetSeconds(text.slice(from + 21, from + 26), 0)) * 1e3;
}

/**
 * RFC 3339 text in UTC, with milliseconds, or microseconds where there are any.
 * @param atMs an instant of this module, year 1 to 9999
 * @example rfc3339Of(1622987986457.984) // '2021-06-06T13:59:46.457984Z'
 */
export function rfc3339Of(atMs: number): string {
  const micros = Math.round(atMs * 1e3);
  const wholeMs = Math.floor(micros / 1e3);
  const rest = micros - wholeMs * 1e3;
  const text = new Date(wholeMs).toISOString();
  return rest === 0 ? text : `${text.slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}

/** A duration to the microsecond, in ms. @param seconds ≥ 0 @example durationMsOf(0.0008699893951416016) // 0.87 */
export function durationMsOf(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e3;
}

/** A date and a time of day as a clock on the wall shows them; months from 1, NaN for what was no number. */
export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  micros?: number;
}

/**
 * What a clock on the wall showed, as ms since its own 1970-01-01 00:00; NaN where there is no such date or time.
 * @example wallMsOf({ year: 2026, month: 11, day: 21, hour: 21, minute: 16, second: 23 }) // 1795295783000
 */
export function wallMsOf({ year, month, day, hour, minute, second, micros = 0 }: WallTime): number {
  return ((daysOf(year, month, day) * DAY_S + secondOfDay(hour, minute, second)) * 1e6 + micros) / 1e3;
}

/** 1 to 12 for a month's English name of three letters, however cased; 0 for anything else. @example monthOf('Nov') // 11 */
export function monthOf(name: string): number {
  return MONTHS.indexOf(`${name.charAt(0).toUpperCase()}${name.slice(1).toLowerCase()}`) + 1;
}

/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar; NaN where there is no such date. (Hinnant, days_from_civil) */
function daysOf(year: number, month: number, day: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (!(day >= 1 && day <= (MONTH_DAYS[month - 1] ?? 0) + (leap ? 1 : 0))) return Number.NaN;
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function secondOfDay(hour: number, minute: number, second: number): number {
  return hour <= 23 && minute <= 59 && second <= 60 ? hour * 3_600 + minute * 60 + second : Number.NaN;
}

/** `Z`, `+02:00`, `+0200` or `+02` from `at` to the end of the text; NaN where it is none of them. */
function offsetSeconds(text: string, at: number): number {
  const sign = text[at];
  const length = text.length - at;
  if (sign === 'Z' || sign === 'z') return length === 1 ? 0 : Number.NaN;
  if (sign !== '+' && sign !== '-') return Number.NaN;
  const colon = text[at + 3] === ':' ? 1 : 0;
  if (length !== 3 && length !== 5 + colon) return Number.NaN;
  const hours = digitsAt(text, at + 1, at + 3);
  const minutes = length === 3 ? 0 : digitsAt(text, at + 3 + colon, at + 5 + colon);
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN;
  return (sign === '-' ? -1 : 1) * (hours * 3_600 + minutes * 60);
}

/** The first six digits of a fraction as microseconds, rounded by the seventh; NaN where it is not all digits. */
export function microsAt(text: string, start: number, end: number): number {
  const kept = Math.min(end, start + 6);
  let micros = digitsAt(text, start, kept);
  for (let count = kept - start; count < 6; count++) micros *= 10;
  for (let at = kept; at < end; at++) if (!isDigit(text.charCodeAt(at))) return Number.NaN;
  return end > kept && text.charCodeAt(kept) >= 0x35 ? micros + 1 : micros;
}

/** The number that the digits of `text[start, end)` write; NaN where one is no digit. */
export function digitsAt(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) return Number.NaN;
    value = value * 10 + code - 0x30;
  }
  return value;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

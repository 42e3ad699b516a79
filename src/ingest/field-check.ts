/**
 * Turns the raw values of one line (JSON values, or the texts of columns) into typed ones. Absent (undefined, null,
 * empty text) gives undefined; a wrong one gives undefined and is noted, the first of a line with its field's name.
 * The detail names fields and never repeats a value: an attacker wrote it.
 */
import type { Rejection } from '../domain/errors.ts';
import { FIELD_CHARACTERS_MAX, RECORD_AHEAD_MS_MAX, RECORD_AT_MS_MIN } from '../domain/limits.ts';
import { DAY_MS } from '../domain/time.ts';
import { isAddress } from './address.ts';
import { durationMsOf, instantOf } from './time.ts';

/** Years from one 29 February to the next are eight at most (1896 to 1904, 2096 to 2104). */
const LEAP_YEARS_APART_MAX = 9;

/** Where no zone is given, the clock on the wall shows UTC. */
function inUtc(wallMs: number): number {
  return wallMs;
}

export class FieldCheck {
  /** The first problem of the line. */
  problem: Rejection | null = null;
  private readonly latestMs: number;
  private readonly utcOf: (wallMs: number) => number;

  /**
   * @param receivedAtMs when the stream was received: no record is from later than a day after it
   * @param utcOf the instant of a time without an offset (ParserContext)
   */
  constructor(receivedAtMs: number, utcOf: (wallMs: number) => number = inUtc) {
    this.latestMs = receivedAtMs + RECORD_AHEAD_MS_MAX;
    this.utcOf = utcOf;
  }

  /** Forgets the problem of the line before. */
  begin(): void {
    this.problem = null;
  }

  text(value: unknown, name: string): string | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') return this.wrong(name, 'text');
    return boundedText(value);
  }

  /** A text that records are told apart by: one of which something was lost would be that of another one, too. */
  identifier(value: unknown, name: string): string | undefined {
    const text = this.text(value, name);
    if (text === undefined || (isWhole(text) && text === value)) return text;
    return this.wrong(name, `whole text: at most ${FIELD_CHARACTERS_MAX} characters, and no U+FFFD`);
  }

  lowerText(value: unknown, name: string): string | undefined {
    return this.text(value, name)?.toLowerCase();
  }

  upperText(value: unknown, name: string): string | undefined {
    return this.text(value, name)?.toUpperCase();
  }

  /** A domain name without the dot of the root at its end; case is kept. @example 'Example.org.' → 'Example.org', '.' → '.' */
  domainName(value: unknown, name: string): string | undefined {
    const text = this.text(value, name);
    return text === undefined || text.length === 1 || !text.endsWith('.') ? text : text.slice(0, -1);
  }

  address(value: unknown, name: string): string | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    return typeof value === 'string' && isAddress(value) ? value : this.wrong(name, 'an address');
  }

  /** A whole number from 0 to 2^53 − 1; digits in text count. */
  count(value: unknown, name: string): number | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    const number = typeof value === 'string' ? wholeNumberOf(value) : value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) {
      return this.wrong(name, 'a whole number');
    }
    return number;
  }

  /** A number of at least 0, of any size; digits in text count. @example '0.5' → 0.5 */
  measure(value: unknown, name: string): number | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    const number = typeof value === 'string' ? decimalOf(value) : value;
    if (!isMeasure(number)) return this.wrong(name, 'a number of at least 0');
    // −0 would not survive JSON.
    return number === 0 ? 0 : number;
  }

  port(value: unknown, name: string): number | undefined {
    const port = this.count(value, name);
    return port === undefined || port <= 65_535 ? port : this.wrong(name, 'a port');
  }

  /** A duration in seconds, given in ms to the microsecond. @example '0.017912' → 17.912 */
  seconds(value: unknown, name: string): number | undefined {
    return this.duration(value, name, 1);
  }

  /** A duration in nanoseconds, given in ms to the microsecond. @example 17912000 → 17.912 */
  nanoseconds(value: unknown, name: string): number | undefined {
    return this.duration(value, name, 1e9);
  }

  private duration(value: unknown, name: string, unitsPerSecond: number): number | undefined {
    const number = this.measure(value, name);
    return number === undefined ? undefined : durationMsOf(number / unitsPerSecond);
  }

  /** A duration in microseconds, given in ms. @example '45523' → 45.523 */
  microseconds(value: unknown, name: string): number | undefined {
    return this.duration(value, name, 1e6);
  }

  flag(value: unknown, name: string): boolean | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    if (value === true || value === 'T' || value === 'true') return true;
    if (value === false || value === 'F' || value === 'false') return false;
    return this.wrong(name, 'true or false');
  }

  /** An instant in UTC epoch ms, from RECORD_AT_MS_MIN to a day after receipt. */
  instant(value: unknown, name: string): number | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'number' && typeof value !== 'string') return this.wrong(name, 'a time');
    const atMs = instantOf(value);
    if (!Number.isNaN(atMs) || typeof value === 'number') return this.plausible(atMs, name);
    // A sensor that leaves the offset out means the zone of the site: UTC unless it has another, as Elasticsearch does.
    return this.wallTime(instantOf(`${value}Z`), name);
  }

  /** The instant at which a clock on the wall of the site showed this, in ms since its own 1970-01-01 00:00; NaN is none. */
  wallTime(wallMs: number, name: string): number | undefined {
    return this.plausible(this.instantOfWall(wallMs), name);
  }

  /**
   * The instant of a time without a year: the latest that is no later than a day after receipt.
   * @param wallMsIn what the clock showed, were it that year; NaN where that year has no such day (29 February)
   */
  yearlessTime(wallMsIn: (year: number) => number, name: string): number | undefined {
    const lastYear = new Date(this.latestMs + DAY_MS).getUTCFullYear();
    for (let year = lastYear; year > lastYear - LEAP_YEARS_APART_MAX; year--) {
      const atMs = this.instantOfWall(wallMsIn(year));
      if (atMs <= this.latestMs) return this.plausible(atMs, name);
    }
    return this.plausible(Number.NaN, name);
  }

  /** No zone is a day away from UTC; what is further off than that is asked of no calendar. */
  private instantOfWall(wallMs: number): number {
    const isNear = wallMs >= RECORD_AT_MS_MIN && wallMs <= this.latestMs + DAY_MS;
    return isNear ? this.utcOf(wallMs) : wallMs;
  }

  /** An instant where the value is one; of a field that may hold something else, which is no mistake then. */
  findInstant(value: unknown): number | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    const before = this.problem;
    const atMs = this.instant(value, '');
    this.problem = before;
    return atMs;
  }

  /** The same for an instant that is parsed already; NaN is none. */
  plausible(atMs: number, name: string): number | undefined {
    if (atMs >= RECORD_AT_MS_MIN && atMs <= this.latestMs) return atMs;
    const detail = Number.isNaN(atMs)
      ? `${name} is not a time`
      : `${name} is not between 1980 and a day after now`;
    return this.reject({ code: 'invalid-time', detail });
  }

  /** A list of texts (or a single one), at most `max` of them. */
  texts(value: unknown, name: string, max: number): string[] | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string') return [boundedText(value)];
    if (!Array.isArray(value)) return this.wrong(name, 'a list of texts');
    const texts: string[] = [];
    for (const element of value as unknown[]) {
      if (texts.length === max) break;
      const text = this.text(element, name);
      if (text !== undefined) texts.push(text);
    }
    return texts.length === 0 ? undefined : texts;
  }

  /** Of a list (or a single value) the numbers of at least 0, at most `max` of them; nothing of it is a problem. */
  findMeasures(value: unknown, max: number): number[] | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    const measures: number[] = [];
    for (const element of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (measures.length === max) break;
      const number = typeof element === 'string' ? decimalOf(element) : element;
      if (isMeasure(number)) measures.push(number === 0 ? 0 : number);
    }
    return measures.length === 0 ? undefined : measures;
  }

  wrong(name: string, expected: string): undefined {
    return this.reject({ code: 'wrong-type', detail: `${name} must be ${expected}` });
  }

  reject(problem: Rejection): undefined {
    this.problem ??= problem;
    return undefined;
  }
}

function isMeasure(number: unknown): number is number {
  return typeof number === 'number' && number >= 0 && number < Number.POSITIVE_INFINITY;
}

/** Whether nothing of a text was lost: what is half a surrogate pair or not UTF-8 has come to be U+FFFD. */
export function isWhole(text: string): boolean {
  return !text.includes('\ufffd');
}

/** The text, cut to FIELD_CHARACTERS_MAX without splitting a surrogate pair. */
export function boundedText(text: string): string {
  if (text.length <= FIELD_CHARACTERS_MAX) return text;
  const last = text.charCodeAt(FIELD_CHARACTERS_MAX - 1);
  const splits = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splits ? FIELD_CHARACTERS_MAX - 1 : FIELD_CHARACTERS_MAX);
}

/** Digits only, at most 15 of them: every such number is exact. NaN otherwise. */
function wholeNumberOf(text: string): number {
  if (text.length > 15) return Number.NaN;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** A decimal number such as `0.5` or `4.29e+09`, at most 32 characters; Number() alone would take hexadecimals and blanks too. */
export function decimalOf(text: string): number {
  if (text.length > 32) return Number.NaN;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const digit = code >= 0x30 && code <= 0x39;
    const mark = code === 0x2e || code === 0x2b || code === 0x2d || (code | 0x20) === 0x65;
    if (!digit && !mark) return Number.NaN;
  }
  return Number(text);
}

/**
 * Chunks of a log message (what stands between spaces, quotes, brackets and = , ; |): what kind of value one is, whose value
 * differs in every line. Everything is read a fixed number of times, and nothing by a regular expression.
 */
import { NONE, parseIpv4, parseIpv6 } from '../domain/address-text.ts';

export type Placeholder = '<address>' | '<number>' | '<time>' | '<hex>';

const HEX_CHARACTERS_MIN = 6;

/** What a character is within a chunk, as bits: the bits of a chunk, or-ed, rule out most of what it might be. */
export const DIGIT = 1;
export const HEX_LETTER = 2;
export const LETTER = 4;
export const DASH = 8;
/** : */
export const TIME_MARK = 16;
export const DOT = 32;
export const SLASH = 64;
const PLUS_OR_PERCENT = 128;
/** . / + % */
export const NUMBER_MARK = DOT | SLASH | PLUS_OR_PERCENT;
export const BACKSLASH = 256;
export const TILDE = 512;
/** @ */
export const AT = 1024;
/** # */
export const HASH = 2048;
const OTHER = 4096;
/** Ends a chunk: space, controls, quotes, brackets, and = , ; | */
export const END = 8192;

const BITS_OF_MARKS: Readonly<Record<string, number>> = {
  '-': DASH,
  ':': TIME_MARK,
  '.': DOT,
  '/': SLASH,
  '+': PLUS_OR_PERCENT,
  '%': PLUS_OR_PERCENT,
  '\\': BACKSLASH,
  '~': TILDE,
  '@': AT,
  '#': HASH,
};

const CHARACTER_BITS = Uint16Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (code <= 32 || code === 127 || '"\'`()[]{}<>=,;|'.includes(character)) return END;
  if (code >= 48 && code <= 57) return DIGIT;
  if ('abcdefABCDEF'.includes(character)) return HEX_LETTER | LETTER;
  if ((code | 32) >= 97 && (code | 32) <= 122) return LETTER;
  return BITS_OF_MARKS[character] ?? OTHER;
});

export function bitsAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? (CHARACTER_BITS[code] ?? OTHER) : LETTER;
}

/** The bits of the characters in [start, end), or-ed. */
export function bitsIn(text: string, start: number, end: number): number {
  let bits = 0;
  for (let index = start; index < end; index += 1) bits |= bitsAt(text, index);
  return bits;
}

/** . : ! ? at the end of a chunk belong to the sentence. */
export function isTrailingMark(code: number): boolean {
  return code === 46 || code === 58 || code === 33 || code === 63;
}

/**
 * What stands for a chunk that differs in every line; undefined for words.
 * @param anyBits bits of all its characters, or-ed
 * @example placeholderOf('12:04:59', 0, 8, DIGIT | TIME_MARK) // '<time>'
 */
export function placeholderOf(
  text: string,
  start: number,
  end: number,
  anyBits: number,
): Placeholder | undefined {
  if ((anyBits & (DIGIT | TIME_MARK)) === 0) return undefined;
  const mayBeAddress = (anyBits & (DOT | TIME_MARK)) !== 0;
  if ((anyBits & ~(DIGIT | NUMBER_MARK | DASH)) === 0) {
    return mayBeAddress && isAddress(text, start, end, anyBits) ? '<address>' : '<number>';
  }
  if ((anyBits & ~(DIGIT | TIME_MARK | NUMBER_MARK | DASH)) === 0 && anyBits & DIGIT) {
    return isAddress(text, start, end, anyBits) ? '<address>' : '<time>';
  }
  if (anyBits & TIME_MARK && isAddress(text, start, end, anyBits)) return '<address>';
  if (anyBits & TIME_MARK && isTimestamp(text, start, end)) return '<time>';
  return isHex(text, start, end) ? '<hex>' : undefined;
}

/** ISO 8601 and its like: digits and their marks, with a T between and a Z behind. */
function isTimestamp(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    const fits = bitsAt(text, index) & (DIGIT | TIME_MARK | NUMBER_MARK | DASH) || code === 84 || code === 90;
    if (!fits) return false;
  }
  return bitsAt(text, start) === DIGIT;
}

const ADDRESS_CHARACTERS_MAX = 64;

/** An address, alone or before a port or a mask. */
function isAddress(text: string, start: number, end: number, anyBits: number): boolean {
  if (end - start > ADDRESS_CHARACTERS_MAX || end - start < 2) return false;
  if (isBareAddress(text, start, end, anyBits)) return true;
  let cut = end - 1;
  while (cut > start && (bitsAt(text, cut) & (TIME_MARK | SLASH)) === 0) cut -= 1;
  return cut > start && isBareAddress(text, start, cut, anyBits);
}

function isBareAddress(text: string, start: number, end: number, anyBits: number): boolean {
  if (parseIpv4(text, start, end) !== NONE) return true;
  return (anyBits & TIME_MARK) !== 0 && parseIpv6(text.slice(start, end));
}

/** At least six hexadecimal digits, one of them a decimal one, with dashes or colons between (hashes, UUIDs, MAC addresses). */
function isHex(text: string, start: number, end: number): boolean {
  const isPrefixed = text.charCodeAt(start) === 48 && (text.charCodeAt(start + 1) | 32) === 120; /* 0x */
  let digits = 0;
  let characters = 0;
  for (let index = isPrefixed ? start + 2 : start; index < end; index += 1) {
    const bits = bitsAt(text, index);
    if (bits & (DIGIT | HEX_LETTER)) characters += 1;
    else if (!(bits & (DASH | TIME_MARK))) return false;
    if (bits & DIGIT) digits += 1;
  }
  return isPrefixed ? characters > 0 : digits > 0 && characters >= HEX_CHARACTERS_MIN;
}

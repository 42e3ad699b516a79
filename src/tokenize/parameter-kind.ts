/**
 * Types of the values in a log message: what a chunk is by its characters alone. Each is read a fixed number of times.
 */
import {
  AT,
  BACKSLASH,
  bitsAt,
  DASH,
  DIGIT,
  DOT,
  HEX_LETTER,
  LETTER,
  placeholderOf,
  SLASH,
  TILDE,
  TIME_MARK,
} from './chunk.ts';

export const PARAMETER_KINDS = [
  'account',
  'address',
  'hash',
  'hex',
  'host',
  'mac',
  'number',
  'path',
  'port',
  'quoted',
  'time',
  'url',
  'user',
  'uuid',
] as const;
export type ParameterKind = (typeof PARAMETER_KINDS)[number];

const SLASH_CODE = 47;

/**
 * Whether a chunk is a path or a URL, by its beginning, or by two slashes within words.
 * @param anyBits bits of all its characters, or-ed
 */
export function locatorOf(
  text: string,
  start: number,
  stop: number,
  anyBits: number,
): 'path' | 'url' | undefined {
  if ((anyBits & (SLASH | BACKSLASH | TILDE)) === 0) return undefined;
  let slashes = 0;
  let letters = 0;
  let colon = -1;
  for (let index = start; index < stop; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 58 /* : */ && colon < 0) colon = index;
    if (code === SLASH_CODE) slashes += 1;
    if (bitsAt(text, index) & LETTER) letters += 1;
  }
  if (colon > start && text.charCodeAt(colon + 1) === SLASH_CODE && text.charCodeAt(colon + 2) === SLASH_CODE)
    return 'url';
  const first = text.charCodeAt(start);
  if (first === SLASH_CODE) return stop - start > 1 ? 'path' : undefined;
  const second = text.charCodeAt(start + 1);
  // ~/x, ./x, C:\x and \\host\share
  if ((first === 126 || first === 46) && second === SLASH_CODE) return 'path';
  if (colon === start + 1 && text.charCodeAt(start + 2) === 92 && bitsAt(text, start) & LETTER) return 'path';
  if (first === 92 && second === 92) return 'path';
  return slashes >= 2 && letters > 0 ? 'path' : undefined;
}

/** Space, controls, quotes, angle brackets and a closing bracket; in a path also what lists are made of. */
export function endsLocator(code: number, kind: 'path' | 'url'): boolean {
  if (code <= 32 || code === 127 || code === 34 || code === 39 || code === 96) return true;
  if (code === 60 || code === 62 || code === 41 || code === 93) return true;
  return kind === 'path' && (code === 44 || code === 59 || code === 124 || code === 40);
}

const UUID_CHARACTERS = 36;
const MAC_CHARACTERS = 17;
const MAC_SEPARATORS = 5;
const BLOB_CHARACTERS_MIN = 16;

/**
 * What kind of value a chunk is; undefined for words.
 * @param anyBits bits of all its characters, or-ed
 */
export function kindOf(
  text: string,
  start: number,
  stop: number,
  anyBits: number,
): ParameterKind | undefined {
  const placeholder = placeholderOf(text, start, stop, anyBits);
  if (placeholder === '<address>') return 'address';
  if (placeholder === '<number>') return 'number';
  if (placeholder !== undefined) return digitsKindOf(placeholder, text, start, stop);
  if (isBlob(text, start, stop)) return 'hash';
  if (anyBits & AT && isAccount(text, start, stop)) return 'account';
  const isOfHost = anyBits & DOT && (anyBits & ~(LETTER | HEX_LETTER | DIGIT | DASH | DOT)) === 0;
  return isOfHost && endsLikeHost(text, start, stop) ? 'host' : undefined;
}

/** What a time or hexadecimal digits are, by length and marks between. */
function digitsKindOf(
  placeholder: '<time>' | '<hex>',
  text: string,
  start: number,
  stop: number,
): ParameterKind {
  let separators = 0;
  for (let index = start; index < stop; index += 1)
    if (bitsAt(text, index) & (DASH | TIME_MARK)) separators += 1;
  if (placeholder === '<time>' && separators < MAC_SEPARATORS) return 'time';
  if (stop - start === UUID_CHARACTERS && separators === 4) return 'uuid';
  return stop - start === MAC_CHARACTERS && separators === MAC_SEPARATORS ? 'mac' : 'hex';
}

/** At least sixteen letters of both cases and digits, with the marks of base64: a key, a session, a token. */
function isBlob(text: string, start: number, stop: number): boolean {
  if (stop - start < BLOB_CHARACTERS_MIN) return false;
  let digits = 0;
  let upper = 0;
  let lower = 0;
  for (let index = start; index < stop; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 65 && code <= 90) upper += 1;
    else if (code >= 97 && code <= 122) lower += 1;
    else if (code >= 48 && code <= 57) digits += 1;
    else if (code !== 43 /* + */ && code !== SLASH_CODE && code !== 95 /* _ */) return false;
  }
  return digits > 0 && upper > 0 && lower > 0;
}

/** `bob@example.org`: one @, with something on both sides. */
function isAccount(text: string, start: number, stop: number): boolean {
  let at = -1;
  for (let index = start; index < stop; index += 1) {
    if (text.charCodeAt(index) !== 64 /* @ */) continue;
    if (at >= 0) return false;
    at = index;
  }
  return at > start && at < stop - 1;
}

/**
 * Of letters, digits, dashes and dots: whether something stands between at least two dots, and letters alone behind the last.
 * `mail.example.org` is a host, and `run.sh` or `1.2.3rc1` none.
 */
function endsLikeHost(text: string, start: number, stop: number): boolean {
  let dots = 0;
  let partStart = start;
  let partBits = 0;
  for (let index = start; index < stop; index += 1) {
    const bits = bitsAt(text, index);
    partBits |= bits;
    if (bits !== DOT) continue;
    if (index === partStart) return false;
    dots += 1;
    partStart = index + 1;
    partBits = 0;
  }
  return dots >= 2 && stop - partStart >= 2 && (partBits & (DIGIT | DASH)) === 0;
}

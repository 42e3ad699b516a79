/**
 * Percent-encoding (RFC 3986 §2.1) undone once, whatever was written: what is no escape stays as it is, bytes that are no
 * UTF-8 become U+FFFD, and what was odd about it is told. Linear, by hand: `decodeURIComponent` throws on the first fault.
 */

/** Odd things of an encoded text, as bits. */
export const ESCAPED = 1;
/** What is decoded holds escapes again. */
export const DOUBLE = 2;
/** `%` that no two hexadecimal digits follow. */
export const MALFORMED = 4;
/** An escape that stands for a control character. */
export const CONTROL = 8;
/** Escapes that are no UTF-8: stray or missing bytes, forms longer than need be, surrogates. */
export const NOT_UTF8 = 16;

export interface Decoded {
  text: string;
  /** ESCAPED … NOT_UTF8, those that apply. */
  oddities: number;
}

const PERCENT = 37;
const REPLACEMENT = '\uFFFD';
const NONE = -1;

function hexOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : NONE;
}

/** The byte that is escaped at `index`, or −1 where there is no escape. */
function byteAt(text: string, index: number): number {
  if (index + 2 >= text.length || text.charCodeAt(index) !== PERCENT) return NONE;
  const high = hexOf(text.charCodeAt(index + 1));
  const low = hexOf(text.charCodeAt(index + 2));
  return high === NONE || low === NONE ? NONE : high * 16 + low;
}

/** Bytes that follow the first of a character, by the first; −1 where none begins so. */
function followersOf(first: number): number {
  if (first < 0x80) return 0;
  if (first >= 0xc2 && first <= 0xdf) return 1;
  if (first >= 0xe0 && first <= 0xef) return 2;
  return first >= 0xf0 && first <= 0xf4 ? 3 : NONE;
}

/** The least code point that needs so many followers: a smaller one was written longer than need be. */
const LEAST: readonly number[] = [0, 0x80, 0x800, 0x10000];

/** The code point whose first escape is at `index`, or −1 where its bytes are no UTF-8. */
function codePointAt(text: string, index: number, first: number, followers: number): number {
  if (followers === NONE) return NONE;
  let codePoint = followers === 0 ? first : first & (0x3f >> followers);
  for (let follower = 1; follower <= followers; follower += 1) {
    const byte = byteAt(text, index + 3 * follower);
    if (byte === NONE || (byte & 0xc0) !== 0x80) return NONE;
    codePoint = codePoint * 64 + (byte & 0x3f);
  }
  const isWrong =
    codePoint < (LEAST[followers] ?? 0) ||
    codePoint > 0x10ffff ||
    (codePoint >= 0xd800 && codePoint <= 0xdfff);
  return isWrong ? NONE : codePoint;
}

/**
 * The text that `encoded` stands for, decoded once.
 * @param encoded read to its end: the caller bounds it
 * @example percentDecoded('a%20b').text // 'a b'
 * @example percentDecoded('%252e') // { text: '%2e', oddities: ESCAPED | DOUBLE }
 * @example percentDecoded('%c0%ae') // { text: '\uFFFD\uFFFD', oddities: ESCAPED | NOT_UTF8 }
 */
export function percentDecoded(encoded: string): Decoded {
  let percent = encoded.indexOf('%');
  if (percent === -1) return { text: encoded, oddities: 0 };
  let text = '';
  let oddities = 0;
  let start = 0;
  while (percent !== -1) {
    const first = byteAt(encoded, percent);
    if (first === NONE) {
      oddities |= MALFORMED;
      percent = encoded.indexOf('%', percent + 1);
      continue;
    }
    const followers = followersOf(first);
    const codePoint = codePointAt(encoded, percent, first, followers);
    text += encoded.slice(start, percent);
    text += codePoint === NONE ? REPLACEMENT : String.fromCodePoint(codePoint);
    oddities |= ESCAPED | odditiesOf(encoded, percent, codePoint);
    start = percent + 3 * (codePoint === NONE ? 1 : followers + 1);
    percent = encoded.indexOf('%', start);
  }
  return { text: text + encoded.slice(start), oddities };
}

function odditiesOf(encoded: string, percent: number, codePoint: number): number {
  if (codePoint === NONE) return NOT_UTF8;
  if (codePoint < 32 || (codePoint >= 0x7f && codePoint <= 0x9f)) return CONTROL;
  // %25 and two digits: an escape of an escape.
  const isDouble =
    codePoint === PERCENT &&
    percent + 4 < encoded.length &&
    hexOf(encoded.charCodeAt(percent + 3)) !== NONE &&
    hexOf(encoded.charCodeAt(percent + 4)) !== NONE;
  return isDouble ? DOUBLE : 0;
}

/**
 * n-grams of one to five symbols as 32-bit keys: a leading one bit, then six bits a symbol, first symbol highest:
 * `key = 1·64ⁿ + s₁·64ⁿ⁻¹ + … + sₙ`, so a key tells its own length, a prefix is `key >>> 6`, and keys in ascending
 * order are in order of length, then of text. Key 1 is the empty n-gram: "the record has this field".
 */
import { SEQUENCE_SYMBOLS_MAX } from '../domain/limits.ts';
import { END, SYMBOL_BITS, SYMBOL_CHARACTERS, symbolOf } from './symbols.ts';

/** Longest n-gram that is counted: a context of four symbols and what follows it. */
export const NGRAM_SYMBOLS_MAX = 5;
/** The empty n-gram: presence of the field. */
export const PRESENCE_KEY = 1;
/** Keys are below this. */
export const KEY_LIMIT = 2 ** (SYMBOL_BITS * NGRAM_SYMBOLS_MAX + 1);

/** How people see the symbols that have no character of their own, and the space, whose own character hides. */
const END_SIGN = '␃';
const OTHER_SIGN = '□';
const SPACE_SIGN = '␠';

const SIGNS: readonly string[] = [...SYMBOL_CHARACTERS.replace(' ', SPACE_SIGN), OTHER_SIGN, END_SIGN];
const SYMBOL_OF_SIGN: ReadonlyMap<string, number> = new Map(SIGNS.map((sign, symbol) => [sign, symbol]));

/** Symbols that a key holds, 0 to 5. @example lengthOfKey(64 + 7) // 1 */
export function lengthOfKey(key: number): number {
  return ((31 - Math.clz32(key)) / SYMBOL_BITS) | 0;
}

/** Whether a number is the key of an n-gram that a string can hold: END stands nowhere but last. */
export function isNgramKey(key: number): boolean {
  if (!Number.isInteger(key) || key < 1 || key >= KEY_LIMIT) return false;
  if ((31 - Math.clz32(key)) % SYMBOL_BITS !== 0) return false;
  for (let head = key >>> SYMBOL_BITS; head > 1; head >>>= SYMBOL_BITS) {
    if ((head & 63) === END) return false;
  }
  return true;
}

/** The n-gram without its first symbol. @example suffixOfKey(keyOfNgram('abc')) === keyOfNgram('bc') */
export function suffixOfKey(key: number): number {
  const bits = 31 - Math.clz32(key) - SYMBOL_BITS;
  return (1 << bits) | (key & ((1 << bits) - 1));
}

/**
 * How people read an n-gram: its symbols' characters, lower case; `␃` is the end of the string, `□` any character
 * outside the alphabet, `␠` the space; the empty n-gram is the empty text.
 * @throws RangeError for a number that is no key
 * @example ngramOfKey(keyOfNgram('om␃')) // 'om␃'
 */
export function ngramOfKey(key: number): string {
  if (!isNgramKey(key)) throw new RangeError(`${key} is not the key of an n-gram`);
  let text = '';
  for (let rest = key; rest > 1; rest >>>= SYMBOL_BITS) text = (SIGNS[rest & 63] as string) + text;
  return text;
}

/**
 * The key of an n-gram as people read it, or null where the text is none.
 * @example keyOfNgram('a') // 64
 * @example keyOfNgram('') // 1
 */
export function keyOfNgram(text: string): number | null {
  if (text.length > NGRAM_SYMBOLS_MAX) return null;
  let key = 1;
  for (const sign of text) {
    const symbol = SYMBOL_OF_SIGN.get(sign);
    if (symbol === undefined) return null;
    key = key * 64 + symbol;
  }
  return isNgramKey(key) ? key : null;
}

/**
 * Writes the symbols of a text, then END. At most SEQUENCE_SYMBOLS_MAX characters are read.
 * @param into at least SEQUENCE_SYMBOLS_MAX + 1 long
 * @returns symbols written, the end mark included
 */
export function symbolsOf(text: string, into: Uint8Array): number {
  const length = Math.min(text.length, SEQUENCE_SYMBOLS_MAX);
  for (let at = 0; at < length; at++) into[at] = symbolOf(text.charCodeAt(at));
  into[length] = END;
  return length + 1;
}

/**
 * Calls back with the key of every n-gram of 1 to 5 symbols of a text, its end mark included, left to right,
 * shorter ones first; an n-gram that the text holds twice comes twice.
 * @example forEachNgram('ab', visit) // visits a, b, ab, ␃, b␃, ab␃
 */
export function forEachNgram(text: string, visit: (key: number) => void): void {
  const length = Math.min(text.length, SEQUENCE_SYMBOLS_MAX);
  let tail = 0;
  for (let at = 0; at <= length; at++) {
    tail = ((tail << SYMBOL_BITS) | (at < length ? symbolOf(text.charCodeAt(at)) : END)) & 0x3fffffff;
    visit(0x40 | (tail & 0x3f));
    if (at > 0) visit(0x1000 | (tail & 0xfff));
    if (at > 1) visit(0x40000 | (tail & 0x3ffff));
    if (at > 2) visit(0x1000000 | (tail & 0xffffff));
    if (at > 3) visit(0x40000000 | tail);
  }
}

/** The distinct n-grams of a text in order of first appearance. @example ngramsOf('aa').length // 5: a, aa, ␃, a␃, aa␃ */
export function ngramsOf(text: string): number[] {
  const keys = new Set<number>();
  forEachNgram(text, key => keys.add(key));
  return [...keys];
}

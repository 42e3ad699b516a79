/**
 * Words of a log message, as mail filters read mail: numbers, addresses and times, which differ in every line, become
 * placeholders; words become their stems (Porter 1980), so that `failed` and `failure` of one template stay near.
 *
 * Splitting is done here, not by a library's tokenizer: it must see `10.0.0.5:443` or `12:04:59` whole, read letters of
 * every script, and stop after a fixed number of characters.
 */
/// <reference path="./natural.d.ts" />
import PorterStemmer from 'natural/lib/natural/stemmers/porter_stemmer.js';
import { SEQUENCE_SYMBOLS_MAX } from '../domain/limits.ts';
import { addressClassOf } from './address.ts';
import { Recent } from './recent.ts';
import { tokenText } from './token-text.ts';

/** Different words of one message; a stack trace has more, its first lines tell it. */
export const MESSAGE_WORDS_MAX = 64;
const WORD_CHARACTERS_MAX = 32;
const WORD_CHARACTERS_MIN = 2;
const HEX_CHARACTERS_MIN = 6;
const STEMS_REMEMBERED = 8192;

const stems = new Recent(STEMS_REMEMBERED, word => PorterStemmer.stem(word));

/** What a character is within a chunk, as bits. */
const DIGIT = 1;
const HEX_LETTER = 2;
const LETTER = 4;
const NUMBER_MARK = 8;
const TIME_MARK = 16;
const DASH = 32;
const OTHER = 64;
/** Ends a chunk: space, controls, quotes, brackets, and = , ; | */
const END = 128;

const CHARACTER_BITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (code <= 32 || code === 127 || '"\'`()[]{}<>=,;|'.includes(character)) return END;
  if (code >= 48 && code <= 57) return DIGIT;
  if ('abcdefABCDEF'.includes(character)) return HEX_LETTER | LETTER;
  if ((code | 32) >= 97 && (code | 32) <= 122) return LETTER;
  if (character === '-') return DASH;
  if (character === ':') return TIME_MARK;
  return '.+%/'.includes(character) ? NUMBER_MARK : OTHER;
});

function bitsAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? (CHARACTER_BITS[code] ?? OTHER) : LETTER;
}

/**
 * The different words of a message, at most 64, in the order of their first appearance.
 * @example [...wordsOf('Failed password for root from 10.0.0.5 port 22 ssh2')]
 * // ['fail', 'password', 'for', 'root', 'from', '<address>', 'port', '<number>', 'ssh#']
 */
export function wordsOf(message: string): Set<string> {
  const words = new Set<string>();
  const end = Math.min(message.length, SEQUENCE_SYMBOLS_MAX);
  let start = 0;
  for (let index = 0; index <= end && words.size < MESSAGE_WORDS_MAX; index += 1) {
    if (index < end && bitsAt(message, index) !== END) continue;
    if (index > start) addChunk(words, message, start, index);
    start = index + 1;
  }
  return words;
}

/** Adds the placeholder of the chunk in [start, end), or its words. */
function addChunk(words: Set<string>, text: string, start: number, end: number): void {
  let stop = end;
  while (stop > start && isTrailingMark(text.charCodeAt(stop - 1))) stop -= 1;
  let anyBits = 0;
  for (let index = start; index < stop; index += 1) anyBits |= bitsAt(text, index);
  const placeholder =
    anyBits & (DIGIT | HEX_LETTER | TIME_MARK) ? placeholderOf(text, start, stop, anyBits) : undefined;
  if (placeholder !== undefined) words.add(placeholder);
  else addParts(words, text, start, stop);
}

/** . : ! ? at the end of a chunk belong to the sentence. */
function isTrailingMark(code: number): boolean {
  return code === 46 || code === 58 || code === 33 || code === 63;
}

function placeholderOf(text: string, start: number, end: number, anyBits: number): string | undefined {
  if ((anyBits & ~(DIGIT | NUMBER_MARK | DASH)) === 0 && anyBits & DIGIT) {
    return isAddress(text, start, end) ? '<address>' : '<number>';
  }
  if ((anyBits & ~(DIGIT | TIME_MARK | NUMBER_MARK | DASH)) === 0 && anyBits & DIGIT) {
    return isAddress(text, start, end) ? '<address>' : '<time>';
  }
  if (anyBits & TIME_MARK && isAddress(text, start, end)) return '<address>';
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
function isAddress(text: string, start: number, end: number): boolean {
  if (end - start > ADDRESS_CHARACTERS_MAX || end - start < 2) return false;
  const chunk = text.slice(start, end);
  if (addressClassOf(chunk) !== undefined) return true;
  const cut = Math.max(chunk.lastIndexOf(':'), chunk.lastIndexOf('/'));
  return cut > 0 && addressClassOf(chunk.slice(0, cut)) !== undefined;
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

/** Adds the runs of letters and digits in [start, end) as words. */
function addParts(words: Set<string>, text: string, start: number, end: number): void {
  let partStart = start;
  for (let index = start; index <= end && words.size < MESSAGE_WORDS_MAX; index += 1) {
    if (index < end && bitsAt(text, index) & (LETTER | DIGIT)) continue;
    if (index - partStart >= WORD_CHARACTERS_MIN) {
      words.add(wordOf(text.slice(partStart, Math.min(index, partStart + WORD_CHARACTERS_MAX))));
    }
    partStart = index + 1;
  }
}

/**
 * A word in lower case: stemmed where it is plain letters; runs of digits become `#`.
 * @example wordOf('Connections') // 'connect'
 * @example wordOf('eth0') // 'eth#'
 */
function wordOf(part: string): string {
  const folded = part.toLowerCase();
  let anyBits = 0;
  let isAscii = true;
  for (let index = 0; index < folded.length; index += 1) {
    anyBits |= bitsAt(folded, index);
    if (folded.charCodeAt(index) >= 128) isAscii = false;
  }
  if (anyBits & DIGIT) return anyBits & LETTER ? withoutDigits(folded) : '<number>';
  return isAscii ? stems.of(folded) : tokenText(folded);
}

function withoutDigits(folded: string): string {
  let word = '';
  for (let index = 0; index < folded.length; index += 1) {
    const isDigit = bitsAt(folded, index) === DIGIT;
    if (!isDigit) word += folded.charAt(index);
    else if (!word.endsWith('#')) word += '#';
  }
  return tokenText(word);
}

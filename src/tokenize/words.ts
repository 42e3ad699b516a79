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
import { bitsAt, bitsIn, DIGIT, END, HEX_LETTER, isTrailingMark, LETTER, placeholderOf } from './chunk.ts';
import { Recurring } from './recurring.ts';
import { tokenText } from './token-text.ts';

/** Different words of one message; a stack trace has more, its first lines tell it. */
export const MESSAGE_WORDS_MAX = 64;
const WORD_CHARACTERS_MAX = 32;
const WORD_CHARACTERS_MIN = 2;
const WORDS_REMEMBERED = 16_384;

/** Words without digits, by what was written: those of logs are few, and come again and again. */
const remembered = new Recurring(WORDS_REMEMBERED, wordOf);

/**
 * The different words of a message, at most 64, in the order of their first appearance.
 * @example [...wordsOf('Failed password for root from 10.0.0.5 port 22 ssh2')]
 * // ['fail', 'password', 'for', 'root', 'from', '<address>', 'port', '<number>', 'ssh#']
 */
export function wordsOf(message: string): Set<string> {
  const words = new Set<string>();
  const end = Math.min(message.length, SEQUENCE_SYMBOLS_MAX);
  let start = 0;
  let anyBits = 0;
  for (let index = 0; index <= end && words.size < MESSAGE_WORDS_MAX; index += 1) {
    const bits = index < end ? bitsAt(message, index) : END;
    if (bits !== END) {
      anyBits |= bits;
      continue;
    }
    if (index > start) addChunk(words, message, start, index, anyBits);
    start = index + 1;
    anyBits = 0;
  }
  return words;
}

/** Adds the placeholder of the chunk in [start, end), or its words. */
function addChunk(words: Set<string>, text: string, start: number, end: number, anyBits: number): void {
  if ((anyBits & ~(LETTER | HEX_LETTER)) === 0) {
    addPart(words, text, start, end, anyBits);
    return;
  }
  let stop = end;
  while (stop > start && isTrailingMark(text.charCodeAt(stop - 1))) stop -= 1;
  const bits = stop < end ? bitsIn(text, start, stop) : anyBits;
  const placeholder = placeholderOf(text, start, stop, bits);
  if (placeholder !== undefined) words.add(placeholder);
  else addParts(words, text, start, stop);
}

/** Adds the runs of letters and digits in [start, end) as words. */
function addParts(words: Set<string>, text: string, start: number, end: number): void {
  let partStart = start;
  let partBits = 0;
  for (let index = start; index <= end && words.size < MESSAGE_WORDS_MAX; index += 1) {
    const bits = index < end ? bitsAt(text, index) : END;
    if (bits & (LETTER | DIGIT)) {
      partBits |= bits;
      continue;
    }
    addPart(words, text, partStart, index, partBits);
    partStart = index + 1;
    partBits = 0;
  }
}

/** Adds the word of letters and digits in [start, end), if it is long enough for one. */
function addPart(words: Set<string>, text: string, start: number, end: number, anyBits: number): void {
  if (end - start < WORD_CHARACTERS_MIN) return;
  const part = text.slice(start, Math.min(end, start + WORD_CHARACTERS_MAX));
  words.add(anyBits & DIGIT ? wordOf(part) : remembered.of(part, undefined));
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
  return isAscii ? PorterStemmer.stem(folded) : tokenText(folded);
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

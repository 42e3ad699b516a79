/** Reads one JSON line as an object: bounded in depth before it is parsed, well-formed Unicode after. */
import type { Rejection } from '../domain/errors.ts';
import { JSON_DEPTH_MAX } from '../domain/limits.ts';

/** What JSON.parse makes of an object. `__proto__` and `constructor` are ordinary own fields of it. */
export type JsonObject = { readonly [name: string]: unknown };

export type JsonLine = { object: JsonObject } | { rejected: Rejection };

const INVALID: JsonLine = { rejected: { code: 'invalid-json', detail: 'the line is not valid JSON' } };
const TOO_DEEP: JsonLine = {
  rejected: { code: 'too-deep', detail: `nested deeper than ${JSON_DEPTH_MAX} levels` },
};
const NOT_A_RECORD: JsonLine = {
  rejected: { code: 'not-a-record', detail: 'the line is not a JSON object' },
};

/**
 * The object of a line, or why there is none. Never throws; the detail never repeats the line.
 * @example readObject('{"a":1}') // { object: { a: 1 } }
 * @example readObject('[1]') // rejected: not-a-record
 */
export function readObject(line: string): JsonLine {
  if (isDeep(line)) return TOO_DEEP;
  let value: unknown;
  try {
    value = mayHoldSurrogates(line) ? JSON.parse(line, wellFormedValue) : JSON.parse(line);
  } catch {
    return INVALID;
  }
  return isObject(value) ? { object: value } : NOT_A_RECORD;
}

/**
 * The same JSON with each number as the text that it was written as: JSON.parse rounds what lies beyond 2^53, and two
 * numbers become one.
 * @param json what is JSON; of other text it may make some
 * @example numbersAsText('{"a":9007199254740993}') // '{"a":"9007199254740993"}'
 */
export function numbersAsText(json: string): string {
  const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|[-\d][-+.\deE]*/g;
  return json.replace(stringOrNumber, part => (part.startsWith('"') ? part : `"${part}"`));
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A line without anything but white space; no format makes a record of it. */
export function isBlank(line: string): boolean {
  return line.length === 0 || (line.charCodeAt(0) <= 0x20 && line.trim() === '');
}

/** Deeper than JSON_DEPTH_MAX. Few brackets cannot nest deep, so most lines are not scanned. */
function isDeep(line: string): boolean {
  const brackets = countUpTo(line, '{', JSON_DEPTH_MAX) + countUpTo(line, '[', JSON_DEPTH_MAX);
  return brackets > JSON_DEPTH_MAX && depthExceeds(line);
}

function countUpTo(line: string, character: string, max: number): number {
  let count = 0;
  for (let at = line.indexOf(character); at !== -1; at = line.indexOf(character, at + 1)) {
    count += 1;
    if (count > max) break;
  }
  return count;
}

function depthExceeds(line: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) {
      inString = true;
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > JSON_DEPTH_MAX) return true;
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
    }
  }
  return false;
}

/** Only an escape such as `\ud800` can put half a surrogate pair into a string: bytes are decoded to U+FFFD. */
function mayHoldSurrogates(line: string): boolean {
  return line.includes('\\') && (line.includes('\\ud') || line.includes('\\uD'));
}

/** Half a pair would be changed by whatever stores it as UTF-8, and a recount would then see other text. */
function wellFormedValue(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value;
}

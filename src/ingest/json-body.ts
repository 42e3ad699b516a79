/**
 * Splits a whole `application/json` body into the bytes of its records, so that each goes the way of an NDJSON line:
 * one bad element is rejected by its number and harms no other, and the body is never parsed as one tree.
 */
import { AppError, type Rejection } from '../domain/errors.ts';
import { JSON_DEPTH_MAX } from '../domain/limits.ts';

/** An element, numbered from 1: its bytes, or why it cannot be a record. */
export type JsonElement = { number: number; bytes: Uint8Array } | { number: number; rejected: Rejection };

export interface JsonBody {
  /** The body is one object, not an array. */
  lone: boolean;
  count: number;
  /** Made while they are read; may be read again. */
  elements: Iterable<JsonElement>;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const TOO_DEEP: Rejection = { code: 'too-deep', detail: `nested deeper than ${JSON_DEPTH_MAX} levels` };
const NOT_AN_OBJECT: Rejection = { code: 'not-a-record', detail: 'the element is not a JSON object' };

/**
 * Finds the records of a body: one pass that checks the shape of the array, then a second one while elements are read.
 * What is inside an element is left to whoever reads it. Time is linear in the bytes, memory constant.
 * @throws AppError `invalid-json` where the body is neither an object nor an array, or the array itself is broken
 *   (truncated, a comma too many or too few, something after its end)
 * @example splitJsonBody('[{"a":1}, 2]' as bytes) // lone false, count 2: `{"a":1}`, and 2 is `not-a-record`
 */
export function splitJsonBody(body: Uint8Array): JsonBody {
  const start = skipSpace(body, body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0);
  if (body[start] === OPEN_OBJECT) {
    return { lone: true, count: 1, elements: [{ number: 1, bytes: trimmed(body, start, body.length) }] };
  }
  if (body[start] !== OPEN_LIST) throw broken('the body is neither a JSON object nor an array');
  let count = 0;
  for (const element of elementsOf(body, start)) count = element.number;
  return { lone: false, count, elements: { [Symbol.iterator]: () => elementsOf(body, start) } };
}

function* elementsOf(body: Uint8Array, arrayStart: number): Generator<JsonElement, void, undefined> {
  let at = skipSpace(body, arrayStart + 1);
  if (body[at] === CLOSE_LIST) return expectEnd(body, at + 1);
  for (let number = 1; ; number++) {
    const { end, deep } = elementEnd(body, at);
    if (end === at) throw broken('an element of the array is missing');
    if (body[at] !== OPEN_OBJECT) yield { number, rejected: NOT_AN_OBJECT };
    else if (deep) yield { number, rejected: TOO_DEEP };
    else yield { number, bytes: trimmed(body, at, end) };
    if (body[end] === CLOSE_LIST) return expectEnd(body, end + 1);
    at = skipSpace(body, end + 1);
  }
}

/** Where the element that starts at `from` ends: at the comma or the closing bracket of the array. */
function elementEnd(body: Uint8Array, from: number): { end: number; deep: boolean } {
  let depth = 0;
  let deep = false;
  for (let at = from; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) {
      at = stringEnd(body, at + 1);
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth += 1;
      if (depth > JSON_DEPTH_MAX) deep = true;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      if (depth === 0) {
        if (byte === CLOSE_LIST) return { end: at, deep };
        throw broken('the array is closed by the wrong bracket');
      }
      depth -= 1;
    } else if (byte === COMMA && depth === 0) {
      return { end: at, deep };
    }
  }
  throw broken('the array is not closed');
}

/** The closing quote of the string whose content starts at `from`. */
function stringEnd(body: Uint8Array, from: number): number {
  for (let at = from; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at += 1;
  }
  throw broken('a string is not closed');
}

function expectEnd(body: Uint8Array, from: number): void {
  if (skipSpace(body, from) !== body.length) throw broken('something follows the end of the array');
}

function skipSpace(body: Uint8Array, from: number): number {
  let at = from;
  while (at < body.length && isSpace(body[at])) at += 1;
  return at;
}

function trimmed(body: Uint8Array, start: number, end: number): Uint8Array {
  let last = end;
  while (last > start && isSpace(body[last - 1])) last -= 1;
  return body.subarray(start, last);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function broken(detail: string): AppError {
  return new AppError('invalid-json', detail);
}

/**
 * Splits a whole `application/json` body into the bytes of its records, so that each goes the way of an NDJSON line:
 * one bad element is rejected by its number and harms no other, and the body is never parsed as one tree.
 */
import { AppError, type Rejection } from '../domain/errors.ts';
import { JSON_ARRAY_RECORDS_MAX, JSON_DEPTH_MAX } from '../domain/limits.ts';

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

/** Bytes that are looked at in one step: some milliseconds. */
const STEP_BYTES = 1_048_576;

/**
 * Finds the records of a body: one pass that checks the shape of the array and notes where its elements are. What is
 * inside an element is left to whoever reads it. Time is linear in the bytes, memory in the elements.
 * @yields after each mebibyte, so that its caller can let others have their turn
 * @throws AppError `invalid-json` where the body is neither an object nor an array, or the array itself is broken
 *   (truncated, a comma too many or too few, something after its end); `body-too-large` at the first element beyond
 *   JSON_ARRAY_RECORDS_MAX
 * @example splitJsonBody('[{"a":1}, 2]' as bytes) // lone false, count 2: `{"a":1}`, and 2 is `not-a-record`
 */
export function* splitJsonBody(body: Uint8Array): Generator<undefined, JsonBody, undefined> {
  const start = skipSpace(body, body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0);
  if (body[start] === OPEN_OBJECT) {
    return { lone: true, count: 1, elements: [{ number: 1, bytes: trimmed(body, start, body.length) }] };
  }
  if (body[start] !== OPEN_LIST) throw broken('the body is neither a JSON object nor an array');
  const bounds = yield* boundsOf(body, start + 1);
  const elements = { [Symbol.iterator]: () => elementsOf(body, bounds) };
  return { lone: false, count: bounds.length / 3, elements };
}

/** Three numbers an element: where it starts, where it ends, and whether it is nested too deep (1). */
type Bounds = readonly number[];

function* elementsOf(body: Uint8Array, bounds: Bounds): Generator<JsonElement, void, undefined> {
  for (let at = 0; at < bounds.length; at += 3) {
    const [start = 0, end = 0, deep = 0] = bounds.slice(at, at + 3);
    const number = at / 3 + 1;
    if (body[start] !== OPEN_OBJECT) yield { number, rejected: NOT_AN_OBJECT };
    else if (deep === 1) yield { number, rejected: TOO_DEEP };
    else yield { number, bytes: trimmed(body, start, end) };
  }
}

/** The elements of the array whose content starts at `from`. */
function* boundsOf(body: Uint8Array, from: number): Generator<undefined, Bounds, undefined> {
  const bounds: number[] = [];
  let start = skipSpace(body, from);
  if (body[start] === CLOSE_LIST) return expectEnd(body, start + 1, bounds);
  let depth = 0;
  let deep = 0;
  let inString = false;
  let stepEnd = start + STEP_BYTES;
  for (let at = start; at < body.length; at++) {
    if (at >= stepEnd) {
      yield;
      stepEnd = at + STEP_BYTES;
    }
    const byte = body[at];
    if (inString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) {
      inString = true;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth += 1;
      if (depth > JSON_DEPTH_MAX) deep = 1;
    } else if (depth > 0) {
      if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth -= 1;
    } else if (byte === CLOSE_OBJECT) {
      throw broken('the array is closed by the wrong bracket');
    } else if (byte === COMMA || byte === CLOSE_LIST) {
      if (at === start) throw broken('an element of the array is missing');
      if (bounds.length === 3 * JSON_ARRAY_RECORDS_MAX) throw tooMany();
      bounds.push(start, at, deep);
      if (byte === CLOSE_LIST) return expectEnd(body, at + 1, bounds);
      start = skipSpace(body, at + 1);
      at = start - 1;
      deep = 0;
    }
  }
  throw broken(inString ? 'a string is not closed' : 'the array is not closed');
}

/** @returns the bounds, where nothing follows the end of the array */
function expectEnd(body: Uint8Array, from: number, bounds: Bounds): Bounds {
  if (skipSpace(body, from) !== body.length) throw broken('something follows the end of the array');
  return bounds;
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

function tooMany(): AppError {
  return new AppError('body-too-large', `jsonArrayRecordsMax: more than ${JSON_ARRAY_RECORDS_MAX} records`);
}

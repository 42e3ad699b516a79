/**
 * Splits the body of an Elasticsearch bulk request into its items: a line with an action, and but for `delete` one with
 * the document. The whole body is framed before anything of it is stored, so that one that is cut short stores nothing.
 *
 * Source: Elasticsearch reference, "Bulk API". More forgiving than that: the last line may lack its end, lines may end with
 * CR LF, and blank lines before an action are passed over (rsyslog's omelasticsearch sends them).
 */
import { AppError } from '../domain/errors.ts';
import { BULK_ID_CHARACTERS_MAX, JSON_ARRAY_RECORDS_MAX } from '../domain/limits.ts';
import { isObject, type JsonObject, numbersAsText, readObject } from './json.ts';

export const BULK_ACTIONS = ['index', 'create', 'update', 'delete'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

export interface BulkItem {
  action: BulkAction;
  /** `_index` of the action, as it came. */
  index?: string;
  /** `_id` of the action; absent where it is missing or empty. */
  id?: string;
  /** The document, without its line end; absent for `delete`. */
  bytes?: Uint8Array;
}

const LF = 10;
const CR = 13;

/** Items that are framed in one step: some milliseconds. */
const STEP_ITEMS = 4_096;
/** Characters of a line that an action may have: an index, an id, and some options. */
const ACTION_CHARACTERS_MAX = 16_384;

/**
 * The items of a body, in their order. Time is linear in the bytes, memory in the items; documents are views of the body.
 * @yields after some thousand items, so that its caller can let others have their turn
 * @throws AppError `bad-request` with the number of the line, where an action is none or its document is missing;
 *   `body-too-large` at the first item beyond JSON_ARRAY_RECORDS_MAX
 * @example splitBulkBody('{"create":{"_id":"7"}}\n{"message":"a"}' as bytes) // [{ action: 'create', id: '7', bytes: … }]
 */
export function* splitBulkBody(body: Uint8Array): Generator<undefined, BulkItem[], undefined> {
  const items: BulkItem[] = [];
  const lines = new Lines(body);
  for (let line = lines.nextThatSays(); line !== null; line = lines.nextThatSays()) {
    if (items.length === JSON_ARRAY_RECORDS_MAX) {
      const detail = `jsonArrayRecordsMax: more than ${JSON_ARRAY_RECORDS_MAX} items`;
      throw new AppError('body-too-large', detail);
    }
    const item = itemOf(line, lines.number);
    if (item.action !== 'delete') {
      const bytes = lines.next();
      if (bytes === null) throw malformed(lines.number, 'the action has no document');
      item.bytes = bytes;
    }
    items.push(item);
    if (items.length % STEP_ITEMS === 0) yield;
  }
  return items;
}

class Lines {
  readonly #body: Uint8Array;
  #at = 0;
  /** Of the line that was given last, from 1. */
  number = 0;

  constructor(body: Uint8Array) {
    this.#body = body;
  }

  /** Null at the end. */
  next(): Uint8Array | null {
    const start = this.#at;
    if (start >= this.#body.length) return null;
    const end = this.#body.indexOf(LF, start);
    const line = this.#body.subarray(start, end === -1 ? this.#body.length : end);
    this.#at = start + line.length + 1;
    this.number += 1;
    return line.at(-1) === CR ? line.subarray(0, -1) : line;
  }

  nextThatSays(): Uint8Array | null {
    let line = this.next();
    while (line?.length === 0) line = this.next();
    return line;
  }
}

function itemOf(line: Uint8Array, number: number): BulkItem {
  const text = line.length > ACTION_CHARACTERS_MAX ? '' : new TextDecoder().decode(line);
  const { action, options } = actionIn(text, number);
  const isNumbered = Object.values(options).some(value => typeof value === 'number');
  const written = isNumbered ? actionIn(numbersAsText(text), number).options : options;
  const index = textOf(written, '_index', number);
  const id = textOf(written, '_id', number);
  return { action, ...(index === undefined ? {} : { index }), ...(id === undefined ? {} : { id }) };
}

function actionIn(text: string, number: number): { action: BulkAction; options: JsonObject } {
  const read = readObject(text);
  const [entry, more] = 'object' in read ? Object.entries(read.object) : [];
  if (entry === undefined || more !== undefined) throw malformed(number, 'an action is expected');
  const [action, options] = entry;
  if (!isAction(action) || !isObject(options)) throw malformed(number, 'an action is expected');
  return { action, options };
}

function isAction(name: string): name is BulkAction {
  return (BULK_ACTIONS as readonly string[]).includes(name);
}

/** @param options with their numbers as text: Elasticsearch takes those for names, too, digit for digit */
function textOf(options: JsonObject, name: string, number: number): string | undefined {
  const value = Object.hasOwn(options, name) ? options[name] : undefined;
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' || value.length > BULK_ID_CHARACTERS_MAX) {
    throw malformed(number, `${name} must be text of at most ${BULK_ID_CHARACTERS_MAX} characters`);
  }
  return value;
}

/** Says nothing of what the line holds. */
function malformed(number: number, detail: string): AppError {
  return new AppError('bad-request', `line ${number}: ${detail}`);
}

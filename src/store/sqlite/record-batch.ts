/**
 * Records on their way into the database, packed where the records are: a few lists of texts and numbers for all of them,
 * which cross a thread boundary as they are. A graph of objects takes structured clone as long as storing it takes SQLite.
 */
import type { StoredRecord } from '../../domain/stored-record.ts';
import type { Inserted } from '../port.ts';
import { kindNumberOf, verdictNumberOf } from './rows.ts';

export interface RecordBatch {
  /** NUMBERS of each record, one after the other. */
  numbers: Float64Array;
  /** TEXTS of each record, one after the other. */
  texts: readonly string[];
  /** Formats and models of the batch, each once. */
  names: readonly string[];
  /** The lines as they came, one after the other. */
  originals: Uint8Array;
}

/** A record of a batch; what is not there is null. */
export interface NewRecord {
  slice: number;
  atMs: number | null;
  receivedAtMs: number;
  labelled: boolean;
  symbols: number;
  score: number | null;
  /** Places in the batch's names. */
  format: number;
  model: number | null;
  /** As hex. */
  identity: string;
  /** HeadFields (rows.ts) as JSON. */
  head: string;
  /** The record as JSON. */
  content: string;
  /** Field, token, field, token … as JSON. */
  fixed: string;
  original: Uint8Array | null;
}

/** slice, atMs, receivedAtMs, labelled, symbols, score, format, model, bytes of the original; NaN is null. */
const NUMBERS = 9;
/** identity, head, content, fixed. */
const TEXTS = 4;

export function recordBatchOf(records: readonly StoredRecord[]): RecordBatch {
  const numbers = new Float64Array(records.length * NUMBERS);
  const texts: string[] = [];
  const names = new Map<string, number>();
  const originals: Uint8Array[] = [];
  const placeOf = (name: string) => {
    const known = names.get(name);
    if (known !== undefined) return known;
    names.set(name, names.size);
    return names.size - 1;
  };
  let at = 0;
  for (const stored of records) {
    const { original, model } = stored;
    numbers[at] = stored.slice;
    numbers[at + 1] = stored.atMs ?? Number.NaN;
    numbers[at + 2] = stored.receivedAtMs;
    numbers[at + 3] = stored.labelled ? 1 : 0;
    numbers[at + 4] = stored.symbols;
    numbers[at + 5] = stored.score ?? Number.NaN;
    numbers[at + 6] = placeOf(stored.format);
    numbers[at + 7] = model === undefined ? Number.NaN : placeOf(model);
    numbers[at + 8] = original?.length ?? Number.NaN;
    at += NUMBERS;
    texts.push(stored.identity, headTextOf(stored), JSON.stringify(stored.record), fixedTextOf(stored));
    if (original !== undefined) originals.push(original);
  }
  return { numbers, texts, names: [...names.keys()], originals: Buffer.concat(originals) };
}

/** Calls back with each record of a batch, in order. */
export function forEachOfBatch(
  { numbers, texts, originals }: RecordBatch,
  visit: (record: NewRecord, index: number) => void,
): void {
  const numberAt = (at: number) => numbers[at] ?? Number.NaN;
  const textAt = (at: number) => texts[at] ?? '';
  const optional = (value: number) => (Number.isNaN(value) ? null : value);
  let read = 0;
  for (let index = 0; index * NUMBERS < numbers.length; index++) {
    const at = index * NUMBERS;
    const text = index * TEXTS;
    const originalBytes = optional(numberAt(at + 8));
    const original = originalBytes === null ? null : originals.subarray(read, read + originalBytes);
    read += originalBytes ?? 0;
    visit(
      {
        slice: numberAt(at),
        atMs: optional(numberAt(at + 1)),
        receivedAtMs: numberAt(at + 2),
        labelled: numberAt(at + 3) === 1,
        symbols: numberAt(at + 4),
        score: optional(numberAt(at + 5)),
        format: numberAt(at + 6),
        model: optional(numberAt(at + 7)),
        identity: textAt(text),
        head: textAt(text + 1),
        content: textAt(text + 2),
        fixed: textAt(text + 3),
        original,
      },
      index,
    );
  }
}

/**
 * What came of each record of a batch.
 * @param alreadyThere the places of those that were; mostly none, and so little to tell
 * @example outcomesOf(2, [1]) // ['inserted', 'already-there']
 */
export function outcomesOf(records: number, alreadyThere: readonly number[]): Inserted[] {
  const outcomes = new Array<Inserted>(records).fill('inserted');
  for (const place of alreadyThere) outcomes[place] = 'already-there';
  return outcomes;
}

/** HeadFields after slice and identity, which are columns. */
function headTextOf(stored: StoredRecord): string {
  return JSON.stringify([
    stored.episode,
    kindNumberOf(stored.kind),
    stored.labelled ? 1 : 0,
    stored.symbols,
    stored.verdict === undefined ? null : verdictNumberOf(stored.verdict),
    stored.host ?? null,
    stored.source ?? null,
    stored.destination ?? null,
    stored.domain ?? null,
    stored.sensor ?? null,
  ]);
}

function fixedTextOf({ fixed }: StoredRecord): string {
  const flat: string[] = [];
  for (const { field, token } of fixed) flat.push(field, token);
  return JSON.stringify(flat);
}

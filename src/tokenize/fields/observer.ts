/** From rows of the table to a function that observes all that they tell of. */
import { SEQUENCE_SYMBOLS_MAX } from '../../domain/limits.ts';
import type { Observations } from '../../domain/observation.ts';
import type { RecordKind } from '../../domain/record.ts';
import type { Facts, Part } from './facts.ts';
import { pairObserver } from './pairs.ts';
import {
  type CategoryRow,
  type FieldRow,
  isSeenBy,
  type StringRow,
  type TokenReading,
  type WordsReading,
} from './row.ts';
import { tokenOf } from './token-reader.ts';
import { shaperOf } from './traits.ts';

/** Appends what it sees in a record to what is seen in it. */
export type Observe<F extends Facts> = (into: Observations, facts: F) => void;

/** Rows that follow each other and read the same part of a record. */
interface Run<F extends Facts> {
  needs: Part | undefined;
  rows: Asked<F>[];
}

/** What is asked for of a row. All are objects of one shape, which are read faster than rows, of which there are many. */
type Asked<F extends Facts> = { field: string } & (TokenReading<F> | WordsReading<F>);

function askedOf<F extends Facts>({ field, cut, read }: CategoryRow<F>): Asked<F> {
  return { field, cut, read } as Asked<F>;
}

/** Observes what a version of the tokenizers sees of these rows, in their order; pairs, which are of what is seen, last. */
export function observerOf<F extends Facts>(
  kind: RecordKind,
  rows: readonly FieldRow<F>[],
  version: number,
): Observe<F> {
  const seen = rows.filter(row => isSeenBy(row, version));
  const observeStrings = seen.filter(row => row.kind === 'string').map(row => stringObserver(row, version));
  const runs = runsOf(seen);
  const observePairs = pairObserver(kind, rows, version);
  return (into, facts) => {
    for (const observeString of observeStrings) observeString(into, facts);
    for (const { needs, rows } of runs) {
      if (needs !== undefined && !facts.has(needs)) continue;
      for (const row of rows) observeCategory(into, facts, row);
    }
    observePairs(into, facts);
  };
}

function runsOf<F extends Facts>(rows: readonly FieldRow<F>[]): Run<F>[] {
  const runs: Run<F>[] = [];
  for (const row of rows) {
    if (row.kind === 'string') continue;
    const last = runs.at(-1);
    if (last !== undefined && last.needs === row.needs) last.rows.push(askedOf(row));
    else runs.push({ needs: row.needs, rows: [askedOf(row)] });
  }
  return runs;
}

/** A string for its character model, and its shape. */
function stringObserver<F extends Facts>(row: StringRow<F>, version: number): Observe<F> {
  const { field, needs, read, prefixLengthOf } = row;
  const pushShape = shaperOf(field, version);
  return ({ sequences, shape }, facts) => {
    if (needs !== undefined && !facts.has(needs)) return;
    const text = read(facts);
    if (text === undefined || text === '') return;
    const cut = text.length > SEQUENCE_SYMBOLS_MAX ? text.slice(0, SEQUENCE_SYMBOLS_MAX) : text;
    sequences.push({ field, text: cut });
    pushShape(shape, cut, text.length, prefixLengthOf === undefined ? 0 : prefixLengthOf(facts));
  };
}

function observeCategory<F extends Facts>({ categories }: Observations, facts: F, row: Asked<F>): void {
  const { field } = row;
  if (row.cut === 'words') {
    const words = row.read(facts);
    if (words !== undefined) for (const token of words) categories.push({ field, token });
    return;
  }
  const token = tokenOf(row, facts);
  if (token !== undefined) categories.push({ field, token });
}

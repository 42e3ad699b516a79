/** From rows of the table to a function that observes all that they tell of. */
import { SEQUENCE_SYMBOLS_MAX } from '../../domain/limits.ts';
import { type Observations, SEGMENT_SEPARATORS } from '../../domain/observation.ts';
import type { RecordKind } from '../../domain/record.ts';
import { withoutRepeats } from '../repeats.ts';
import type { Facts } from './facts.ts';
import { statisticsObserver } from './flow-statistics.ts';
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
import { CORES_SINCE, shaperOf } from './traits.ts';

/** Appends what it sees in a record to what is seen in it. */
export type Observe<F extends Facts> = (into: Observations, facts: F) => void;

/** What is asked for of a row. All are objects of one shape, which are read faster than rows, of which there are many. */
type Asked<F extends Facts> = { field: string } & (TokenReading<F> | WordsReading<F>);

/** Observes what a version of the tokenizers sees of these rows, in their order; pairs, which are of what is seen, last. */
export function observerOf<F extends Facts>(
  kind: RecordKind,
  rows: readonly FieldRow<F>[],
  version: number,
): Observe<F> {
  const seen = rows.filter(row => isSeenBy(row, version));
  const observeStrings = seen.filter(row => row.kind === 'string').map(row => stringObserver(row, version));
  const observeRuns = runsOf(seen).map(runObserver);
  const observePairs = pairObserver(kind, rows, version);
  return (into, facts) => {
    for (const observeString of observeStrings) observeString(into, facts);
    for (const observeRun of observeRuns) observeRun(into, facts);
    observePairs(into, facts);
  };
}

/** Rows of categories in runs: those that follow each other and read the same part of a record. */
function runsOf<F extends Facts>(rows: readonly FieldRow<F>[]): CategoryRow<F>[][] {
  const runs: CategoryRow<F>[][] = [];
  for (const row of rows) {
    if (row.kind === 'string') continue;
    const last = runs.at(-1);
    if (last !== undefined && last[0]?.needs === row.needs) last.push(row);
    else runs.push([row]);
  }
  return runs;
}

function runObserver<F extends Facts>(run: readonly CategoryRow<F>[]): Observe<F> {
  const statistics = run.flatMap(({ field, statistic }) =>
    statistic === undefined ? [] : [{ field, statistic }],
  );
  if (statistics.length === run.length) return statisticsObserver(statistics);
  const needs = run[0]?.needs;
  const asked = run.map(({ field, cut, read }) => ({ field, cut, read }) as Asked<F>);
  return (into, facts) => {
    if (needs !== undefined && !facts.has(needs)) return;
    for (const row of asked) observeCategory(into, facts, row);
  };
}

/** Characters of a string among which repeats are looked for. */
const REPEATS_CHARACTERS_MAX = 2 * SEQUENCE_SYMBOLS_MAX;

/** A string for its character model, and its shape; since cores are told, without what it repeats. */
function stringObserver<F extends Facts>(row: StringRow<F>, version: number): Observe<F> {
  const { field, needs, read, prefixLengthOf } = row;
  const pushShape = shaperOf(field, version);
  const separators = SEGMENT_SEPARATORS[field];
  return ({ sequences, shape }, facts) => {
    if (needs !== undefined && !facts.has(needs)) return;
    const text = read(facts);
    if (text === undefined || text === '') return;
    const prefixLength = prefixLengthOf === undefined ? 0 : prefixLengthOf(facts);
    if (version < CORES_SINCE) {
      const cut = cutTo(text, SEQUENCE_SYMBOLS_MAX);
      sequences.push({ field, text: cut });
      pushShape(shape, cut, text.length, prefixLength);
      return;
    }
    // A host name ends with its core, whatever somebody wrote before it.
    const cutBy = prefixLengthOf === undefined ? cutTo : cutToEnd;
    const bounded = cutBy(text, REPEATS_CHARACTERS_MAX);
    const once = withoutRepeats(bounded, separators);
    const cut = cutBy(once, SEQUENCE_SYMBOLS_MAX);
    const beforeCore = prefixLength - (text.length - bounded.length);
    const core = Math.max(0, coreOf(once, bounded, beforeCore, separators) - (once.length - cut.length));
    sequences.push(core === 0 ? { field, text: cut } : { field, text: cut, core });
    pushShape(shape, cut, text.length - bounded.length + once.length, Math.max(0, core - 1));
  };
}

function cutTo(text: string, characters: number): string {
  return text.length > characters ? text.slice(0, characters) : text;
}

function cutToEnd(text: string, characters: number): string {
  return text.length > characters ? text.slice(-characters) : text;
}

/** Where the core begins in the text without repeats: behind the dot of the prefix. 0 where there is none. */
function coreOf(once: string, text: string, prefixLength: number, separators: string): number {
  if (prefixLength <= 0 || prefixLength + 1 >= text.length) return 0;
  if (once === text) return prefixLength + 1;
  // What stands last stays, so the text ends with its core without repeats.
  return once.length - withoutRepeats(text.slice(prefixLength + 1), separators).length;
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

/** From rows of the table to a function that observes all that they tell of. */
import type { Observations } from '../../domain/observation.ts';
import type { RecordKind } from '../../domain/record.ts';
import type { Facts } from './facts.ts';
import { statisticsObserver } from './flow-statistics.ts';
import { pairObserver } from './pairs.ts';
import { type CategoryRow, type FieldRow, isSeenBy, type TokenReading, type WordsReading } from './row.ts';
import { stringObserver } from './strings.ts';
import { tokenOf } from './token-reader.ts';

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

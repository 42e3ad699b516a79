/**
 * The order of scores, over all records. Scores scatter, so one index in their order would write a page for each record:
 * a quarter to a half more of the store's CPU time, and twice the log. Instead each run of 8,192 records in order of arrival
 * has an order of its own, in the index `records_by_score` (schema.ts): what a batch writes falls into one or two runs, of
 * 50 pages each. A search merges the runs, as log-structured trees do [1]: a seek for each run, and one for every few
 * places of it. So what a search reads grows by one seek for 8,192 records, whatever their scores.
 *
 * The index takes 44 bytes of 668 a record, and no time that could be measured: 120,000 records took 14.0 µs of CPU time
 * each without low scores in an index, and 13.8 with, four runs of each in turn. Of a million records with low scores the
 * first page of 100 takes 5 ms, the next 10, and 175 a call whose filter matches none of SEARCHED_RECORDS_MAX places;
 * sorting all of them took 330 a page.
 *
 * [1] P. O'Neil et al., The log-structured merge-tree, Acta Informatica 33 (1996).
 */
import type { Place } from '../cursor.ts';
import type { Database, SqlValue } from './driver.ts';
import { bytesOf } from './hex.ts';
import { RUN_OF_RECORD } from './schema.ts';

export interface PlaceRow extends Place {
  id: number;
}

/** What is walked through: places that have a score, or those that have none. */
interface Walked {
  site: number;
  scored: boolean;
  /** The place before the first. */
  after: Place | null;
  /** Of those with a score, no lower ones. */
  minScore?: number | undefined;
}

/** Places read of a run at first, and at most: with many runs few of each are needed. */
const READ_FIRST = 8;
const READ_MAX = 512;

/** The next places of one run, and how many are read when they are used up. */
interface Run {
  number: number;
  rows: PlaceRow[];
  next: number;
  readNext: number;
}

/** The highest score first, ties by slice and identity, descending. */
export function* placesByScore(database: Database, walked: Walked): Generator<PlaceRow, void> {
  const read = readerOf(database, walked);
  // In ascending order of their next place, so that the highest is taken from the end.
  const runs = runsOf(database, walked.site)
    .map(number => ({ number, rows: read(number, walked.after, READ_FIRST), next: 0, readNext: READ_FIRST }))
    .filter(({ rows }) => rows.length > 0)
    .sort((a, b) => compare(nextOf(a), nextOf(b)));
  for (let run = runs.pop(); run !== undefined; run = runs.pop()) {
    const place = nextOf(run);
    run.next += 1;
    if (run.next === run.readNext) {
      run.readNext = Math.min(READ_MAX, run.readNext * 4);
      run.rows = read(run.number, place, run.readNext);
      run.next = 0;
    }
    if (run.next < run.rows.length) runs.splice(placeFor(run, runs), 0, run);
    yield place;
  }
}

/** Reads so many places of one run, after the place. The index answers every condition, and has the order. */
function readerOf(database: Database, { site, scored, minScore = -Infinity }: Walked) {
  const [part, place, from] = scored
    ? ['score >= ?', '(score, slice, records.identity) < (?, ?, ?)', [minScore]]
    : ['score IS NULL', '(slice, records.identity) < (?, ?)', []];
  const statementOf = (conditions: string) =>
    database.prepare<PlaceRow>(
      `SELECT score AS value, slice, lower(hex(identity)) AS identity, id FROM records INDEXED BY records_by_score
       WHERE site = ? AND ${RUN_OF_RECORD} = ? AND ${conditions}
       ORDER BY score DESC, slice DESC, records.identity DESC LIMIT ?`,
    );
  const first = statementOf(part);
  const later = statementOf(`${part} AND ${place}`);
  return (run: number, after: Place | null, limit: number): PlaceRow[] => {
    if (after === null) return first.all(site, run, ...from, limit);
    const { value, slice, identity } = after;
    const start: SqlValue[] = value === null ? [] : [value];
    return later.all(site, run, ...from, ...start, slice, bytesOf(identity), limit);
  };
}

/** The runs that hold a record of the site: a seek for each. */
function runsOf(database: Database, site: number): number[] {
  const newest = (where: string) =>
    `(SELECT ${RUN_OF_RECORD} FROM records INDEXED BY records_by_score WHERE ${where} ORDER BY ${RUN_OF_RECORD} DESC LIMIT 1)`;
  return database
    .prepare<{ number: number }>(
      `WITH RECURSIVE runs (number) AS (
         SELECT ${newest('site = ?1')}
         UNION ALL
         SELECT ${newest(`site = ?1 AND ${RUN_OF_RECORD} < number`)} FROM runs WHERE number IS NOT NULL
       ) SELECT number FROM runs WHERE number IS NOT NULL`,
    )
    .all(site)
    .map(({ number }) => number);
}

/** Where a run stands among others in ascending order, found by halves. */
function placeFor(run: Run, runs: readonly Run[]): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = runs[middle];
    if (other !== undefined && compare(nextOf(other), nextOf(run)) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nextOf({ rows, next }: Run): PlaceRow {
  const place = rows[next];
  if (place === undefined) throw new Error('a run that is merged has a next place');
  return place;
}

/** Negative where a comes later in the order than b: both have a score, or neither. */
function compare(a: Place, b: Place): number {
  const byScore = (a.value ?? 0) - (b.value ?? 0);
  if (byScore !== 0) return byScore;
  if (a.slice !== b.slice) return a.slice - b.slice;
  if (a.identity === b.identity) return 0;
  return a.identity < b.identity ? -1 : 1;
}

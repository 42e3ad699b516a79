/**
 * Searching records: by time or score, descending, ties by slice and identity, descending too; those without a time or
 * score come last. Pages go by place, not by number, so that writes in between neither repeat nor skip a record.
 *
 * A filter that matches little could make one call read millions of rows while writers wait for the thread. So a call
 * with filters looks at SCANNED_MAX places and then says where to go on: such a page may be short, even empty, and have
 * a cursor all the same. Only below NOTABLE_SCORE, where scores have no index (schema.ts), is all of the time asked for
 * read and sorted: about half a second for a million records.
 */
import type { StoredRecord } from '../../domain/stored-record.ts';
import type { Page, RecordSearch } from '../port.ts';
import { contentHolds } from './content-search.ts';
import { cursorOf, type Place, placeOf } from './cursor.ts';
import type { Database, SqlValue } from './driver.ts';
import { bytesOf } from './hex.ts';
import type { Names } from './names.ts';
import type { Records } from './records.ts';
import { kindNumberOf, verdictNumberOf } from './rows.ts';
import { NOTABLE_SCORE } from './schema.ts';
import { sqlTextOf } from './text-codec.ts';

const SCANNED_MAX = 65_536;

interface Condition {
  sql: string;
  values: readonly SqlValue[];
  needsBody?: true;
}

const COLUMNS = { time: 'at_ms', score: 'score' } as const satisfies Record<RecordSearch['sort'], string>;

/** A part of a search's order that one query can walk through. */
interface Stretch {
  sql: string;
  holds(value: number | null): boolean;
  /** Whether some record of it may have a score of at least so much. */
  reaches(minScore: number): boolean;
  /** Walked through in the order of an index, so that places can be counted without reading all. */
  indexed: boolean;
}

/** The stretches of each order, in that order. */
const STRETCHES: Record<RecordSearch['sort'], readonly Stretch[]> = {
  time: [
    { sql: 'at_ms IS NOT NULL', holds: value => value !== null, reaches: () => true, indexed: true },
    { sql: 'at_ms IS NULL', holds: value => value === null, reaches: () => true, indexed: true },
  ],
  score: [
    {
      sql: `score >= ${NOTABLE_SCORE}`,
      holds: value => value !== null && value >= NOTABLE_SCORE,
      reaches: () => true,
      indexed: true,
    },
    {
      sql: `score < ${NOTABLE_SCORE}`,
      holds: value => value !== null && value < NOTABLE_SCORE,
      reaches: minScore => minScore < NOTABLE_SCORE,
      indexed: false,
    },
    { sql: 'score IS NULL', holds: value => value === null, reaches: () => false, indexed: false },
  ],
};

export class Search {
  readonly #database: Database;
  readonly #names: Names;
  readonly #records: Records;
  readonly #scannedMax: number;

  constructor(database: Database, names: Names, records: Records, scannedMax = SCANNED_MAX) {
    this.#database = database;
    this.#names = names;
    this.#records = records;
    this.#scannedMax = scannedMax;
    database.define('content_holds', (content = '', needle = '') => contentHolds(content, needle));
  }

  /** @throws AppError `invalid-request` for a cursor of another list, or of nobody's */
  page(siteName: string, search: RecordSearch): Page<StoredRecord> {
    const after = search.cursor === undefined ? null : placeOf(search.sort, search.cursor);
    const site = this.#names.find(siteName);
    if (site === undefined) return { items: [] };
    return this.#database.snapshot(() => this.#pageOf(site, search, after));
  }

  #pageOf(site: number, search: RecordSearch, after: Place | null): Page<StoredRecord> {
    const column = COLUMNS[search.sort];
    const filters = filtersOf(search);
    const places: Place[] = [];
    const pageUntil = (last: Place | undefined): Page<StoredRecord> => ({
      items: this.#records.get(site, places),
      nextCursor: last && cursorOf(search.sort, last),
    });
    for (const { stretch, start } of stretchesAfter(search, after)) {
      const within = [{ sql: 'site = ?', values: [site] }, ...start, ...rangeOf(search)];
      const countable = stretch.indexed && filters.length > 0;
      const stop = countable ? this.#lastToScan(column, within) : undefined;
      const until = stop === undefined ? [] : [placeCondition(column, '>=', stop)];
      const wanted = search.limit - places.length;
      const found = this.#places(column, [...within, ...until, ...filters], wanted + 1);
      places.push(...found.slice(0, wanted));
      if (found.length > wanted) return pageUntil(places.at(-1));
      if (stop !== undefined) return pageUntil(stop);
    }
    return pageUntil(undefined);
  }

  /** The last place that this call looks at; undefined where it looks at all. */
  #lastToScan(column: string, conditions: readonly Condition[]): Place | undefined {
    return this.#database
      .prepare<Place>(
        `SELECT ${column} AS value, slice, lower(hex(identity)) AS identity FROM heads
         WHERE ${sqlOf(conditions)} ORDER BY ${orderOf(column)} LIMIT 1 OFFSET ?`,
      )
      .get(...valuesOf(conditions), this.#scannedMax - 1);
  }

  /** Places only: what is sorted stays small, and a body is read for the text in it alone. */
  #places(column: string, conditions: readonly Condition[], limit: number): Place[] {
    const bodies = conditions.some(({ needsBody }) => needsBody);
    return this.#database
      .prepare<Place>(
        `SELECT ${column} AS value, slice, lower(hex(identity)) AS identity
         FROM heads ${bodies ? 'JOIN bodies ON bodies.id = heads.body' : ''}
         WHERE ${sqlOf(conditions)} ORDER BY ${orderOf(column)} LIMIT ?`,
      )
      .all(...valuesOf(conditions), limit);
  }
}

/** The stretches from the place on (all, where there is none), the first of them cut to what follows the place. */
function stretchesAfter(
  search: RecordSearch,
  after: Place | null,
): { stretch: Stretch; start: Condition[] }[] {
  const stretches = STRETCHES[search.sort];
  const first = after === null ? 0 : stretches.findIndex(stretch => stretch.holds(after.value));
  return stretches.slice(first).flatMap((stretch, index) => {
    if (search.minScore !== undefined && !stretch.reaches(search.minScore)) return [];
    const start: Condition[] = [{ sql: stretch.sql, values: [] }];
    if (after !== null && index === 0) start.push(placeCondition(COLUMNS[search.sort], '<', after));
    return [{ stretch, start }];
  });
}

function rangeOf({ fromMs, toMs }: RecordSearch): Condition[] {
  if (fromMs === undefined && toMs === undefined) return [];
  return [{ sql: 'at_ms >= ? AND at_ms < ?', values: [fromMs ?? -Infinity, toMs ?? Infinity] }];
}

function filtersOf(search: RecordSearch): Condition[] {
  const filters: Condition[] = [];
  const filter = (sql: string, ...values: SqlValue[]) => filters.push({ sql, values });
  if (search.kind !== undefined) filter('kind = ?', kindNumberOf(search.kind));
  if (search.verdict !== undefined) filter('verdict = ?', verdictNumberOf(search.verdict));
  if (search.minScore !== undefined) filter('score >= ?', search.minScore);
  if (search.source !== undefined) filter('source = ?', sqlTextOf(search.source));
  if (search.host !== undefined) {
    const host = sqlTextOf(search.host);
    filter('(host = ? OR source = ? OR destination = ?)', host, host, host);
  }
  if (search.q !== undefined && search.q !== '')
    filters.push({ sql: 'content_holds(content, ?)', values: [search.q.toLowerCase()], needsBody: true });
  return filters;
}

function placeCondition(column: string, is: '<' | '>=', { value, slice, identity }: Place): Condition {
  return value === null
    ? { sql: `(slice, heads.identity) ${is} (?, ?)`, values: [slice, bytesOf(identity)] }
    : {
        sql: `(${column}, slice, heads.identity) ${is} (?, ?, ?)`,
        values: [value, slice, bytesOf(identity)],
      };
}

function orderOf(column: string): string {
  return `${column} DESC, slice DESC, heads.identity DESC`;
}

function sqlOf(conditions: readonly Condition[]): string {
  return conditions.map(({ sql }) => sql).join(' AND ');
}

function valuesOf(conditions: readonly Condition[]): SqlValue[] {
  return conditions.flatMap(({ values }) => values);
}

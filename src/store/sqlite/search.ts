/**
 * Searching records: by time or score, descending, ties by slice and identity, descending too; those without a time or
 * score come last. Pages go by place, not by number, so that writes in between neither repeat nor skip a record.
 *
 * A filter that matches little could make one call read millions of rows while writers wait for the thread. So a call
 * with filters looks at SEARCHED_RECORDS_MAX places, and one for text at SEARCHED_BYTES_MAX of content besides, and then
 * says where to go on: such a page may be short, even empty, and have a cursor all the same. So may one whose heads come
 * to PAGE_BYTES_MAX: their names are as long as senders like. Only below NOTABLE_SCORE, where scores have no index
 * (schema.ts), are all places of the time asked for read and sorted: about a second for a million records.
 */
import assert from 'node:assert';
import { PAGE_BYTES_MAX, SEARCHED_BYTES_MAX, SEARCHED_RECORDS_MAX } from '../../domain/limits.ts';
import type { RecordHead } from '../../domain/stored-record.ts';
import { contentHolds } from '../content-search.ts';
import { cursorOf, type Place, placeOf } from '../cursor.ts';
import type { FoundHead, Page, RecordSearch } from '../port.ts';
import type { Database, SqlValue } from './driver.ts';
import { bytesOf } from './hex.ts';
import type { Names } from './names.ts';
import { HEAD_AT, HEAD_COLUMNS, type HeadRow, headOf, kindNumberOf, verdictNumberOf } from './rows.ts';
import { NOTABLE_SCORE } from './schema.ts';

/** How much one call looks at. */
interface SearchBounds {
  records: number;
  contentBytes: number;
  /** Of the texts in the heads found. */
  headBytes: number;
}

const BOUNDS: SearchBounds = {
  records: SEARCHED_RECORDS_MAX,
  contentBytes: SEARCHED_BYTES_MAX,
  headBytes: PAGE_BYTES_MAX,
};

interface Condition {
  sql: string;
  values: readonly SqlValue[];
}

interface PlaceRow extends Place {
  id: number;
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
    {
      sql: 'score IS NULL',
      holds: value => value === null,
      reaches: () => false,
      indexed: true,
    },
  ],
};

export class Search {
  readonly #database: Database;
  readonly #names: Names;
  readonly #bounds: SearchBounds;

  constructor(database: Database, names: Names, bounds: Partial<SearchBounds> = {}) {
    this.#database = database;
    this.#names = names;
    this.#bounds = { ...BOUNDS, ...bounds };
  }

  /** @throws AppError `invalid-request` for a cursor of another list, or of nobody's */
  page(siteName: string, search: RecordSearch): Page<FoundHead> {
    const after = search.cursor === undefined ? null : placeOf(search.sort, search.cursor);
    const site = this.#names.find(siteName);
    if (site === undefined) return { items: [] };
    return this.#database.snapshot(() => this.#pageOf(site, search, after));
  }

  #pageOf(site: number, search: RecordSearch, after: Place | null): Page<FoundHead> {
    const { sort, limit } = search;
    const column = COLUMNS[sort];
    const filters = filtersOf(search);
    const text = search.q === undefined || search.q === '' ? null : this.#textOf(search.q.toLowerCase());
    const items: FoundHead[] = [];
    let headBytes = 0;
    for (const { stretch, start } of stretchesAfter(search, after)) {
      const within = [{ sql: 'site = ?', values: [site] }, ...start, ...rangeOf(search)];
      const countable = stretch.indexed && (filters.length > 0 || text !== null);
      const stop = countable ? this.#lastToScan(column, stretch, within) : undefined;
      const until = stop === undefined ? [] : [placeCondition(column, '>=', stop)];
      const rowsMax = text === null ? limit - items.length + 1 : this.#bounds.records;
      let rows = 0;
      for (const place of this.#places(column, stretch, [...within, ...until, ...filters], rowsMax)) {
        if (items.length === limit || headBytes >= this.#bounds.headBytes)
          return { items, nextCursor: items.at(-1)?.cursor };
        if (text === null || text.isIn(place.id)) {
          const head = this.#headAt(place);
          headBytes += bytesIn(head);
          items.push({ head, cursor: cursorOf(sort, place) });
        }
        rows += 1;
        if (text !== null && (rows === rowsMax || text.hasReadEnough()))
          return { items, nextCursor: cursorOf(sort, place) };
      }
      if (stop !== undefined) return { items, nextCursor: cursorOf(sort, stop) };
    }
    return { items };
  }

  /** The last place that this call looks at; undefined where it looks at all. */
  #lastToScan(column: string, stretch: Stretch, conditions: readonly Condition[]): Place | undefined {
    return this.#database
      .prepare<Place>(
        `SELECT ${column} AS value, slice, lower(hex(identity)) AS identity FROM records ${bestIndex(column, stretch)}
         WHERE ${sqlOf(conditions)} ORDER BY ${orderOf(column)} LIMIT 1 OFFSET ?`,
      )
      .get(...valuesOf(conditions), this.#bounds.records - 1);
  }

  /** Places alone, so that what is sorted or passed over stays small. */
  #places(
    column: string,
    stretch: Stretch,
    conditions: readonly Condition[],
    limit: number,
  ): Iterable<PlaceRow> {
    return this.#database
      .prepare<PlaceRow>(
        `SELECT ${column} AS value, slice, lower(hex(identity)) AS identity, id FROM records ${bestIndex(column, stretch)}
         WHERE ${sqlOf(conditions)} ORDER BY ${orderOf(column)} LIMIT ?`,
      )
      .iterate(...valuesOf(conditions), limit);
  }

  #headAt({ id }: PlaceRow): RecordHead {
    const row = this.#database.prepare<HeadRow>(`SELECT ${HEAD_COLUMNS} FROM records WHERE id = ?`).get(id);
    assert(row !== undefined, 'a record that was listed is there');
    return headOf(row);
  }

  /** Looks for a text in contents, and counts what it has read of them. */
  #textOf(needle: string): { isIn(id: number): boolean; hasReadEnough(): boolean } {
    const select = this.#database.prepare<{ content: string }>('SELECT content FROM records WHERE id = ?');
    let readBytes = 0;
    return {
      isIn(id) {
        const { content = '' } = select.get(id) ?? {};
        readBytes += content.length;
        return contentHolds(content, needle);
      },
      hasReadEnough: () => readBytes >= this.#bounds.contentBytes,
    };
  }
}

/**
 * Stretches of the scores that have no index are read by time, which is nearly the order that rows stand in: that takes a
 * third of what it takes by identity, which SQLite would choose.
 */
function bestIndex(column: string, { holds }: Stretch): string {
  return column === COLUMNS.score && !holds(NOTABLE_SCORE) ? 'INDEXED BY records_by_time' : '';
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
  if (search.kind !== undefined) filter(`head ->> ${HEAD_AT.kind} = ?`, kindNumberOf(search.kind));
  if (search.verdict !== undefined)
    filter(`head ->> ${HEAD_AT.verdict} = ?`, verdictNumberOf(search.verdict));
  if (search.minScore !== undefined) filter('score >= ?', search.minScore);
  if (search.source !== undefined) filter(...headHolds(search.source, [HEAD_AT.source]));
  if (search.host !== undefined)
    filter(...headHolds(search.host, [HEAD_AT.host, HEAD_AT.source, HEAD_AT.destination]));
  return filters;
}

/**
 * That one of these places in a head is the text. Texts are compared as JSON, as they stand there: so nothing in them (a
 * NUL, half a surrogate) is lost on the way. Heads that do not hold it anywhere need not be parsed.
 */
function headHolds(text: string, places: readonly number[]): [sql: string, ...values: string[]] {
  const json = JSON.stringify(text);
  const isAtOne = places.map(place => `head -> ${place} = ?`).join(' OR ');
  return [`instr(head, ?) AND (${isAtOne})`, json, ...places.map(() => json)];
}

function placeCondition(column: string, is: '<' | '>=', { value, slice, identity }: Place): Condition {
  return value === null
    ? { sql: `(slice, records.identity) ${is} (?, ?)`, values: [slice, bytesOf(identity)] }
    : {
        sql: `(${column}, slice, records.identity) ${is} (?, ?, ?)`,
        values: [value, slice, bytesOf(identity)],
      };
}

/** What the texts of a head take in memory: two bytes a character at most. */
function bytesIn({ host, source, destination, domain, sensor }: RecordHead): number {
  return [host, source, destination, domain, sensor].reduce((sum, text = '') => sum + 2 * text.length, 0);
}

function orderOf(column: string): string {
  return `${column} DESC, slice DESC, records.identity DESC`;
}

function sqlOf(conditions: readonly Condition[]): string {
  return conditions.map(({ sql }) => sql).join(' AND ');
}

function valuesOf(conditions: readonly Condition[]): SqlValue[] {
  return conditions.flatMap(({ values }) => values);
}

/**
 * Searching records: by time or score, descending, ties by slice and identity, descending too; those without a time or
 * score come last. Pages go by place, not by number, so that writes in between neither repeat nor skip a record.
 *
 * A filter that matches little could make one call read millions of rows while writers wait for the thread. So a call
 * with filters looks at SEARCHED_RECORDS_MAX places, and one for text at SEARCHED_BYTES_MAX of content besides, and then
 * says where to go on: such a page may be short, even empty, and have a cursor all the same. So may one whose heads come
 * to PAGE_BYTES_MAX: their names are as long as senders like.
 *
 * By time, an index has the order. By score, the order is merged from runs (score-runs.ts), and a stretch of time is a
 * filter; but where that holds no more records than one call may look at, they are read by their time and sorted.
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
import { type PlaceRow, placesByScore } from './score-runs.ts';

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

const COLUMNS = { time: 'at_ms', score: 'score' } as const satisfies Record<RecordSearch['sort'], string>;

/** Places of a merged order that are held against filters at once. */
const FILTERED_AT_ONCE = 256;

/** A part of a search's order that one query can walk through: records that have a time or score, or those that have none. */
type Stretch = 'with value' | 'without';

/** The places of a stretch that match, in order, and where they end early, because as many were looked at as may be. */
interface Walk {
  places: Iterable<PlaceRow>;
  /** Known once the places are through. */
  stop(): Place | undefined;
}

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
    const text = search.q === undefined || search.q === '' ? null : this.#textOf(search.q.toLowerCase());
    const merged = sort === 'score' && !this.#isShort(site, search);
    const items: FoundHead[] = [];
    let headBytes = 0;
    for (const stretch of stretchesAfter(search, after)) {
      const rowsMax = text === null ? limit - items.length + 1 : this.#bounds.records;
      const from = after !== null && stretch === stretchOf(after) ? after : null;
      const walk = merged
        ? this.#merged(site, search, { stretch, from })
        : this.#indexed(site, search, { stretch, from, limit: rowsMax });
      let rows = 0;
      for (const place of walk.places) {
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
      const stop = walk.stop();
      if (stop !== undefined) return { items, nextCursor: cursorOf(sort, stop) };
    }
    return { items };
  }

  /** Whether the search is for a stretch of time that holds no more records than one call may look at. */
  #isShort(site: number, search: RecordSearch): boolean {
    const conditions = [{ sql: 'site = ?', values: [site] }, ...rangeOf(search)];
    if (conditions.length === 1) return false;
    const beyond = this.#database
      .prepare<object>(
        `SELECT 1 FROM records INDEXED BY records_by_time WHERE ${sqlOf(conditions)} LIMIT 1 OFFSET ?`,
      )
      .get(...valuesOf(conditions), this.#bounds.records);
    return beyond === undefined;
  }

  /** By the index of times: in its order, or so few that they are sorted. */
  #indexed(
    site: number,
    search: RecordSearch,
    { stretch, from, limit }: { stretch: Stretch; from: Place | null; limit: number },
  ): Walk {
    const column = COLUMNS[search.sort];
    const within = [
      { sql: 'site = ?', values: [site] },
      conditionOf(column, stretch),
      ...(from === null ? [] : [placeCondition(column, '<', from)]),
      ...rangeOf(search),
    ];
    const filters = [...scoresOf(search), ...filtersOf(search)];
    const countable = search.sort === 'time' && (filters.length > 0 || search.q !== undefined);
    const stop = countable ? this.#lastToScan(within) : undefined;
    const until = stop === undefined ? [] : [placeCondition(column, '>=', stop)];
    return { places: this.#places(column, [...within, ...until, ...filters], limit), stop: () => stop };
  }

  /** By the runs of scores; where there are filters, a block of places is held against them at once. */
  #merged(
    site: number,
    search: RecordSearch,
    { stretch, from }: { stretch: Stretch; from: Place | null },
  ): Walk {
    const filters = [...rangeOf(search), ...filtersOf(search)];
    const all = placesByScore(this.#database, {
      site,
      scored: stretch === 'with value',
      after: from,
      minScore: search.minScore,
    });
    if (filters.length === 0) return { places: all, stop: () => undefined };
    let stop: Place | undefined;
    return { places: this.#filtered(all, filters, place => (stop = place)), stop: () => stop };
  }

  /** Those that match, of as many as one call may look at; tells the last of these. */
  *#filtered(
    all: Generator<PlaceRow, void>,
    filters: readonly Condition[],
    onStop: (last: Place) => void,
  ): Generator<PlaceRow, void> {
    const matching = this.#database.prepare<{ id: number }>(
      `SELECT id FROM records WHERE id IN (SELECT value FROM json_each(?)) AND ${sqlOf(filters)}`,
    );
    for (let looked = 0; looked < this.#bounds.records; ) {
      const block = take(all, Math.min(FILTERED_AT_ONCE, this.#bounds.records - looked));
      const last = block.at(-1);
      if (last === undefined) return;
      const ids = JSON.stringify(block.map(({ id }) => id));
      const found = new Set(matching.all(ids, ...valuesOf(filters)).map(({ id }) => id));
      yield* block.filter(({ id }) => found.has(id));
      looked += block.length;
      if (looked === this.#bounds.records) onStop(last);
    }
  }

  /** The last place by time that this call looks at; undefined where it looks at all. */
  #lastToScan(conditions: readonly Condition[]): Place | undefined {
    return this.#database
      .prepare<Place>(
        `SELECT at_ms AS value, slice, lower(hex(identity)) AS identity FROM records
         WHERE ${sqlOf(conditions)} ORDER BY ${orderOf(COLUMNS.time)} LIMIT 1 OFFSET ?`,
      )
      .get(...valuesOf(conditions), this.#bounds.records - 1);
  }

  /** Places alone, so that what is sorted or passed over stays small. */
  #places(column: string, conditions: readonly Condition[], limit: number): Iterable<PlaceRow> {
    return this.#database
      .prepare<PlaceRow>(
        `SELECT ${column} AS value, slice, lower(hex(identity)) AS identity, id
         FROM records INDEXED BY records_by_time
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

/** The stretches from the place on; all, where there is none. Nothing without a score has one of at least so much. */
function stretchesAfter(search: RecordSearch, after: Place | null): Stretch[] {
  const stretches: Stretch[] = after === null || after.value !== null ? ['with value'] : [];
  if (search.sort === 'time' || search.minScore === undefined) stretches.push('without');
  return stretches;
}

function stretchOf({ value }: Place): Stretch {
  return value === null ? 'without' : 'with value';
}

function conditionOf(column: string, stretch: Stretch): Condition {
  return { sql: `${column} IS ${stretch === 'without' ? '' : 'NOT '}NULL`, values: [] };
}

function take<T>(from: Iterator<T, void>, count: number): T[] {
  const taken: T[] = [];
  while (taken.length < count) {
    const { done, value } = from.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

function scoresOf({ minScore }: RecordSearch): Condition[] {
  return minScore === undefined ? [] : [{ sql: 'score >= ?', values: [minScore] }];
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

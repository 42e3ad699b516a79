/** Records: stored once under (site, slice, identity), found by it, listed by slice. */
import type { RecordRef, Slice } from '../../domain/identity.ts';
import type { RecordContent, RecordHead, StoredRecord } from '../../domain/stored-record.ts';
import type { HeadQuery, Inserted } from '../port.ts';
import type { Database } from './driver.ts';
import { bytesOf } from './hex.ts';
import type { Names } from './names.ts';
import {
  bodyValues,
  type HeadValues,
  INSERT_BODY,
  INSERT_HEAD,
  type NewRow,
  type RecordBatch,
} from './record-batch.ts';
import { forEachOfRefs, type RefsJoin } from './refs-join.ts';
import {
  CONTENT_COLUMNS,
  contentOf,
  HEAD_COLUMNS,
  type HeadRow,
  headOf,
  RECORD_COLUMNS,
  type RecordRow,
  recordOf,
} from './rows.ts';

const HEADS: RefsJoin = { columns: HEAD_COLUMNS, table: 'heads' };
const CONTENTS: RefsJoin = {
  columns: CONTENT_COLUMNS,
  table: 'heads',
  and: 'JOIN bodies ON bodies.id = heads.body',
};

/** What a batch brought into one slice: a row of `arrivals`. */
interface Arrival {
  records: number;
  symbols: number;
  atMs: Range | null;
  /** Of unlabelled records: the later of own time and receipt. */
  dueMs: Range | null;
  receivedMsMax: number;
}

interface Range {
  min: number;
  max: number;
}

export class Records {
  readonly #database: Database;
  readonly #names: Names;

  constructor(database: Database, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  put(siteName: string, { rows, originals }: RecordBatch): Inserted[] {
    if (rows.length === 0) return [];
    const site = this.#names.intern(siteName);
    for (const { format, model } of rows) {
      this.#names.intern(format);
      if (model !== null) this.#names.intern(model);
    }
    return this.#database.transaction(() => this.#insert(site, rows, originals));
  }

  #insert(site: number, rows: readonly NewRow[], originals: Uint8Array): Inserted[] {
    const firstBody = this.#nextBody();
    const insertHead = this.#database.prepare(INSERT_HEAD);
    const insertBody = this.#database.prepare(INSERT_BODY);
    const arrivals = new Map<Slice, Arrival>();
    let body = firstBody;
    let read = 0;
    const outcomes = rows.map((row): Inserted => {
      const original = row.originalBytes === null ? null : originals.subarray(read, read + row.originalBytes);
      read += original?.length ?? 0;
      if (insertHead.run(site, body, ...row.head) === 0) return 'already-there';
      const format = this.#names.intern(row.format);
      const model = row.model === null ? null : this.#names.intern(row.model);
      insertBody.run(...bodyValues(body, { format, model }, row, original));
      const [slice] = row.head;
      arrivals.set(slice, arrivalWith(arrivals.get(slice), row.head));
      body += 1;
      return 'inserted';
    });
    this.#insertArrivals(site, firstBody, arrivals);
    return outcomes;
  }

  /** Above all bodies, and so above all arrivals: the last record of an arrival takes it along when it goes. */
  #nextBody(): number {
    const last = this.#database.prepare<{ id: number | null }>('SELECT max(id) AS id FROM bodies').get();
    return (last?.id ?? 0) + 1;
  }

  #insertArrivals(site: number, firstBody: number, arrivals: ReadonlyMap<Slice, Arrival>): void {
    const insert = this.#database.prepare('INSERT INTO arrivals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    for (const [slice, { records, symbols, atMs, dueMs, receivedMsMax }] of arrivals)
      insert.run(
        site,
        slice,
        firstBody,
        records,
        symbols,
        atMs?.min ?? null,
        atMs?.max ?? null,
        dueMs?.min ?? null,
        dueMs?.max ?? null,
        receivedMsMax,
      );
  }

  /** The first of these records: those whose originals and contents come to at most so many bytes, and one at least. */
  find(
    siteName: string,
    refs: readonly RecordRef[],
    bytesMax = Number.POSITIVE_INFINITY,
  ): (StoredRecord | null)[] {
    const site = this.#names.find(siteName);
    if (site === undefined) return refs.map(() => null);
    const select = this.#database.prepare<RecordRow>(
      `SELECT ${RECORD_COLUMNS} FROM heads JOIN bodies ON bodies.id = heads.body
       WHERE site = ? AND slice = ? AND identity = ?`,
    );
    return this.#database.snapshot(() => {
      const found: (StoredRecord | null)[] = [];
      let bytes = 0;
      for (const { slice, identity } of refs) {
        const row = select.get(site, slice, bytesOf(identity));
        const stored = row === undefined ? null : recordOf(row, this.#names);
        const recordBytes = (row?.content.length ?? 0) + (stored?.original?.length ?? 0);
        if (bytes > 0 && recordBytes > 0 && bytes + recordBytes > bytesMax) break;
        bytes += recordBytes;
        found.push(stored);
      }
      return found;
    });
  }

  findContents(siteName: string, refs: readonly RecordRef[]): (RecordContent | null)[] {
    return this.#findEach(siteName, refs, CONTENTS, contentOf);
  }

  findHeads(siteName: string, refs: readonly RecordRef[]): (RecordHead | null)[] {
    return this.#findEach(siteName, refs, HEADS, headOf);
  }

  #findEach<Row, T>(
    siteName: string,
    refs: readonly RecordRef[],
    join: RefsJoin,
    of: (row: Row) => T,
  ): (T | null)[] {
    const found: (T | null)[] = refs.map(() => null);
    const site = this.#names.find(siteName);
    if (site === undefined) return found;
    forEachOfRefs<Row>(this.#database, join, site, refs, (row, index) => {
      found[index] = of(row);
    });
    return found;
  }

  listHeads(siteName: string, query: HeadQuery): RecordHead[] {
    const site = this.#names.find(siteName);
    if (site === undefined) return [];
    const bounded = query.fromMs !== undefined || query.toMs !== undefined;
    const rows = this.#database
      .prepare<HeadRow>(
        `SELECT ${HEAD_COLUMNS} FROM heads
         WHERE site = ? AND slice = ? AND heads.identity > ?
           ${bounded ? 'AND at_ms >= ? AND at_ms < ?' : ''}
         ORDER BY heads.identity LIMIT ?`,
      )
      .all(
        site,
        query.slice,
        bytesOf(query.after ?? ''),
        ...(bounded ? [query.fromMs ?? -Infinity, query.toMs ?? Infinity] : []),
        query.limit,
      );
    return rows.map(headOf);
  }
}

function arrivalWith(arrival: Arrival | undefined, head: HeadValues): Arrival {
  const [, , , , atMs, receivedAtMs, labelled, symbols] = head;
  const dueMs = labelled === 1 ? null : Math.max(atMs ?? receivedAtMs, receivedAtMs);
  return {
    records: (arrival?.records ?? 0) + 1,
    symbols: (arrival?.symbols ?? 0) + symbols,
    atMs: rangeWith(arrival?.atMs, atMs),
    dueMs: rangeWith(arrival?.dueMs, dueMs),
    receivedMsMax: Math.max(arrival?.receivedMsMax ?? receivedAtMs, receivedAtMs),
  };
}

function rangeWith(range: Range | null | undefined, value: number | null): Range | null {
  if (value === null) return range ?? null;
  if (range === null || range === undefined) return { min: value, max: value };
  return { min: Math.min(range.min, value), max: Math.max(range.max, value) };
}

/** Records: stored once under (site, slice, identity), found by it, listed by slice. */
import type { RecordRef, Slice } from '../../domain/identity.ts';
import type { RecordContent, RecordHead, StoredRecord } from '../../domain/stored-record.ts';
import { packOriginal } from '../original-codec.ts';
import type { HeadQuery } from '../port.ts';
import type { Database } from './driver.ts';
import { bytesOf } from './hex.ts';
import type { Names } from './names.ts';
import { forEachOfBatch, type NewRecord, type RecordBatch } from './record-batch.ts';
import { forEachOfRefs } from './refs-join.ts';
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

const INSERT = `
  INSERT INTO records (id, site, slice, identity, at_ms, received_at_ms, score, head, format, model, content, fixed,
    original, original_deflated)
  VALUES (?, ?, ?, unhex(?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`;

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

  /** @returns the places in the batch of those that were there already, ascending */
  put(siteName: string, batch: RecordBatch): number[] {
    if (batch.numbers.length === 0) return [];
    const site = this.#names.intern(siteName);
    const names = batch.names.map(name => this.#names.intern(name));
    return this.#database.transaction(() => this.#insert(site, batch, names));
  }

  #insert(site: number, batch: RecordBatch, names: readonly number[]): number[] {
    const firstId = this.#nextId();
    const insert = this.#database.prepare(INSERT);
    const arrivals = new Map<Slice, Arrival>();
    const alreadyThere: number[] = [];
    let id = firstId;
    forEachOfBatch(batch, (record, index) => {
      const packed = record.original === null ? null : packOriginal(record.original);
      const inserted = insert.run(
        id,
        site,
        record.slice,
        record.identity,
        record.atMs,
        record.receivedAtMs,
        record.score,
        record.head,
        names[record.format] ?? null,
        record.model === null ? null : (names[record.model] ?? null),
        record.content,
        record.fixed,
        packed?.bytes ?? null,
        packed?.deflated === true ? 1 : 0,
      );
      if (inserted === 0) {
        alreadyThere.push(index);
        return;
      }
      arrivals.set(record.slice, arrivalWith(arrivals.get(record.slice), record));
      id += 1;
    });
    this.#insertArrivals(site, firstId, arrivals);
    return alreadyThere;
  }

  /** Above all records, and so above all arrivals: the last record of an arrival takes it along when it goes. */
  #nextId(): number {
    const last = this.#database.prepare<{ id: number | null }>('SELECT max(id) AS id FROM records').get();
    return (last?.id ?? 0) + 1;
  }

  #insertArrivals(site: number, firstId: number, arrivals: ReadonlyMap<Slice, Arrival>): void {
    const insert = this.#database.prepare('INSERT INTO arrivals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    for (const [slice, { records, symbols, atMs, dueMs, receivedMsMax }] of arrivals)
      insert.run(
        site,
        slice,
        firstId,
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
      `SELECT ${RECORD_COLUMNS} FROM records WHERE site = ? AND slice = ? AND identity = ?`,
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
    return this.#findEach(siteName, refs, CONTENT_COLUMNS, contentOf);
  }

  findHeads(siteName: string, refs: readonly RecordRef[]): (RecordHead | null)[] {
    return this.#findEach(siteName, refs, HEAD_COLUMNS, headOf);
  }

  findScores(siteName: string, refs: readonly RecordRef[]): (number | null)[] {
    return this.#findEach<{ score: number | null }, number | null>(siteName, refs, 'score', row => row.score);
  }

  #findEach<Row, T>(
    siteName: string,
    refs: readonly RecordRef[],
    columns: string,
    of: (row: Row) => T,
  ): (T | null)[] {
    const found: (T | null)[] = refs.map(() => null);
    const site = this.#names.find(siteName);
    if (site === undefined) return found;
    forEachOfRefs<Row>(this.#database, { columns, table: 'records' }, site, refs, (row, index) => {
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
        `SELECT ${HEAD_COLUMNS} FROM records
         WHERE site = ? AND slice = ? AND identity > ?
           ${bounded ? 'AND at_ms >= ? AND at_ms < ?' : ''}
         ORDER BY identity LIMIT ?`,
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

function arrivalWith(arrival: Arrival | undefined, record: NewRecord): Arrival {
  const { atMs, receivedAtMs, labelled, symbols } = record;
  const dueMs = labelled ? null : Math.max(atMs ?? receivedAtMs, receivedAtMs);
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

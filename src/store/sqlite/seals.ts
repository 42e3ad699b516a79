/** What is kept of sealed slices, and how their records go. */
import type { Slice } from '../../domain/identity.ts';
import type { SealKey, SealVector } from '../../domain/ledger.ts';
import type { Inserted } from '../port.ts';
import type { Database } from './driver.ts';
import { bytesOf } from './hex.ts';
import type { Names } from './names.ts';
import { HEAD_AT } from './rows.ts';

interface VectorRow {
  chunks: number;
  sum: string;
  counts: Uint8Array;
}

export class Seals {
  readonly #database: Database;
  readonly #names: Names;

  constructor(database: Database, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  putVector(siteName: string, vector: SealVector): Inserted {
    const { slice, incident, part, chunk, chunks, sum, counts } = vector;
    const changes = this.#database
      .prepare('INSERT INTO seal_vectors VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(this.#names.intern(siteName), incident, slice, part, chunk, chunks, bytesOf(sum), counts);
    return changes === 1 ? 'inserted' : 'already-there';
  }

  listKeys(
    siteName: string,
    { incident, slice }: { incident?: number | undefined; slice?: Slice | undefined },
  ): SealKey[] {
    const site = this.#names.find(siteName);
    if (site === undefined) return [];
    const incidentIs = incident === undefined ? [] : [incident];
    const sliceIs = slice === undefined ? [] : [slice];
    return this.#database
      .prepare<SealKey>(
        `SELECT slice, incident, part, chunk FROM seal_vectors
         WHERE site = ? ${incidentIs.length > 0 ? 'AND incident = ?' : ''} ${sliceIs.length > 0 ? 'AND slice = ?' : ''}
         ORDER BY slice, incident, part, chunk`,
      )
      .all(site, ...incidentIs, ...sliceIs)
      .map(row => ({ slice: row.slice, incident: row.incident, part: row.part, chunk: row.chunk }));
  }

  findVector(siteName: string, key: SealKey): SealVector | null {
    const site = this.#names.find(siteName);
    if (site === undefined) return null;
    const { slice, incident, part, chunk } = key;
    const row = this.#database
      .prepare<VectorRow>(
        `SELECT chunks, lower(hex(sum)) AS sum, counts FROM seal_vectors
         WHERE site = ? AND slice = ? AND incident = ? AND part = ? AND chunk = ?`,
      )
      .get(site, slice, incident, part, chunk);
    if (row === undefined) return null;
    const { chunks, sum, counts } = row;
    return { slice, incident, part, chunk, chunks, sum, counts };
  }

  /** In one transaction: a record is there with its memberships and its share of the sizes, or all of it is gone. */
  purgeRecords(
    siteName: string,
    { slice, receivedUntilMs, limit }: { slice: Slice; receivedUntilMs: number; limit: number },
  ): number {
    const site = this.#names.find(siteName);
    if (site === undefined) return 0;
    return this.#database.transaction(() => {
      const rows = this.#database
        .prepare<{ id: number; identity: string; symbols: number }>(
          `SELECT id, hex(identity) AS identity, head ->> ${HEAD_AT.symbols} AS symbols FROM records
           WHERE site = ? AND slice = ? AND received_at_ms <= ? ORDER BY records.identity LIMIT ?`,
        )
        .all(site, slice, receivedUntilMs, limit);
      const deleteRecord = this.#database.prepare('DELETE FROM records WHERE id = ?');
      const deleteMemberships = this.#database.prepare(
        'DELETE FROM memberships WHERE site = ? AND slice = ? AND identity = ?',
      );
      // Records stand in order of arrival: a record came with the last arrival of its slice that begins no later.
      const takeFromArrival = this.#database.prepare(
        `UPDATE arrivals SET records = records - 1, symbols = symbols - ? WHERE site = ? AND slice = ? AND first_record =
           (SELECT max(first_record) FROM arrivals WHERE site = ? AND slice = ? AND first_record <= ?)`,
      );
      for (const { id, identity, symbols } of rows) {
        deleteRecord.run(id);
        deleteMemberships.run(site, slice, bytesOf(identity));
        takeFromArrival.run(symbols, site, slice, site, slice, id);
      }
      this.#database
        .prepare('DELETE FROM arrivals WHERE site = ? AND slice = ? AND records = 0')
        .run(site, slice);
      const isEmpty =
        this.#database
          .prepare<{ one: number }>('SELECT 1 AS one FROM records WHERE site = ? AND slice = ? LIMIT 1')
          .get(site, slice) === undefined;
      if (isEmpty) {
        for (const table of ['manifests', 'memberships'])
          this.#database.prepare(`DELETE FROM ${table} WHERE site = ? AND slice = ?`).run(site, slice);
      }
      return rows.length;
    });
  }
}

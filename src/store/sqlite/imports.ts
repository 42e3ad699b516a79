/** The parts of imports: there before the ledger names them, and deleted only where it never will. */
import type { ImportPart } from '../../domain/ledger.ts';
import type { Inserted, StoredImport } from '../port.ts';
import type { Database } from './driver.ts';
import { bytesOf } from './hex.ts';
import type { Names } from './names.ts';
import { sqlTextOf, textOf } from './text-codec.ts';

export class Imports {
  readonly #database: Database;
  readonly #names: Names;

  constructor(database: Database, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  put(siteName: string, { importId, part, createdAtMs, sum, counts }: ImportPart): Inserted {
    const changes = this.#database
      .prepare('INSERT INTO import_parts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(this.#names.intern(siteName), sqlTextOf(importId), part, createdAtMs, bytesOf(sum), counts);
    return changes === 1 ? 'inserted' : 'already-there';
  }

  find(siteName: string, { importId, part }: Pick<ImportPart, 'importId' | 'part'>): ImportPart | null {
    const site = this.#names.find(siteName);
    if (site === undefined) return null;
    const row = this.#database
      .prepare<{ created_at_ms: number; sum: string; counts: Uint8Array }>(
        `SELECT created_at_ms, lower(hex(sum)) AS sum, counts FROM import_parts
         WHERE site = ? AND import = ? AND part = ?`,
      )
      .get(site, sqlTextOf(importId), part);
    if (row === undefined) return null;
    return { importId, part, createdAtMs: row.created_at_ms, sum: row.sum, counts: row.counts };
  }

  list(siteName: string): StoredImport[] {
    const site = this.#names.find(siteName);
    if (site === undefined) return [];
    return this.#database
      .prepare<{ import: string; parts: number; newest_ms: number }>(
        `SELECT import, count(*) AS parts, max(created_at_ms) AS newest_ms FROM import_parts
         WHERE site = ? GROUP BY import`,
      )
      .all(site)
      .map(row => ({ importId: textOf(row.import), parts: row.parts, newestAtMs: row.newest_ms }));
  }

  delete(siteName: string, importId: string): void {
    const site = this.#names.find(siteName);
    if (site === undefined) return;
    this.#database
      .prepare('DELETE FROM import_parts WHERE site = ? AND import = ?')
      .run(site, sqlTextOf(importId));
  }
}

/**
 * The audit of each site: entries by number, inserted once, in one file with what they tell of. The number in the key is
 * the one that counts: whoever pages by numbers must get on, whatever somebody has written into the file.
 */
import type { AuditEntry } from '../../domain/audit.ts';
import type { AuditQuery } from '../port.ts';
import type { Database } from './driver.ts';
import type { Names } from './names.ts';

interface EntryRow {
  number: number;
  content: string;
}

export class Audit {
  readonly #database: Database;
  readonly #names: Names;

  constructor(database: Database, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  put(siteName: string, entries: readonly AuditEntry[]): number {
    const site = this.#names.intern(siteName);
    const insert = this.#database.prepare(
      'INSERT INTO audit (site, number, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    return this.#database.transaction(() => {
      const taken = entries.findIndex(entry => insert.run(site, entry.number, JSON.stringify(entry)) === 0);
      return taken < 0 ? entries.length : taken;
    });
  }

  list(siteName: string, { after = 0, before, order, limit }: AuditQuery): AuditEntry[] {
    const site = this.#names.find(siteName);
    if (site === undefined) return [];
    const direction = order === 'ascending' ? 'ASC' : 'DESC';
    return this.#database
      .prepare<EntryRow>(
        `SELECT number, content FROM audit WHERE site = ? AND number > ? AND number < ? ORDER BY number ${direction} LIMIT ?`,
      )
      .all(site, after, before ?? Number.MAX_SAFE_INTEGER, limit)
      .map(({ number, content }) => ({ ...(JSON.parse(content) as AuditEntry), number }));
  }

  purge(siteName: string, { upTo, limit }: { upTo: number; limit: number }): number {
    const site = this.#names.find(siteName);
    if (site === undefined) return 0;
    return this.#database
      .prepare(
        `DELETE FROM audit WHERE site = ? AND number IN (SELECT number FROM audit
           WHERE site = ? AND number <= ? AND number < (SELECT max(number) FROM audit WHERE site = ?)
           ORDER BY number LIMIT ?)`,
      )
      .run(site, site, upTo, site, limit);
  }
}

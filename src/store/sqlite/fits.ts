/** What was fitted to a site's marks, by version and entry: the highest one counts, and those before it go. */
import type { StaleFits, StoredFit } from '../../domain/fit.ts';
import type { Inserted } from '../port.ts';
import type { Database } from './driver.ts';
import type { Names } from './names.ts';

export class Fits {
  readonly #database: Database;
  readonly #names: Names;

  constructor(database: Database, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  put(siteName: string, { version, entry, content }: StoredFit): Inserted {
    const site = this.#names.intern(siteName);
    const insert = this.#database.prepare(
      'INSERT INTO fits (site, version, entry, content) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    return insert.run(site, version, entry, content) === 1 ? 'inserted' : 'already-there';
  }

  last(siteName: string, version: number): StoredFit | null {
    const site = this.#names.find(siteName);
    if (site === undefined) return null;
    const newest = this.#database.prepare<StoredFit>(
      'SELECT version, entry, content FROM fits WHERE site = ? AND version = ? ORDER BY entry DESC LIMIT 1',
    );
    return newest.get(site, version) ?? null;
  }

  purge(siteName: string, { version, before, since }: StaleFits): void {
    const site = this.#names.find(siteName);
    if (site === undefined) return;
    const stale = this.#database.prepare(
      'DELETE FROM fits WHERE site = ? AND (version < ? OR (version = ? AND entry < ?))',
    );
    stale.run(site, since, version, before);
  }
}

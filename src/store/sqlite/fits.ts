/** What was fitted to a site's marks, by entry: the highest one counts, and those before it go. */
import type { StoredFit } from '../../domain/fit.ts';
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

  put(siteName: string, { entry, content }: StoredFit): Inserted {
    const site = this.#names.intern(siteName);
    const insert = this.#database.prepare(
      'INSERT INTO fits (site, entry, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    return insert.run(site, entry, content) === 1 ? 'inserted' : 'already-there';
  }

  last(siteName: string): StoredFit | null {
    const site = this.#names.find(siteName);
    if (site === undefined) return null;
    const newest = this.#database.prepare<StoredFit>(
      'SELECT entry, content FROM fits WHERE site = ? ORDER BY entry DESC LIMIT 1',
    );
    return newest.get(site) ?? null;
  }

  purge(siteName: string, before: number): void {
    const site = this.#names.find(siteName);
    if (site === undefined) return;
    this.#database.prepare('DELETE FROM fits WHERE site = ? AND entry < ?').run(site, before);
  }
}

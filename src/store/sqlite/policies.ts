/** The policies that were set in a site, by number: the highest one is in force. */
import { type SetPolicy, setPolicyOf } from '../../domain/policy.ts';
import type { Inserted } from '../port.ts';
import type { Database } from './driver.ts';
import type { Names } from './names.ts';

export class Policies {
  readonly #database: Database;
  readonly #names: Names;

  constructor(database: Database, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  put(siteName: string, policy: SetPolicy): Inserted {
    const site = this.#names.intern(siteName);
    const insert = this.#database.prepare(
      'INSERT INTO policies (site, number, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    return insert.run(site, policy.number, JSON.stringify(policy)) === 1 ? 'inserted' : 'already-there';
  }

  last(siteName: string): SetPolicy | null {
    const site = this.#names.find(siteName);
    if (site === undefined) return null;
    const newest = this.#database.prepare<{ content: string }>(
      'SELECT content FROM policies WHERE site = ? ORDER BY number DESC LIMIT 1',
    );
    const row = newest.get(site);
    return row === undefined ? null : setPolicyOf(row.content);
  }
}

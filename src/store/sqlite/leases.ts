/** Who works on a site, by epoch: the highest one counts, and those before it go. */
import type { Lease } from '../../domain/lease.ts';
import type { Inserted } from '../port.ts';
import type { Database } from './driver.ts';
import type { Names } from './names.ts';

export class Leases {
  readonly #database: Database;
  readonly #names: Names;

  constructor(database: Database, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  put(siteName: string, { epoch, holder }: Lease): Inserted {
    const site = this.#names.intern(siteName);
    const insert = this.#database.prepare(
      'INSERT INTO leases (site, epoch, holder) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    return insert.run(site, epoch, holder) === 1 ? 'inserted' : 'already-there';
  }

  last(siteName: string): Lease | null {
    const site = this.#names.find(siteName);
    if (site === undefined) return null;
    const newest = this.#database.prepare<Lease>(
      'SELECT epoch, holder FROM leases WHERE site = ? ORDER BY epoch DESC LIMIT 1',
    );
    return newest.get(site) ?? null;
  }

  purge(siteName: string, before: number): void {
    const site = this.#names.find(siteName);
    if (site === undefined) return;
    this.#database.prepare('DELETE FROM leases WHERE site = ? AND epoch < ?').run(site, before);
  }
}

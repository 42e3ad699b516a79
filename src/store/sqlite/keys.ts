/** Keys of all sites, their revocations, and the secrets of the installation. */
import type { ApiKey } from '../../domain/key.ts';
import type { Inserted } from '../port.ts';
import type { Database } from './driver.ts';
import type { Names } from './names.ts';
import { sqlTextOf, textOf } from './text-codec.ts';

interface KeyRow {
  content: string;
  revoked_at_ms: number | null;
}

const SELECT_KEY = `
  SELECT content, revoked_at_ms FROM keys LEFT JOIN key_revocations ON key_revocations.id = keys.id`;

export class Keys {
  readonly #database: Database;
  readonly #names: Names;

  constructor(database: Database, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  put(key: ApiKey): Inserted {
    const changes = this.#database
      .prepare(
        'INSERT INTO keys (id, site, created_at_ms, content) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      )
      .run(sqlTextOf(key.id), this.#names.intern(key.site), key.createdAtMs, JSON.stringify(key));
    return changes === 1 ? 'inserted' : 'already-there';
  }

  find(id: string): ApiKey | null {
    const row = this.#database.prepare<KeyRow>(`${SELECT_KEY} WHERE keys.id = ?`).get(sqlTextOf(id));
    return row === undefined ? null : keyOf(row);
  }

  /** Oldest first. */
  list(siteName: string): ApiKey[] {
    const site = this.#names.find(siteName);
    if (site === undefined) return [];
    return this.#database
      .prepare<KeyRow>(`${SELECT_KEY} WHERE site = ? ORDER BY created_at_ms, keys.id`)
      .all(site)
      .map(keyOf);
  }

  count(): number {
    return this.#database.prepare<{ n: number }>('SELECT count(*) AS n FROM keys').get()?.n ?? 0;
  }

  revoke(siteName: string, id: string, revokedAtMs: number): boolean {
    if (this.find(id)?.site !== siteName) return false;
    this.#database
      .prepare('INSERT INTO key_revocations VALUES (?, ?) ON CONFLICT DO NOTHING')
      .run(sqlTextOf(id), revokedAtMs);
    return true;
  }

  secret(name: string, candidate: string): string {
    this.#database
      .prepare('INSERT INTO secrets VALUES (?, ?) ON CONFLICT DO NOTHING')
      .run(sqlTextOf(name), sqlTextOf(candidate));
    const row = this.#database
      .prepare<{ secret: string }>('SELECT secret FROM secrets WHERE name = ?')
      .get(sqlTextOf(name));
    if (row === undefined) throw new Error('a secret inserted is not there');
    return textOf(row.secret);
  }
}

function keyOf({ content, revoked_at_ms: revokedAtMs }: KeyRow): ApiKey {
  const key = JSON.parse(content) as ApiKey;
  return revokedAtMs === null ? key : { ...key, revokedAtMs };
}

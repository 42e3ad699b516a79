/** Sites are names that hold a key, a record or a ledger entry. */
import type { Database } from './driver.ts';
import { textOf } from './text-codec.ts';

/** Ascending. */
export function listSites(database: Database): string[] {
  return database
    .prepare<{ name: string }>(
      `SELECT name FROM names WHERE
         EXISTS (SELECT 1 FROM keys WHERE site = names.id) OR
         EXISTS (SELECT 1 FROM arrivals WHERE site = names.id) OR
         EXISTS (SELECT 1 FROM entries WHERE site = names.id)`,
    )
    .all()
    .map(row => textOf(row.name))
    .sort();
}

/**
 * Many rows by their references in one statement: a driver takes longer to bind and step a statement for each reference
 * than SQLite takes to find its row. The references of one slice are one JSON array, in the order of the table's key.
 */
import type { RecordRef, Slice } from '../../domain/identity.ts';
import { groupedBy } from '../grouped-by.ts';
import type { Database } from './driver.ts';

/** References of one statement: 128 KiB of JSON. */
const REFS_MAX = 4_096;

export interface RefsJoin {
  columns: string;
  /** Clustered or indexed by site, slice, identity. */
  table: 'records' | 'memberships';
}

/** Calls back with each row that is found, and the index of its reference; not in the order of the references. */
export function forEachOfRefs<Row>(
  database: Database,
  { columns, table }: RefsJoin,
  site: number,
  refs: readonly RecordRef[],
  visit: (row: Row, index: number) => void,
): void {
  const select = database.prepare<Row & { ref: number }>(
    `SELECT refs.key AS ref, ${columns}
     FROM json_each(?) AS refs CROSS JOIN ${table} ON site = ? AND slice = ? AND identity = unhex(refs.value)`,
  );
  const identityOf = (index: number) => refs[index]?.identity ?? '';
  const find = (slice: Slice, indexes: readonly number[]) => {
    const identities = indexes.map(identityOf);
    for (const row of select.all(JSON.stringify(identities), site, slice))
      visit(row, indexes[row.ref] as number);
  };
  database.snapshot(() => {
    for (const [slice, indexes] of groupedBy(refs.keys(), index => refs[index]?.slice ?? 0)) {
      indexes.sort((a, b) => (identityOf(a) < identityOf(b) ? -1 : identityOf(a) > identityOf(b) ? 1 : 0));
      for (let at = 0; at < indexes.length; at += REFS_MAX) find(slice, indexes.slice(at, at + REFS_MAX));
    }
  });
}

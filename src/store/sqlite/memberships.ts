/** Which records belong to the list of a mark. Those of one slice are inserted by one statement, in the order of the table. */
import type { RecordRef, Slice } from '../../domain/identity.ts';
import type { Membership } from '../../domain/ledger.ts';
import { groupedBy } from '../grouped-by.ts';
import type { Database } from './driver.ts';
import { bytesOf } from './hex.ts';
import type { Names } from './names.ts';
import { forEachOfRefs, type RefsJoin } from './refs-join.ts';

/** Memberships of one mark in one slice, on their way into the database. */
export interface MembershipGroup {
  markId: string;
  slice: Slice;
  /** Ascending identities as a JSON array, as the statement takes them. */
  identities: string;
}

export function membershipGroupsOf(memberships: readonly Membership[]): MembershipGroup[] {
  const groups: MembershipGroup[] = [];
  for (const [markId, ofMark] of groupedBy(memberships, ({ markId }) => markId)) {
    for (const [slice, ofSlice] of groupedBy(ofMark, ({ record }) => record.slice)) {
      const identities = ofSlice.map(({ record }) => record.identity).sort();
      groups.push({ markId, slice, identities: JSON.stringify(identities) });
    }
  }
  return groups;
}

export class Memberships {
  readonly #database: Database;
  readonly #names: Names;

  constructor(database: Database, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  put(siteName: string, groups: readonly MembershipGroup[]): void {
    if (groups.length === 0) return;
    const site = this.#names.intern(siteName);
    for (const { markId } of groups) this.#names.intern(markId);
    const insert = this.#database.prepare(
      `INSERT INTO memberships SELECT ?, ?, ?, unhex(value) FROM json_each(?) WHERE TRUE ON CONFLICT DO NOTHING`,
    );
    this.#database.transaction(() => {
      for (const { markId, slice, identities } of groups)
        insert.run(site, this.#names.intern(markId), slice, identities);
    });
  }

  find(siteName: string, refs: readonly RecordRef[]): Membership[] {
    const site = this.#names.find(siteName);
    if (site === undefined) return [];
    const memberships: Membership[] = [];
    const join: RefsJoin = { columns: 'mark', table: 'memberships' };
    forEachOfRefs<{ mark: number }>(this.#database, join, site, refs, ({ mark }, index) => {
      const { slice, identity } = refs[index] as RecordRef;
      memberships.push({ markId: this.#names.nameOf(mark), record: { slice, identity } });
    });
    return memberships;
  }

  list(
    siteName: string,
    query: { markId: string; slice: Slice; after?: string | undefined; limit: number },
  ): Membership[] {
    const { markId, slice, after = '', limit } = query;
    const site = this.#names.find(siteName);
    const mark = this.#names.find(markId);
    if (site === undefined || mark === undefined) return [];
    return this.#database
      .prepare<{ identity: string }>(
        `SELECT lower(hex(identity)) AS identity FROM memberships
         WHERE site = ? AND mark = ? AND slice = ? AND memberships.identity > ? ORDER BY memberships.identity LIMIT ?`,
      )
      .all(site, mark, slice, bytesOf(after), limit)
      .map(({ identity }) => ({ markId, record: { slice, identity } }));
  }

  count(siteName: string, markId: string): number {
    const site = this.#names.find(siteName);
    const mark = this.#names.find(markId);
    if (site === undefined || mark === undefined) return 0;
    const row = this.#database
      .prepare<{ n: number }>('SELECT count(*) AS n FROM memberships WHERE site = ? AND mark = ?')
      .get(site, mark);
    return row?.n ?? 0;
  }
}

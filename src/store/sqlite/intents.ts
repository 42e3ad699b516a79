/** Intents: announced before a batch is stored, deleted once nothing of it is due. */
import type { Intent } from '../../domain/ledger.ts';
import { type MarkRun, markRunsOf, marksOf } from '../mark-runs.ts';
import { decodeRefs, encodeRefs } from '../refs-codec.ts';
import type { Database } from './driver.ts';
import type { Names } from './names.ts';
import { sqlTextOf, textOf } from './text-codec.ts';

interface IntentRow {
  id: string;
  created_at_ms: number;
  record_refs: Uint8Array;
  membership_marks: string;
  membership_refs: Uint8Array;
}

/** An intent on its way into the database: a few values, which cross a thread boundary sooner than a thousand objects. */
export interface PackedIntent {
  id: string;
  createdAtMs: number;
  records: number;
  recordRefs: Uint8Array;
  /** MarkRuns as JSON. */
  membershipMarks: string;
  membershipRefs: Uint8Array;
}

export function packIntent({ id, createdAtMs, records, memberships }: Intent): PackedIntent {
  return {
    id,
    createdAtMs,
    records: records.length,
    recordRefs: encodeRefs(records),
    membershipMarks: JSON.stringify(markRunsOf(memberships)),
    membershipRefs: encodeRefs(memberships.map(({ record }) => record)),
  };
}

export class Intents {
  readonly #database: Database;
  readonly #names: Names;

  constructor(database: Database, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  put(siteName: string, intent: PackedIntent): void {
    this.#database
      .prepare(
        `INSERT INTO intents (site, id, created_at_ms, records, record_refs, membership_marks, membership_refs)
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      )
      .run(
        this.#names.intern(siteName),
        sqlTextOf(intent.id),
        intent.createdAtMs,
        intent.records,
        intent.recordRefs,
        intent.membershipMarks,
        intent.membershipRefs,
      );
  }

  list(siteName: string, limit: number): Intent[] {
    const site = this.#names.find(siteName);
    if (site === undefined) return [];
    return this.#database
      .prepare<IntentRow>(
        `SELECT id, created_at_ms, record_refs, membership_marks, membership_refs FROM intents
         WHERE site = ? ORDER BY created_at_ms, number LIMIT ?`,
      )
      .all(site, limit)
      .map(intentOf);
  }

  count(siteName: string): { intents: number; records: number } {
    const none = { intents: 0, records: 0 };
    const site = this.#names.find(siteName);
    if (site === undefined) return none;
    const row = this.#database
      .prepare<typeof none>(
        'SELECT count(*) AS intents, ifnull(sum(records), 0) AS records FROM intents WHERE site = ?',
      )
      .get(site);
    return { ...(row ?? none) };
  }

  delete(siteName: string, ids: readonly string[]): void {
    const site = this.#names.find(siteName);
    if (site === undefined || ids.length === 0) return;
    const remove = this.#database.prepare('DELETE FROM intents WHERE site = ? AND id = ?');
    this.#database.transaction(() => {
      for (const id of ids) remove.run(site, sqlTextOf(id));
    });
  }
}

function intentOf(row: IntentRow): Intent {
  const refs = decodeRefs(row.membership_refs);
  const marks = marksOf(JSON.parse(row.membership_marks) as MarkRun[]);
  return {
    id: textOf(row.id),
    createdAtMs: row.created_at_ms,
    records: decodeRefs(row.record_refs),
    memberships: refs.map((record, index) => ({ markId: marks[index] ?? '', record })),
  };
}

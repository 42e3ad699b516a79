/** The ledger of a site: entries without gaps, their plans, and which of them are counted. */
import type { Done, LedgerEntry, Plan } from '../../domain/ledger.ts';
import type { Inserted } from '../port.ts';
import { decodeRefs, encodeRefs } from '../refs-codec.ts';
import type { Database, SqlValue } from './driver.ts';
import { bytesOf } from './hex.ts';
import type { Names } from './names.ts';

interface EntryRow {
  content: string;
  late_refs: Uint8Array | null;
}

export class Ledger {
  readonly #database: Database;
  readonly #names: Names;

  constructor(database: Database, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  putEntry(siteName: string, entry: LedgerEntry): Inserted {
    const late = entry.type === 'late';
    const content = JSON.stringify(late ? { ...entry, records: [] } : entry);
    const refs = late ? encodeRefs(entry.records) : null;
    return this.#insert('entries', siteName, [entry.number, content, refs]);
  }

  listEntries(siteName: string, after: number, limit: number): LedgerEntry[] {
    const site = this.#names.find(siteName);
    if (site === undefined) return [];
    return this.#database
      .prepare<EntryRow>(
        'SELECT content, late_refs FROM entries WHERE site = ? AND number > ? ORDER BY number LIMIT ?',
      )
      .all(site, after, limit)
      .map(entryOf);
  }

  lastEntryNumber(siteName: string): number {
    const site = this.#names.find(siteName);
    if (site === undefined) return 0;
    const row = this.#database
      .prepare<{ number: number | null }>('SELECT max(number) AS number FROM entries WHERE site = ?')
      .get(site);
    return row?.number ?? 0;
  }

  putPlan(siteName: string, { entry, slices }: Plan): Inserted {
    const pairs = slices.map(({ slice, parts }) => [slice, parts]);
    return this.#insert('plans', siteName, [entry, JSON.stringify(pairs)]);
  }

  findPlan(siteName: string, entry: number): Plan | null {
    const site = this.#names.find(siteName);
    if (site === undefined) return null;
    const row = this.#database
      .prepare<{ slices: string }>('SELECT slices FROM plans WHERE site = ? AND entry = ?')
      .get(site, entry);
    if (row === undefined) return null;
    const pairs = JSON.parse(row.slices) as [slice: number, parts: number][];
    return { entry, slices: pairs.map(([slice, parts]) => ({ slice, parts })) };
  }

  putDone(siteName: string, { entry, sum, doneAtMs }: Done): Inserted {
    return this.#insert('done', siteName, [entry, bytesOf(sum), doneAtMs]);
  }

  listDone(siteName: string, after: number, limit: number): Done[] {
    const site = this.#names.find(siteName);
    if (site === undefined) return [];
    return this.#database
      .prepare<{ entry: number; sum: string; done_at_ms: number }>(
        'SELECT entry, lower(hex(sum)) AS sum, done_at_ms FROM done WHERE site = ? AND entry > ? ORDER BY entry LIMIT ?',
      )
      .all(site, after, limit)
      .map(row => ({ entry: row.entry, sum: row.sum, doneAtMs: row.done_at_ms }));
  }

  #insert(table: 'entries' | 'plans' | 'done', siteName: string, values: readonly SqlValue[]): Inserted {
    const places = values.map(() => ', ?').join('');
    const changes = this.#database
      .prepare(`INSERT INTO ${table} VALUES (?${places}) ON CONFLICT DO NOTHING`)
      .run(this.#names.intern(siteName), ...values);
    return changes === 1 ? 'inserted' : 'already-there';
  }
}

function entryOf({ content, late_refs: refs }: EntryRow): LedgerEntry {
  const entry = JSON.parse(content) as LedgerEntry;
  return entry.type === 'late' ? { ...entry, records: refs === null ? [] : decodeRefs(refs) } : entry;
}

/** Texts that stand in many rows (sites, marks, formats, models) as numbers: `names`, inserted once, kept in memory. */
import type { Database } from './driver.ts';
import { sqlTextOf, textOf } from './text-codec.ts';

/** Models change with each thing learnt; what was forgotten is read again. */
const KEPT_MAX = 10_000;

export class Names {
  readonly #database: Database;
  readonly #ids = new Map<string, number>();
  readonly #names = new Map<number, string>();

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * The number of a name, given one if it has none. Outside a transaction, or in a group that tells us when it is undone:
   * we would remember a number that is not there.
   */
  intern(name: string): number {
    const known = this.find(name);
    if (known !== undefined) return known;
    this.#database.prepare('INSERT INTO names (name) VALUES (?) ON CONFLICT DO NOTHING').run(sqlTextOf(name));
    const id = this.find(name);
    if (id === undefined) throw new Error('a name inserted is not there');
    return id;
  }

  /** The number of a name; undefined where nothing was ever stored under it. */
  find(name: string): number | undefined {
    const kept = this.#ids.get(name);
    if (kept !== undefined) return kept;
    const row = this.#database
      .prepare<{ id: number }>('SELECT id FROM names WHERE name = ?')
      .get(sqlTextOf(name));
    if (row !== undefined) this.#keep(row.id, name);
    return row?.id;
  }

  nameOf(id: number): string {
    const kept = this.#names.get(id);
    if (kept !== undefined) return kept;
    const row = this.#database.prepare<{ name: string }>('SELECT name FROM names WHERE id = ?').get(id);
    if (row === undefined) throw new Error(`no name has the number ${id}`);
    const name = textOf(row.name);
    this.#keep(id, name);
    return name;
  }

  /** Remembers nothing: names that were given numbers may have lost them. */
  forget(): void {
    this.#ids.clear();
    this.#names.clear();
  }

  #keep(id: number, name: string): void {
    if (this.#ids.size >= KEPT_MAX) this.forget();
    this.#ids.set(name, id);
    this.#names.set(id, name);
  }
}

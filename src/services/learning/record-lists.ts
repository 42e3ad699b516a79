/** Which marks' lists hold a record. */
import { type RecordRef, recordIdOf } from '../../domain/identity.ts';
import type { Membership } from '../../domain/ledger.ts';

const NONE: ReadonlySet<string> = new Set();

export class RecordLists {
  /** Ids of marks by record id. */
  readonly #marks = new Map<string, Set<string>>();

  constructor(memberships: readonly Membership[]) {
    for (const { markId, record } of memberships) {
      const id = recordIdOf(record);
      const marks = this.#marks.get(id);
      if (marks === undefined) this.#marks.set(id, new Set([markId]));
      else marks.add(markId);
    }
  }

  /** Ids of the marks. Most records are in no list, so where none is nothing is looked up. */
  of(record: RecordRef): ReadonlySet<string> {
    return (this.#marks.size === 0 ? undefined : this.#marks.get(recordIdOf(record))) ?? NONE;
  }
}

/**
 * The ledgers of all sites, as read and appended by this process. Entries never change, so what was read stays true;
 * but whether there are more is asked of the store every time (a cached end would miss records: LEARNING, "ledger read
 * after the insert").
 */
import type { EntryDraft, LedgerEntry } from '../../domain/ledger.ts';
import type { Store } from '../../store/port.ts';
import { LedgerState } from './ledger-state.ts';

const READ_ENTRIES = 256;

export class Ledger {
  readonly #store: Store;
  readonly #states = new Map<string, LedgerState>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The state with every entry whose append was acknowledged before this call. */
  async read(site: string): Promise<LedgerState> {
    let state = this.#states.get(site);
    if (state === undefined) {
      state = new LedgerState();
      this.#states.set(site, state);
    }
    for (;;) {
      const entries = await this.#store.listEntries(site, state.last, READ_ENTRIES);
      const applied = entries.filter(entry => state.apply(entry)).length;
      // A range read may show a later entry before an earlier one that is being inserted now: stop at the gap.
      if (entries.length < READ_ENTRIES || applied === 0) return state;
    }
  }

  /** One whole entry, which must be there. */
  async entry(site: string, number: number): Promise<LedgerEntry> {
    const [entry] = await this.#store.listEntries(site, number - 1, 1);
    if (entry?.number !== number)
      throw new Error(`ledger entry ${number} was read before and is not there now`);
    return entry;
  }

  /** Appends under the next free number. @returns the entry with its number */
  async append(site: string, draft: EntryDraft): Promise<LedgerEntry> {
    for (;;) {
      const number = (await this.#store.lastEntryNumber(site)) + 1;
      const entry = { ...draft, number } as LedgerEntry;
      if ((await this.#store.putEntry(site, entry)) === 'inserted') return entry;
    }
  }
}

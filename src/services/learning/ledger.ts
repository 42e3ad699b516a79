/**
 * The ledgers of all sites, as read and appended by this process. Entries never change, so what was read stays true;
 * but whether there are more is asked of the store every time (a cached end would miss records: LEARNING, "ledger read
 * after the insert").
 */
import type { EntryDraft, LedgerEntry } from '../../domain/ledger.ts';
import type { Store } from '../../store/port.ts';
import { LedgerState } from './ledger-state.ts';

const READ_ENTRIES = 256;

/** What a new ledger begins with. */
export interface Beginning {
  tokenizerVersion: number;
  newId(): string;
}

export class Ledger {
  readonly #store: Store;
  readonly #beginning: Beginning | undefined;
  readonly #states = new Map<string, LedgerState>();

  /** @param beginning of new ledgers; without it they begin with what is appended, and are of version 1 of the tokenizers */
  constructor(store: Store, beginning?: Beginning) {
    this.#store = store;
    this.#beginning = beginning;
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

  /** By which tokenizers everything is to be counted: of a ledger without entries, by those that it will begin with. */
  async tokenizerVersion(site: string): Promise<number> {
    const state = await this.read(site);
    return state.last === 0 ? (this.#beginning?.tokenizerVersion ?? 1) : state.tokenizerAt();
  }

  /** One whole entry, which must be there. */
  async entry(site: string, number: number): Promise<LedgerEntry> {
    const [entry] = await this.#store.listEntries(site, number - 1, 1);
    if (entry?.number !== number)
      throw new Error(`ledger entry ${number} was read before and is not there now`);
    return entry;
  }

  /**
   * Appends under the next free number. A new ledger begins with the tokenizer that all is to be counted by, so that nothing
   * is counted by an older one first.
   * @returns the entry with its number
   */
  async append(site: string, draft: EntryDraft): Promise<LedgerEntry> {
    for (;;) {
      const number = (await this.#store.lastEntryNumber(site)) + 1;
      if (number === 1 && this.#beginning !== undefined && draft.type !== 'tokenizer') {
        const { tokenizerVersion: version, newId } = this.#beginning;
        const { appendedAtMs } = draft;
        await this.#store.putEntry(site, { type: 'tokenizer', version, id: newId(), appendedAtMs, number });
        continue;
      }
      const entry = { ...draft, number } as LedgerEntry;
      if ((await this.#store.putEntry(site, entry)) === 'inserted') return entry;
    }
  }
}

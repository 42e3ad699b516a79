/** Which entries of a ledger are counted. Workers finish entries in order, so what counts ends at the first gap. */
import type { Done } from '../../domain/ledger.ts';
import type { Store } from '../../store/port.ts';

const PAGE = 1_000;

/** The done entries that follow one without a gap, ascending; 0 begins at the first entry. */
export async function* doneAfter(store: Store, site: string, entry: number): AsyncGenerator<Done> {
  let last = entry;
  for (;;) {
    const page = await store.listDone(site, last, PAGE);
    for (const done of page) {
      if (done.entry !== last + 1) return;
      last = done.entry;
      yield done;
    }
    if (page.length < PAGE) return;
  }
}

/** Whether this very entry is counted, whatever those before it are. */
export async function isDone(store: Store, site: string, entry: number): Promise<boolean> {
  const [done] = await store.listDone(site, entry - 1, 1);
  return done?.entry === entry;
}

/** How far the learning of sites is, for a process that has no models of them: others may do the work. */
export class DoneEntries {
  readonly #store: Store;
  /** As far as it was seen. */
  readonly #doneTo = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The last entry that is counted with all before it. */
  async current(site: string): Promise<{ entry: number }> {
    let last = this.#doneTo.get(site) ?? 0;
    for await (const { entry } of doneAfter(this.#store, site, last)) last = entry;
    this.#doneTo.set(site, last);
    return { entry: last };
  }
}

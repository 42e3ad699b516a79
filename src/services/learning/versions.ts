/**
 * Versions of a site's model: the done entries that changed its counts. What is done stays so, and sums add up, so a
 * process keeps what it has read of them, and asks only for what follows.
 */
import { Sum128, ZERO_SUM } from '../../bayes/sum128.ts';
import type { Store } from '../../store/port.ts';
import { doneAfter } from './done-entries.ts';
import { isInForce } from './generations.ts';
import type { LedgerState } from './ledger-state.ts';

export interface Version {
  /** The last entry that is counted in it. */
  entry: number;
  /** Σ of the sums of all entries up to it, 32 hex digits. */
  sum: string;
  doneAtMs: number;
}

/** Before anything was learnt. */
const EMPTY: Version = { entry: 0, sum: ZERO_SUM, doneAtMs: 0 };

export class SiteVersions {
  /** The last entry that is done with all before it; 0 where none is. */
  last = 0;
  /** Ascending by entry. */
  readonly #versions: Version[] = [];
  readonly #sum = new Sum128();

  /** Takes the next done entry; any other is left alone. */
  add({ entry, sum, doneAtMs }: Version): void {
    if (entry !== this.last + 1) return;
    this.last = entry;
    if (sum === ZERO_SUM) return;
    this.#sum.addSum(Sum128.parse(sum));
    this.#versions.push({ entry, sum: this.#sum.toString(), doneAtMs });
  }

  /** Those with a lower entry than the one given, newest first. */
  *newestFirst(before = Number.POSITIVE_INFINITY): Generator<Version> {
    for (let at = this.#countUpTo(before - 1) - 1; at >= 0; at--) yield this.#versions[at] as Version;
  }

  /** The version that counts all up to an entry; that of nothing where none of them changed anything. */
  at(entry: number): Version {
    return this.#versions[this.#countUpTo(entry) - 1] ?? EMPTY;
  }

  /** Versions of entries up to one. */
  #countUpTo(entry: number): number {
    let from = 0;
    let to = this.#versions.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#versions[middle] as Version).entry <= entry) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

export class Versions {
  readonly #store: Store;
  readonly #sites = new Map<string, SiteVersions>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Those of all entries that are done by now. */
  async read(site: string): Promise<SiteVersions> {
    const versions = this.#sites.get(site) ?? new SiteVersions();
    this.#sites.set(site, versions);
    for await (const done of doneAfter(this.#store, site, versions.last)) versions.add(done);
    return versions;
  }
}

/**
 * Whether the counts up to an entry are there. They are not where a newer tokenizer has counted all again since: then the
 * segments before it are removed.
 */
export async function isWhole(
  store: Store,
  site: string,
  state: LedgerState,
  { versions, entry }: { versions: SiteVersions; entry: number },
): Promise<boolean> {
  if (state.generationAt(entry) === state.generationAt(versions.last)) return true;
  const sum = new Sum128();
  for (let number = 1; number <= entry; number++) {
    for (const key of await store.listSegmentKeys(site, number))
      if (isInForce(state, key, entry)) sum.addSum(Sum128.parse(key.sum));
  }
  return sum.toString() === versions.at(entry).sum;
}

/** How many records each window decides, and where the good lies in time: what placebos are chosen by. */
import { canonicalText } from '../../bayes/model-id.ts';
import type { Identity, Slice } from '../../domain/identity.ts';
import type { Scope } from '../../domain/window.ts';
import type { LedgerState } from '../learning/ledger-state.ts';
import type { Counted } from '../learning/slice-fold.ts';

/** A window that decides something. */
export interface CensusWindow {
  /** What was marked, as text: the same on every site, whoever marked it and when. */
  name: string;
  scope: Extract<Scope, { type: 'time' }>;
  /** Number of its ledger entry. */
  entry: number;
  /** Records that it decides and that are there. */
  records: number;
  /** Whether it says whose traffic was guilty: a host, an address or a domain. */
  saysWhose: boolean;
}

/** What it holds is in ascending order. */
export class WindowCensus {
  /** Good records of each hour that has some. */
  readonly good: { slice: Slice; records: number }[] = [];
  /** Hours in which something is counted. */
  readonly slices: Slice[] = [];
  readonly #decided = new Map<number, number>();

  /** @param slice later than those before */
  add(slice: Slice, counted: ReadonlyMap<Identity, Counted>): void {
    // Who has no time of their own lies in no stretch of it.
    if (slice < 0) return;
    if (counted.size > 0) this.slices.push(slice);
    let good = 0;
    for (const { class: recordClass, decidedBy } of counted.values()) {
      if (recordClass === 'good') good++;
      else if (recordClass === 'bad') this.#decided.set(decidedBy, (this.#decided.get(decidedBy) ?? 0) + 1);
    }
    if (good > 0) this.good.push({ slice, records: good });
  }

  /** Bad windows of time that decide something, by name. */
  windows(state: LedgerState): CensusWindow[] {
    const windows = state.marks().flatMap(({ entry: { number: entry, mark } }): CensusWindow[] => {
      const records = this.#decided.get(entry) ?? 0;
      const { scope } = mark;
      if (scope.type !== 'time' || records === 0) return [];
      return [{ name: canonicalText(scope), scope, entry, records, saysWhose: saysWhose(scope) }];
    });
    return windows.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

function saysWhose({ where }: Extract<Scope, { type: 'time' }>): boolean {
  const { host, source, destination, domain } = where;
  return [host, source, destination, domain].some(part => part !== undefined);
}

/** What is counted in the slices that still have their records: read once for everything that a fit needs of it. */
import type { Identity, Slice } from '../../domain/identity.ts';
import type { Store } from '../../store/port.ts';
import type { LedgerState } from '../learning/ledger-state.ts';
import { type Counted, SliceFolds } from '../learning/slice-fold.ts';

/** A site as a fit looks at it. */
export interface FittedSite {
  store: Store;
  site: string;
  state: LedgerState;
  /** The last entry that counts; it is done. */
  entry: number;
  /** Awaited between reads: others use the thread, or want it to end. */
  breathe: () => Promise<unknown>;
}

/** Every manifest is read for it, which takes time that grows with the site; fit-runs.ts says how often. */
export async function* openSlices({
  store,
  site,
  state,
  entry,
  breathe,
}: FittedSite): AsyncGenerator<{ slice: Slice; counted: ReadonlyMap<Identity, Counted> }> {
  for (const { slice } of await store.listSlices(site, { type: 'all' })) {
    if (state.isSealed(slice, entry + 1)) continue;
    // A fold of its own: those of the worker are of the slices that it works on.
    yield { slice, counted: await new SliceFolds(store).before(site, slice, entry + 1) };
    await breathe();
  }
}

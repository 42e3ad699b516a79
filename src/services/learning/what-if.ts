/**
 * A retraction that is worked out and not appended: the segments that it would have, were it the next entry. The very steps
 * of a worker (advance-ledger.ts), of which nothing is inserted.
 */
import { IMPORT_SLICE } from '../../domain/identity.ts';
import type { RetractEntry, Segment } from '../../domain/ledger.ts';
import type { Store } from '../../store/port.ts';
import type { Tokenizers } from '../../tokenize/tokenizers.ts';
import { importMoveOf, segmentsOfImport } from './imports.ts';
import { LedgerState } from './ledger-state.ts';
import { manifestsOf } from './manifest.ts';
import { planOf } from './plan.ts';
import { withoutIncident } from './seal.ts';
import { changesOf, segmentsOf } from './segment.ts';
import { SliceFolds } from './slice-fold.ts';

const READ_ENTRIES = 256;
const ALL = () => true;

/** The ledger of entries up to one, with the retraction after it. */
async function stateWith(store: Store, site: string, retraction: RetractEntry): Promise<LedgerState> {
  const state = new LedgerState();
  const before = retraction.number - 1;
  while (state.last < before) {
    const entries = await store.listEntries(site, state.last, READ_ENTRIES);
    for (const entry of entries) if (entry.number <= before) state.apply(entry);
    if (entries.length === 0) throw new Error(`ledger entry ${state.last + 1} is done and not there`);
  }
  state.apply(retraction);
  return state;
}

/**
 * @param doneTo the last entry that is done
 * @param markId id of a mark or import that is counted by then, and in force
 */
export async function* segmentsWithout(
  { store, tokenizers }: { store: Store; tokenizers: Tokenizers },
  site: string,
  { doneTo, markId }: { doneTo: number; markId: string },
): AsyncGenerator<Segment> {
  const entry: RetractEntry = {
    type: 'retract',
    number: doneTo + 1,
    id: `without ${markId}`,
    appendedAtMs: 0,
    markId,
  };
  const state = await stateWith(store, site, entry);
  const tokenize = tokenizers.getTokenizer(state.tokenizerAt(doneTo));
  const move = importMoveOf(state, entry);
  const incident = state.findMark(markId)?.entry.number;
  for (const planned of (await planOf(store, site, state, entry)).slices) {
    const { slice } = planned;
    const place = { entry: entry.number, slice };
    if (slice === IMPORT_SLICE && move !== null) {
      yield* segmentsOfImport(store, site, entry.number, move, ALL);
    } else if (state.isSealed(slice) && incident !== undefined) {
      yield* withoutIncident(store, site, place, incident, ALL);
    } else {
      // Folds of a window are not wanted again, so they are not kept.
      const counted = await new SliceFolds(store).before(site, slice, entry.number);
      const manifests = await manifestsOf(store, site, state, entry, planned, counted);
      yield* segmentsOf(store, site, place, changesOf(planned, manifests, counted), tokenize, ALL);
    }
  }
}

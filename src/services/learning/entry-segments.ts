/** The segments of one entry, one at a time: each may be as large as a document may. */
import type { Segment, SegmentKey } from '../../domain/ledger.ts';
import type { Store } from '../../store/port.ts';

/** After every segment of an entry. */
const LAST = { slice: 2 ** 31 - 1, part: Number.MAX_SAFE_INTEGER, chunk: Number.MAX_SAFE_INTEGER };

/** The segment of an entry that follows another one of it, or the first; undefined where there is none. */
export async function segmentAfter(
  store: Pick<Store, 'listSegments'>,
  site: string,
  entry: number,
  before?: SegmentKey,
): Promise<Segment | undefined> {
  const after = before ?? { entry: entry - 1, ...LAST };
  const [segment] = await store.listSegments(site, { after, untilEntry: entry, limit: 1 });
  return segment;
}

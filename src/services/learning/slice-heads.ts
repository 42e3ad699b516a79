/** The heads of a slice, in pages. */
import type { RecordHead } from '../../domain/stored-record.ts';
import type { HeadQuery, Store } from '../../store/port.ts';

const READ_HEADS = 4_096;

/**
 * Pages of the heads whose time lies in the range, all where there is none, in ascending identity; none is empty.
 * @param limit heads of a page
 */
export async function* sliceHeads(
  store: Store,
  site: string,
  range: Pick<HeadQuery, 'slice' | 'fromMs' | 'toMs'>,
  limit = READ_HEADS,
): AsyncGenerator<RecordHead[]> {
  let after: string | undefined;
  for (;;) {
    const heads = await store.listHeads(site, { ...range, after, limit });
    if (heads.length > 0) yield heads;
    if (heads.length < limit) return;
    after = heads.at(-1)?.identity;
  }
}

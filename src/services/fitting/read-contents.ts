/** Contents of drawn records, page by page: a fit reads tens of thousands, and others use the thread meanwhile. */
import type { RecordRef } from '../../domain/identity.ts';
import type { RecordContent } from '../../domain/stored-record.ts';
import type { FittedSite } from './open-slices.ts';

const READ_RECORDS = 512;

/** Each with its content, in the order given; what retention has taken since is left out. */
export async function* readContents<T extends { ref: RecordRef }>(
  { store, site, breathe }: FittedSite,
  drawn: readonly T[],
): AsyncGenerator<{ one: T; content: RecordContent }> {
  for (let at = 0; at < drawn.length; at += READ_RECORDS) {
    await breathe();
    const some = drawn.slice(at, at + READ_RECORDS);
    const contents = await store.findContents(
      site,
      some.map(({ ref }) => ref),
    );
    for (const [index, one] of some.entries()) {
      const content = contents[index];
      if (content !== null && content !== undefined) yield { one, content };
    }
  }
}

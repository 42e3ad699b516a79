/** How much one search asks of the server, and that its pages hold while others write. */
import { afterAll, describe, expect, it } from 'vitest';
import type { StoredRecord } from '../../../src/domain/stored-record.ts';
import { collectionsOf } from '../../../src/store/mongo/collections.ts';
import { connectionTo } from '../../../src/store/mongo/connection.ts';
import { openMongoStore } from '../../../src/store/mongo/open.ts';
import { Search } from '../../../src/store/mongo/search.ts';
import type { RecordSearch } from '../../../src/store/port.ts';
import { dnsRecord, HOUR_MS, SITE, undatedRecord } from '../../contract/store/builders.ts';
import { findServer } from '../../servers/servers.ts';
import { dropDatabase, scratchName } from './scratch.ts';

const url = (await findServer('MongoDB')) ?? '';

type Bounds = ConstructorParameters<typeof Search>[1];

const ends: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of ends) await end();
});

/** How many each page found. */
async function pagesOf(
  bounds: Bounds,
  stored: readonly StoredRecord[],
  query: RecordSearch,
): Promise<number[]> {
  const database = scratchName();
  const store = await openMongoStore({ url, database });
  await store.putRecords(SITE, stored);
  const { client, db } = connectionTo({ url, database });
  ends.push(async () => {
    await store.close();
    await client.close();
    await dropDatabase(url, database);
  });
  const search = new Search(collectionsOf(db), bounds);
  const pages: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await search.page(SITE, { ...query, cursor });
    pages.push(page.items.length);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return pages;
}

/** 20 with a time and a score, of which one is bad; 7 without either. */
const STORED = [
  ...Array.from({ length: 20 }, (_, index) =>
    dnsRecord(index, { score: 0.02 + index / 100, verdict: index === 3 ? 'bad' : 'good' }),
  ),
  ...Array.from({ length: 7 }, (_, index) => undatedRecord(100 + index)),
];

describe.skipIf(url === '')('a search in MongoDB', () => {
  it.each(['time', 'score'] as const)('by %s looks at so many places and says where to go on', async sort => {
    const pages = await pagesOf({ records: 5 }, STORED, { sort, verdict: 'bad', limit: 10 });
    // 20 places in fives; the record is the 17th from the top. Seven without a time or score in fives follow.
    expect(pages).toEqual([0, 0, 0, 1, 0, 0]);
  });

  it('looks at so many of equal times too', async () => {
    const tied = Array.from({ length: 12 }, (_, index) => dnsRecord(index, { atMs: HOUR_MS }));
    const pages = await pagesOf({ records: 5 }, tied, { sort: 'time', source: 'nobody', limit: 10 });
    expect(pages).toEqual([0, 0, 0]);
  });

  it('for text reads so much of contents, and so many of them, and says where to go on', async () => {
    const long = Array.from({ length: 20 }, (_, index) =>
      dnsRecord(index, {
        record: { kind: 'log', message: index === 3 ? 'here it is' : 'm'.repeat(1_000) },
      }),
    );
    const query: RecordSearch = { sort: 'time', q: 'it is', limit: 10 };
    expect(await pagesOf({ contentBytes: 4_500 }, long, query)).toEqual([0, 0, 0, 1]);
    expect(await pagesOf({ records: 8 }, long, query)).toEqual([0, 0, 1]);
    expect(await pagesOf({}, long, query)).toEqual([1]);
  });

  it('ends a page where the texts of its heads come to so many bytes, with one at least', async () => {
    const named = Array.from({ length: 6 }, (_, index) => dnsRecord(index, { host: 'h'.repeat(1_000) }));
    const query: RecordSearch = { sort: 'time', limit: 10 };
    expect(await pagesOf({ headBytes: 4_000 }, named, query)).toEqual([2, 2, 2]);
    expect(await pagesOf({ headBytes: 1 }, named, query)).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

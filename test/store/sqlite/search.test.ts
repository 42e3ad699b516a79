/** How much one search looks at: the bounds that keep writers from waiting. */
import { expect, test } from 'vitest';
import type { StoredRecord } from '../../../src/domain/stored-record.ts';
import type { RecordSearch } from '../../../src/store/port.ts';
import { Database } from '../../../src/store/sqlite/driver.ts';
import { Names } from '../../../src/store/sqlite/names.ts';
import { recordBatchOf } from '../../../src/store/sqlite/record-batch.ts';
import { Records } from '../../../src/store/sqlite/records.ts';
import { migrate } from '../../../src/store/sqlite/schema.ts';
import { Search } from '../../../src/store/sqlite/search.ts';
import { dnsRecord, SITE, undatedRecord } from '../../contract/store/builders.ts';

type Bounds = ConstructorParameters<typeof Search>[2];

function searchOf(bounds: Bounds, stored: readonly StoredRecord[]): Search {
  const database = new Database(':memory:');
  migrate(database);
  const names = new Names(database);
  new Records(database, names).put(SITE, recordBatchOf(stored));
  return new Search(database, names, bounds);
}

/** 20 with a time and notable scores, of which one is bad; 7 without either. */
const STORED = [
  ...Array.from({ length: 20 }, (_, index) =>
    dnsRecord(index, { score: 0.02 + index / 100, verdict: index === 3 ? 'bad' : 'good' }),
  ),
  ...Array.from({ length: 7 }, (_, index) => undatedRecord(100 + index)),
];

/** How many each page found. */
function pagesOf(search: Search, query: RecordSearch): number[] {
  const pages: number[] = [];
  let cursor: string | undefined;
  do {
    const page = search.page(SITE, { ...query, cursor });
    pages.push(page.items.length);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return pages;
}

test.each(['time', 'score'] as const)(
  'a search by %s looks at so many places and says where to go on',
  sort => {
    const pages = pagesOf(searchOf({ records: 5 }, STORED), { sort, verdict: 'bad', limit: 10 });
    // 20 places in fives; the record is the 17th from the top. Seven without a time or score in fives follow.
    expect(pages).toEqual([0, 0, 0, 1, 0, 0]);
  },
);

test.each(['time', 'score'] as const)(
  'a search for text by %s reads so much of contents and says where to go on',
  sort => {
    const message = (index: number) => (index === 3 ? 'here it is' : 'm'.repeat(1_000));
    const long = Array.from({ length: 20 }, (_, index) =>
      // The lower ten are below the scores that have an index.
      dnsRecord(index, {
        record: { kind: 'log', message: message(index) },
        score: 0.009 + (index - 9) / 1_000,
      }),
    );
    const query: RecordSearch = { sort, q: 'it is', limit: 10 };
    expect(pagesOf(searchOf({ contentBytes: 4_500 }, long), query)).toEqual([0, 0, 0, 1]);
    expect(pagesOf(searchOf({ contentBytes: 1 }, long), query)).toHaveLength(21);
    expect(pagesOf(searchOf({}, long), query)).toEqual([1]);
  },
);

test('a search for a text that all contents hold reads no more than it may either', () => {
  const pages = pagesOf(searchOf({ contentBytes: 300 }, STORED), {
    sort: 'time',
    q: 'example',
    limit: 1_000,
  });
  expect(pages.length).toBeGreaterThan(5);
  expect(pages.reduce((sum, found) => sum + found)).toBe(STORED.length);
});

test('a search for text looks at so many places, whatever their contents', () => {
  for (const sort of ['time', 'score'] as const) {
    const pages = pagesOf(searchOf({ records: 5 }, STORED), { sort, q: 'nowhere', limit: 10 });
    expect(pages.length).toBeGreaterThanOrEqual(6);
    expect(new Set(pages)).toEqual(new Set([0]));
  }
});

test('a page ends where the texts of its heads come to so many bytes, with one at least', () => {
  const named = Array.from({ length: 6 }, (_, index) => dnsRecord(index, { host: 'h'.repeat(1_000) }));
  const query: RecordSearch = { sort: 'time', limit: 10 };
  expect(pagesOf(searchOf({ headBytes: 4_000 }, named), query)).toEqual([2, 2, 2]);
  expect(pagesOf(searchOf({ headBytes: 1 }, named), query)).toEqual([1, 1, 1, 1, 1, 1]);
});

test('a search without filters fills its page, however little it may look at', () => {
  const page = searchOf({ records: 5 }, STORED).page(SITE, { sort: 'time', limit: 20 });
  expect(page.items).toHaveLength(20);
  expect(page.nextCursor).toBeDefined();
});

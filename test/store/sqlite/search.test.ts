/** How much one search looks at: the bounds that keep writers from waiting. */
import { describe, expect, test } from 'vitest';
import type { StoredRecord } from '../../../src/domain/stored-record.ts';
import type { RecordSearch } from '../../../src/store/port.ts';
import { Database } from '../../../src/store/sqlite/driver.ts';
import { Names } from '../../../src/store/sqlite/names.ts';
import { recordBatchOf } from '../../../src/store/sqlite/record-batch.ts';
import { Records } from '../../../src/store/sqlite/records.ts';
import { migrate } from '../../../src/store/sqlite/schema.ts';
import { Search } from '../../../src/store/sqlite/search.ts';
import { dnsRecord, HOUR_MS, SITE, undatedRecord } from '../../contract/store/builders.ts';

type Bounds = ConstructorParameters<typeof Search>[2];

/** As if so many records had arrived for each of these: so they fall into several runs (score-runs.ts). */
function searchOf(bounds: Bounds, stored: readonly StoredRecord[], arrivedForEach = 1): Search {
  const database = new Database(':memory:');
  migrate(database);
  const names = new Names(database);
  new Records(database, names).put(SITE, recordBatchOf(stored));
  if (arrivedForEach > 1)
    database.exec(`UPDATE records SET id = -id * ${arrivedForEach}; UPDATE records SET id = -id`);
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

describe('by score, records of many runs', () => {
  /** Scores that come again and again, some at the very bottom, and some records without one. */
  const scattered = Array.from({ length: 600 }, (_, index) =>
    dnsRecord(index, {
      atMs: HOUR_MS + (index % 7) * HOUR_MS,
      receivedAtMs: HOUR_MS * 9,
      score: index % 11 === 0 ? undefined : ((index * 7_919) % 97) ** 3 / 1e8,
      verdict: index % 11 === 0 ? undefined : index % 5 === 0 ? 'unsure' : 'good',
    }),
  );
  const inOrder = (records: readonly StoredRecord[]) =>
    [...records]
      .sort(
        (a, b) =>
          (b.score ?? -1) - (a.score ?? -1) || b.slice - a.slice || (a.identity < b.identity ? 1 : -1),
      )
      .map(({ identity }) => identity);
  const identitiesOf = (search: Search, query: RecordSearch) => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = search.page(SITE, { ...query, cursor });
      found.push(...page.items.map(({ head }) => head.identity));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return found;
  };

  // Runs hold 8,192 records: one run, 4 and 148 of them.
  test.each([1, 50, 2_048])('are listed in order, with %d arrivals for each', arrivedForEach => {
    const search = searchOf({ records: 60 }, scattered, arrivedForEach);
    for (const limit of [1, 37, 1_000])
      expect(identitiesOf(search, { sort: 'score', limit })).toEqual(inOrder(scattered));
    const unsure = scattered.filter(({ verdict }) => verdict === 'unsure');
    expect(identitiesOf(search, { sort: 'score', verdict: 'unsure', limit: 9 })).toEqual(inOrder(unsure));
    const high = scattered.filter(({ score = -1 }) => score >= 0.001);
    expect(identitiesOf(search, { sort: 'score', minScore: 0.001, limit: 9 })).toEqual(inOrder(high));
  });

  test.each([
    ['merged, where the time holds many', 60],
    ['sorted, where it holds few', 400],
  ])('of a stretch of time are %s', (_, records) => {
    const search = searchOf({ records }, scattered, 2_048);
    const within = scattered.filter(({ atMs = 0 }) => atMs >= 2 * HOUR_MS && atMs < 5 * HOUR_MS);
    const query: RecordSearch = { sort: 'score', fromMs: 2 * HOUR_MS, toMs: 5 * HOUR_MS, limit: 25 };
    expect(within).toHaveLength(258);
    expect(identitiesOf(search, query)).toEqual(inOrder(within));
  });

  test('are looked at so many a call, whatever the filter', () => {
    const pages = pagesOf(searchOf({ records: 60 }, scattered, 2_048), {
      sort: 'score',
      kind: 'flow',
      limit: 10,
    });
    // 545 with a score in sixties, then 55 without.
    expect(pages).toEqual(Array.from({ length: 10 }, () => 0));
  });
});

/** How much one search looks at: the bound that keeps writers from waiting. */
import { expect, test } from 'vitest';
import type { RecordSearch } from '../../../src/store/port.ts';
import { Database } from '../../../src/store/sqlite/driver.ts';
import { Names } from '../../../src/store/sqlite/names.ts';
import { Records } from '../../../src/store/sqlite/records.ts';
import { migrate } from '../../../src/store/sqlite/schema.ts';
import { Search } from '../../../src/store/sqlite/search.ts';
import { dnsRecord, SITE, undatedRecord } from '../../contract/store/builders.ts';

function searchOf(scannedMax: number): Search {
  const database = new Database(':memory:');
  migrate(database);
  const names = new Names(database);
  const dated = Array.from({ length: 20 }, (_, index) =>
    dnsRecord(index, { score: 0.02 + index / 100, verdict: index === 3 ? 'bad' : 'good' }),
  );
  const undated = Array.from({ length: 7 }, (_, index) => undatedRecord(100 + index));
  const records = new Records(database, names);
  records.put(SITE, [...dated, ...undated]);
  return new Search(database, names, records, scannedMax);
}

test.each(['time', 'score'] as const)(
  'a search by %s looks at so many places and says where to go on',
  sort => {
    const search = searchOf(5);
    const query: RecordSearch = { sort, verdict: 'bad', limit: 10 };
    const pages: number[] = [];
    let cursor: string | undefined;
    do {
      const page = search.page(SITE, { ...query, cursor });
      pages.push(page.items.length);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    // 20 places in fives; the record is the 17th from the top. By time, seven without one in fives follow.
    expect(pages).toEqual(sort === 'time' ? [0, 0, 0, 1, 0, 0] : [0, 0, 0, 1, 0]);
  },
);

test('a search without filters fills its page, however little it may look at', () => {
  const page = searchOf(5).page(SITE, { sort: 'time', limit: 20 });
  expect(page.items).toHaveLength(20);
  expect(page.nextCursor).toBeDefined();
});

/** What one search reads: bounded by bytes and by places, and never more of a record than its choice needs. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { recordIdOf } from '../../src/domain/identity.ts';
import { PAGE_BYTES_MAX, SEARCHED_RECORDS_MAX } from '../../src/domain/limits.ts';
import type { StoredRecord } from '../../src/domain/stored-record.ts';
import type { RecordQuery, RecordView } from '../../src/services/search-records.ts';
import { dnsRecord, HOUR_MS, undatedRecord } from '../contract/store/builders.ts';
import { CALLER, openWorld, type World } from '../world.ts';

const { site } = CALLER;

async function worldWith(records: readonly StoredRecord[]): Promise<World> {
  const world = await openWorld();
  onTestFinished(() => world.close());
  await world.store.putRecords(site, records);
  return world;
}

const dnsRecords = (count: number) => Array.from({ length: count }, (_, index) => dnsRecord(index));

async function pagesOf(world: World, query: Partial<RecordQuery>): Promise<RecordView[][]> {
  const pages: RecordView[][] = [];
  let cursor: string | undefined;
  do {
    const page = await world.services.searchRecords(site, { sort: 'time', limit: 1_000, ...query, cursor });
    pages.push(page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return pages;
}

const identitiesIn = (views: readonly RecordView[]) => views.map(({ stored }) => stored.identity);

test('a page ends before the record that brings it over PAGE_BYTES_MAX, and the next begins with it', async () => {
  // Equal bytes deflate to almost nothing: what counts is what has to be held, not what the store keeps.
  const original = new Uint8Array(1_000_000);
  const world = await worldWith(Array.from({ length: 10 }, (_, index) => dnsRecord(index, { original })));
  const pages = await pagesOf(world, {});
  expect(pages.map(page => page.length)).toEqual([4, 4, 2]);
  expect(4 * original.length).toBeLessThanOrEqual(PAGE_BYTES_MAX);
  expect(identitiesIn(pages.flat())).toEqual(identitiesIn((await pagesOf(world, { limit: 1 })).flat()));
});

test('one record of more than PAGE_BYTES_MAX is a page', async () => {
  const original = new Uint8Array(PAGE_BYTES_MAX + 1);
  const world = await worldWith([dnsRecord(1, { original }), dnsRecord(2), dnsRecord(3, { original })]);
  expect((await pagesOf(world, {})).map(page => page.length)).toEqual([1, 1, 1]);
});

describe('where the class or the window is asked for', () => {
  test('contents are read of the records alone that are answered', async () => {
    const records = dnsRecords(300);
    const world = await worldWith(records);
    const judged = [7, 8, 200].map(index => dnsRecord(index));
    await world.services.judgeRecords(
      CALLER,
      judged.map(record => ({ id: recordIdOf(record), label: 'bad' })),
    );
    const findRecords = vi.spyOn(world.store, 'findRecords');
    expect(await pagesOf(world, { label: 'good' })).toEqual([[]]);
    expect(findRecords).not.toHaveBeenCalled();
    const pages = await pagesOf(world, { label: 'bad', limit: 2 });
    expect(pages.map(identitiesIn)).toEqual([
      [dnsRecord(200).identity, dnsRecord(8).identity],
      [dnsRecord(7).identity],
    ]);
    expect(pages.flat().map(({ label }) => label)).toEqual(['bad', 'bad', 'bad']);
    expect(findRecords.mock.calls.map(([, refs]) => refs.length)).toEqual([2, 1]);
  });

  test.each(['time', 'score'] as const)(
    'a search by %s looks at so many records and says where to go on',
    async sort => {
      const rare = dnsRecord(0);
      const world = await worldWith([
        rare,
        ...Array.from({ length: SEARCHED_RECORDS_MAX }, (_, index) => dnsRecord(index + 1)),
      ]);
      await world.services.judgeRecords(CALLER, [{ id: recordIdOf(rare), label: 'bad' }]);
      const searchHeads = vi.spyOn(world.store, 'searchHeads');
      const query = { sort, label: 'bad', limit: 10 } as const;
      const first = await world.services.searchRecords(site, query);
      const asked = searchHeads.mock.calls.reduce((sum, [, { limit }]) => sum + limit, 0);
      expect(asked).toBeLessThanOrEqual(SEARCHED_RECORDS_MAX);
      expect(first.nextCursor).toBeDefined();
      const { cursor } = { cursor: first.nextCursor };
      const second = await world.services.searchRecords(site, { ...query, cursor });
      expect(identitiesIn([...first.items, ...second.items])).toEqual([rare.identity]);
    },
  );

  test('a window of time is looked for in its time alone', async () => {
    const world = await worldWith([undatedRecord(9_000), ...dnsRecords(50)]);
    const fromMs = HOUR_MS + 3_000;
    const toMs = HOUR_MS + 6_000;
    const { id: window } = await world.services.markWindow(CALLER, { fromMs, toMs, label: 'bad', where: {} });
    const searchHeads = vi.spyOn(world.store, 'searchHeads');
    const found = async (query: Partial<RecordQuery>) =>
      identitiesIn((await pagesOf(world, { window, ...query })).flat());
    const inside = [5, 4, 3].map(index => dnsRecord(index).identity);
    expect(await found({})).toEqual(inside);
    expect(await found({ label: 'bad' })).toEqual(inside);
    expect(await found({ label: 'good' })).toEqual([]);
    expect(searchHeads.mock.calls.map(([, query]) => [query.fromMs, query.toMs])).toEqual(
      Array.from({ length: 3 }, () => [fromMs, toMs]),
    );
    expect(await found({ fromMs: HOUR_MS + 4_000 })).toEqual(inside.slice(0, 2));
    expect(await found({ toMs: HOUR_MS + 4_000 })).toEqual(inside.slice(2));
    expect(await found({ fromMs: HOUR_MS + 9_000 })).toEqual([]);
  });
});

/** Which slices hold something that a scope may cover. */
import { expect } from 'vitest';
import { HASH_SLICES } from '../../../src/domain/identity.ts';
import type { StoredRecord } from '../../../src/domain/stored-record.ts';
import type { SliceQuery } from '../../../src/store/port.ts';
import type { CaseContext, Cases } from '../store.contract.ts';
import { dnsRecord, HOUR_MS, OTHER_SITE, refOf, SITE, SLICE, undatedRecord } from './builders.ts';

const HOUR = 3_600_000;

export const sliceCases: Cases = {
  'listSlices tells all slices in ascending order with the sizes of all their records': async ({ store }) => {
    await store.putRecords(SITE, [dnsRecord(1, { symbols: 10 }), dnsRecord(2, { symbols: 20 })]);
    await store.putRecords(SITE, [dnsRecord(1, { symbols: 10 }), dnsRecord(3, { symbols: 5 })]);
    await store.putRecords(SITE, [dnsRecord(4, { atMs: HOUR_MS - 1, symbols: 1 })]);
    const undated = undatedRecord(5);
    await store.putRecords(SITE, [undated]);
    expect(await store.listSlices(SITE, { type: 'all' })).toEqual([
      { slice: undated.slice, records: 1, symbols: undated.symbols },
      { slice: SLICE - 1, records: 1, symbols: 1 },
      { slice: SLICE, records: 3, symbols: 35 },
    ]);
    expect(await store.listSlices(OTHER_SITE, { type: 'all' })).toEqual([]);
  },

  'listSlices by time finds the hours of a range, its end not included': async ({ store }) => {
    for (const hour of [0, 1, 2, 3])
      await store.putRecords(SITE, [dnsRecord(hour, { atMs: HOUR_MS + hour * HOUR })]);
    const found = await slicesOf(store, {
      type: 'time',
      fromMs: HOUR_MS + HOUR + 1,
      toMs: HOUR_MS + 3 * HOUR,
    });
    expect(found).toEqual(expect.arrayContaining([SLICE + 1, SLICE + 2]));
    const whole = await slicesOf(store, { type: 'time', fromMs: 0, toMs: HOUR_MS * 2 });
    expect(whole).toEqual([SLICE, SLICE + 1, SLICE + 2, SLICE + 3]);
  },

  'listSlices by time finds slices by hash that hold a record of that time': async ({ store }) => {
    const received = undatedRecord(1, HOUR_MS + 500);
    await store.putRecords(SITE, [received]);
    const query = (fromMs: number, toMs: number): SliceQuery => ({ type: 'time', fromMs, toMs });
    expect(await slicesOf(store, query(HOUR_MS, HOUR_MS + 501))).toContain(received.slice);
    expect(await slicesOf(store, query(HOUR_MS + 500, HOUR_MS + 1_000))).toContain(received.slice);
  },

  'listSlices by due finds unlabelled records by the later of their own time and their receipt': async ({
    store,
  }) => {
    const onTime = dnsRecord(1, { atMs: HOUR_MS, receivedAtMs: HOUR_MS + 10 });
    const late = dnsRecord(2, { atMs: HOUR_MS - 5 * HOUR, receivedAtMs: HOUR_MS + 20 });
    const ahead = dnsRecord(3, { atMs: HOUR_MS + 5 * HOUR, receivedAtMs: HOUR_MS });
    const undated = { ...undatedRecord(4), labelled: false, receivedAtMs: HOUR_MS + 30 };
    const labelled = dnsRecord(5, { atMs: HOUR_MS + 9 * HOUR, receivedAtMs: HOUR_MS + 10, labelled: true });
    for (const record of [onTime, late, ahead, undated, labelled]) await store.putRecords(SITE, [record]);
    const due = (afterMs: number, untilMs: number) => slicesOf(store, { type: 'due', afterMs, untilMs });
    expect(await due(HOUR_MS + 9, HOUR_MS + 10)).toContain(onTime.slice);
    expect(await due(HOUR_MS + 10, HOUR_MS + 20)).toContain(late.slice);
    expect(await due(HOUR_MS + 20, HOUR_MS + 30)).toContain(undated.slice);
    expect(await due(HOUR_MS + 4 * HOUR, HOUR_MS + 5 * HOUR)).toContain(ahead.slice);
    expect(await due(0, HOUR_MS * 2)).not.toContain(labelled.slice);
  },

  'listSlices by list finds the slices of its records': async ({ store }) => {
    const records = [
      dnsRecord(1),
      dnsRecord(2, { atMs: HOUR_MS + 2 * HOUR }),
      undatedRecord(3),
      dnsRecord(4),
    ];
    await store.putRecords(SITE, records);
    const memberships = records.slice(1).map(record => ({ markId: 'corpus', record: refOf(record) }));
    await store.putMemberships(SITE, memberships);
    expect(await slicesOf(store, { type: 'list', markId: 'corpus' })).toEqual(
      [...new Set(records.slice(1).map(({ slice }) => slice))].sort((a, b) => a - b),
    );
    expect(await slicesOf(store, { type: 'list', markId: 'another' })).toEqual([]);
  },

  'listSlices of named slices tells those of them that hold a record, once each, with their sizes': async ({
    store,
  }) => {
    const records = [dnsRecord(1), dnsRecord(2), dnsRecord(3, { atMs: HOUR_MS + HOUR }), undatedRecord(4)];
    await store.putRecords(SITE, records);
    const named = (slices: readonly number[]) => store.listSlices(SITE, { type: 'named', slices });
    const [first, second, , undated] = records as [StoredRecord, StoredRecord, StoredRecord, StoredRecord];
    expect(await named([SLICE, SLICE + 7, undated.slice, SLICE])).toEqual([
      { slice: undated.slice, records: 1, symbols: undated.symbols },
      { slice: SLICE, records: 2, symbols: first.symbols + second.symbols },
    ]);
    expect(await named([SLICE + 7])).toEqual([]);
    expect(await named([])).toEqual([]);
    expect(await store.listSlices(OTHER_SITE, { type: 'named', slices: [SLICE] })).toEqual([]);
  },

  'records without a time of their own spread over the slices by hash': async ({ store }) => {
    const records = Array.from({ length: 500 }, (_, index) => undatedRecord(index));
    await store.putRecords(SITE, records);
    const sizes = await store.listSlices(SITE, { type: 'all' });
    expect(sizes.reduce((sum, { records: count }) => sum + count, 0)).toBe(500);
    expect(sizes.every(({ slice }) => slice < 0 && slice >= -HASH_SLICES)).toBe(true);
  },
};

async function slicesOf(store: CaseContext['store'], query: SliceQuery): Promise<number[]> {
  return (await store.listSlices(SITE, query)).map(({ slice }) => slice);
}

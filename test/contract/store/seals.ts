/** Seals: what is kept of a slice by incident, and how its records go. */
import { expect } from 'vitest';
import type { SealKey, SealVector } from '../../../src/domain/ledger.ts';
import type { Cases } from '../store.contract.ts';
import { dnsRecord, HOUR_MS, identityOf, OTHER_SITE, refOf, SITE, SLICE, undatedRecord } from './builders.ts';

export const sealCases: Cases = {
  'what a seal keeps comes back by its key, and the first put wins': async ({ store, other }) => {
    const vector = vectorOf({ slice: -65, incident: 7, part: 1, chunk: 2 });
    expect(await store.findSealVector(SITE, vector)).toBeNull();
    expect(await store.putSealVector(SITE, vector)).toBe('inserted');
    const later = { ...vector, sum: 'f'.repeat(32), counts: new Uint8Array([9]) };
    expect(await other.putSealVector(SITE, later)).toBe('already-there');
    expect(await other.findSealVector(SITE, vector)).toEqual(vector);
    expect(await store.findSealVector(OTHER_SITE, vector)).toBeNull();
  },

  'keys of seals are listed by incident, by slice, by both, or all, in order': async ({ store }) => {
    const keys: SealKey[] = [
      { slice: SLICE, incident: 0, part: 0, chunk: 0 },
      { slice: SLICE, incident: 3, part: 0, chunk: 0 },
      { slice: SLICE, incident: 3, part: 1, chunk: 0 },
      { slice: SLICE, incident: 3, part: 1, chunk: 1 },
      { slice: SLICE + 1, incident: 3, part: 0, chunk: 0 },
    ];
    for (const key of [...keys].reverse()) await store.putSealVector(SITE, vectorOf(key));
    expect(await store.listSealKeys(SITE, {})).toEqual(keys);
    expect(await store.listSealKeys(SITE, { incident: 3 })).toEqual(keys.slice(1));
    expect(await store.listSealKeys(SITE, { slice: SLICE })).toEqual(keys.slice(0, 4));
    expect(await store.listSealKeys(SITE, { slice: SLICE, incident: 0 })).toEqual(keys.slice(0, 1));
    expect(await store.listSealKeys(OTHER_SITE, {})).toEqual([]);
  },

  'listSlices by receipt finds slices whose newest record was received by then': async ({ store }) => {
    const early = dnsRecord(1, { receivedAtMs: HOUR_MS + 100 });
    const late = dnsRecord(2, { receivedAtMs: HOUR_MS + 200 });
    const elsewhere = { ...undatedRecord(3), receivedAtMs: HOUR_MS + 150 };
    for (const record of [early, late, elsewhere]) await store.putRecords(SITE, [record]);
    const by = async (untilMs: number) =>
      (await store.listSlices(SITE, { type: 'received', untilMs })).map(({ slice }) => slice);
    expect(await by(HOUR_MS + 149)).toEqual([]);
    expect(await by(HOUR_MS + 199)).toEqual([elsewhere.slice]);
    expect(await by(HOUR_MS + 200)).toEqual([elsewhere.slice, SLICE]);
  },

  'purging takes records that were received by then, with their memberships, and no others': async ({
    store,
    other,
  }) => {
    const old = [1, 2, 3].map(index => dnsRecord(index, { receivedAtMs: HOUR_MS + index }));
    const young = dnsRecord(4, { receivedAtMs: HOUR_MS + 1_000 });
    const elsewhere = dnsRecord(5, { atMs: HOUR_MS - 1, receivedAtMs: HOUR_MS });
    const all = [...old, young, elsewhere];
    await store.putRecords(SITE, all);
    await store.putRecords(OTHER_SITE, old);
    await store.putMemberships(
      SITE,
      all.map(record => ({ markId: 'list', record: refOf(record) })),
    );
    const query = { slice: SLICE, receivedUntilMs: HOUR_MS + 10, limit: 2 };
    expect(await store.purgeRecords(SITE, query)).toBe(2);
    expect(await other.purgeRecords(SITE, query)).toBe(1);
    expect(await store.purgeRecords(SITE, query)).toBe(0);
    expect(await store.findRecords(SITE, all.map(refOf))).toEqual([null, null, null, young, elsewhere]);
    expect(await store.countMemberships(SITE, 'list')).toBe(2);
    expect(await store.findHeads(OTHER_SITE, old.map(refOf))).not.toContain(null);
  },

  'a purged slice is listed no more, and takes records again as if they were new': async ({ store }) => {
    const record = dnsRecord(1);
    await store.putRecords(SITE, [record]);
    const row = { identity: record.identity, episode: record.episode, class: 'good' as const, decidedBy: 0 };
    await store.putManifest(SITE, { entry: 1, slice: SLICE, part: 0, rows: [row] });
    await store.purgeRecords(SITE, { slice: SLICE, receivedUntilMs: record.receivedAtMs, limit: 10 });
    expect(await store.listSlices(SITE, { type: 'all' })).toEqual([]);
    expect(await store.listManifests(SITE, { slice: SLICE, afterEntry: 0, beforeEntry: 9 })).toEqual([]);
    expect(await store.putRecords(SITE, [record])).toEqual(['inserted']);
    expect(await store.findRecords(SITE, [refOf(record)])).toEqual([record]);
  },

  'after a part of a slice is purged, what comes next is stored and counted in its size': async ({
    store,
  }) => {
    await store.putRecords(SITE, [dnsRecord(1, { receivedAtMs: HOUR_MS + 500 })]);
    await store.putRecords(SITE, [dnsRecord(2, { receivedAtMs: HOUR_MS })]);
    expect(await store.purgeRecords(SITE, { slice: SLICE, receivedUntilMs: HOUR_MS, limit: 10 })).toBe(1);
    expect(await store.putRecords(SITE, [dnsRecord(3)])).toEqual(['inserted']);
    const heads = await store.listHeads(SITE, { slice: SLICE, limit: 10 });
    expect(heads.map(({ identity }) => identity).sort()).toEqual([identityOf(1), identityOf(3)].sort());
    const symbols = heads.reduce((sum, head) => sum + head.symbols, 0);
    expect(await store.listSlices(SITE, { type: 'all' })).toEqual([{ slice: SLICE, records: 2, symbols }]);
  },

  'sizes are of what purging leaves, whichever batches it came with': async ({ store }) => {
    const at = (index: number, receivedAtMs: number, atMs = HOUR_MS) =>
      dnsRecord(index, { atMs, receivedAtMs, symbols: 10 ** index });
    const before = HOUR_MS - 1;
    await store.putRecords(SITE, [at(0, 100), at(1, 300), at(2, 100, before)]);
    await store.putRecords(SITE, [at(3, 200, before), at(4, 100), at(5, 100)]);
    await store.putRecords(SITE, [at(6, 200)]);
    const sizes = async () =>
      (await store.listSlices(SITE, { type: 'all' })).map(({ records, symbols }) => [records, symbols]);
    const purge = (receivedUntilMs: number, limit = 10) =>
      store.purgeRecords(SITE, { slice: SLICE, receivedUntilMs, limit });
    expect(await purge(100, 2)).toBe(2);
    expect((await sizes())[1]?.[0]).toBe(3);
    expect(await purge(100, 2)).toBe(1);
    expect(await sizes()).toEqual([
      [2, 1_100],
      [2, 1_000_010],
    ]);
    await store.putRecords(SITE, [at(7, 400)]);
    expect(await purge(300)).toBe(2);
    expect(await sizes()).toEqual([
      [2, 1_100],
      [1, 10_000_000],
    ]);
    const by = async (untilMs: number) =>
      (await store.listSlices(SITE, { type: 'received', untilMs })).map(({ slice }) => slice);
    expect(await by(399)).toEqual([SLICE - 1]);
    expect(await by(400)).toEqual([SLICE - 1, SLICE]);
  },
};

function vectorOf(key: SealKey): SealVector {
  return { ...key, chunks: 3, sum: '0123456789abcdef'.repeat(2), counts: new Uint8Array([1, 2, 3]) };
}

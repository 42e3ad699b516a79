/** The life of a store: its sites, what outlasts it, and what it says once it is closed. */
import { expect } from 'vitest';
import type { Cases } from '../store.contract.ts';
import { dnsRecord, HOUR_MS, headOf, identityOf, refOf, SITE, SLICE } from './builders.ts';

export const lifeCases: Cases = {
  'listSites tells every site with a key, a record or an entry, ascending': async ({ store }) => {
    expect(await store.listSites()).toEqual([]);
    await store.putRecords('with-record', [dnsRecord(1)]);
    await store.putEntry('an-entry', {
      type: 'baseline',
      number: 1,
      id: 'b',
      appendedAtMs: 1,
      horizonMs: 1,
    });
    await store.putKey({ id: 'k', site: 'key', role: 'viewer', name: '', hash: '', createdAtMs: 1 });
    expect(await store.listSites()).toEqual(['an-entry', 'key', 'with-record']);
  },

  'reading a site that holds nothing finds nothing and makes no site': async ({ store }) => {
    await store.findRecords('ghost', [dnsRecord(1)]);
    await store.searchHeads('ghost', { sort: 'time', limit: 1 });
    await store.lastEntryNumber('ghost');
    await store.deleteIntents('ghost', ['x']);
    expect(await store.listSites()).toEqual([]);
  },

  'everything is there again after closing and opening': async ({ store, reopen }) => {
    const record = dnsRecord(1, { score: 0.5, verdict: 'unsure', model: 'aa' });
    const key = { id: 'k', site: SITE, role: 'admin', name: 'n', hash: 'h', createdAtMs: 1 } as const;
    const entry = { type: 'baseline', number: 1, id: 'b', appendedAtMs: 1, horizonMs: HOUR_MS } as const;
    const segment = {
      entry: 1,
      slice: SLICE,
      part: 0,
      chunk: 0,
      chunks: 1,
      sum: identityOf(3),
      counts: Uint8Array.of(1),
    };
    const intent = { id: 'i', createdAtMs: 1, records: [refOf(record)], memberships: [] };
    const manifest = { entry: 1, slice: SLICE, part: 0, rows: [] };
    await store.putIntent(SITE, intent);
    await store.putRecords(SITE, [record]);
    await store.putMemberships(SITE, [{ markId: 'm', record: refOf(record) }]);
    await store.putEntry(SITE, entry);
    await store.putPlan(SITE, { entry: 1, slices: [{ slice: SLICE, parts: 1 }] });
    await store.putManifest(SITE, manifest);
    await store.putSegment(SITE, segment);
    await store.putDone(SITE, { entry: 1, sum: segment.sum, doneAtMs: 2 });
    await store.putKey(key);
    await store.revokeKey(SITE, 'k', 3);
    await store.secret('pepper', 'first');
    const page = await store.searchHeads(SITE, { sort: 'score', limit: 1 });

    const again = await reopen();
    expect(await again.putRecords(SITE, [record, dnsRecord(2)])).toEqual(['already-there', 'inserted']);
    expect(await again.findRecords(SITE, [record])).toEqual([record]);
    expect(page.items.map(({ head }) => head)).toEqual([headOf(record)]);
    expect(await again.countMemberships(SITE, 'm')).toBe(1);
    expect(await again.listEntries(SITE, 0, 9)).toEqual([entry]);
    expect(await again.findPlan(SITE, 1)).toEqual({ entry: 1, slices: [{ slice: SLICE, parts: 1 }] });
    expect(await again.findManifest(SITE, manifest)).toEqual(manifest);
    expect(await again.listSegments(SITE, { untilEntry: 1, limit: 9 })).toEqual([segment]);
    expect(await again.listDone(SITE, 0, 9)).toEqual([{ entry: 1, sum: segment.sum, doneAtMs: 2 }]);
    expect(await again.listIntents(SITE, 9)).toEqual([intent]);
    expect(await again.findKey('k')).toEqual({ ...key, revokedAtMs: 3 });
    expect(await again.secret('pepper', 'second')).toBe('first');
    expect(await again.listSlices(SITE, { type: 'all' })).toEqual([
      { slice: SLICE, records: 2, symbols: record.symbols + dnsRecord(2).symbols },
    ]);
  },

  'a store that answers pings without error; one that is closed rejects with store-unavailable': async ({
    store,
    other,
  }) => {
    await store.ping();
    await other.close();
    await other.close();
    const unavailable = expect.objectContaining({ name: 'AppError', code: 'store-unavailable' });
    await expect(other.ping()).rejects.toEqual(unavailable);
    await expect(other.putRecords(SITE, [dnsRecord(1)])).rejects.toEqual(unavailable);
    await expect(other.listEntries(SITE, 0, 1)).rejects.toEqual(unavailable);
    await expect(other.secret('a', 'b')).rejects.toEqual(unavailable);
  },
};

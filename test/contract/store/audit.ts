/** The audit: entries by number, each inserted once. */
import { expect } from 'vitest';
import { type AuditEntry, NO_HASH } from '../../../src/domain/audit.ts';
import type { Store } from '../../../src/store/port.ts';
import type { Cases } from '../store.contract.ts';
import { HOSTILE_TEXTS, HOUR_MS, OTHER_SITE, SITE } from './builders.ts';

export const auditCases: Cases = {
  'audit entries are listed by number, both ways, between bounds, whatever they say': async ({
    store,
    other,
  }) => {
    const entries = HOSTILE_TEXTS.map((text, index) =>
      auditEntry(index + 1, { subject: text, details: { name: text, records: index } }),
    );
    expect(await store.putAuditEntries(SITE, entries)).toBe(entries.length);
    const all = { order: 'ascending', limit: 100 } as const;
    expect(await other.listAuditEntries(SITE, all)).toEqual(entries);
    expect(await other.listAuditEntries(SITE, { ...all, order: 'descending' })).toEqual(entries.toReversed());
    expect(await numbers(other, { after: 2, before: 6, order: 'ascending', limit: 2 })).toEqual([3, 4]);
    expect(await numbers(other, { after: 2, before: 6, order: 'descending', limit: 2 })).toEqual([5, 4]);
    expect(await numbers(other, { after: entries.length, order: 'ascending', limit: 9 })).toEqual([]);
    expect(await numbers(other, { before: 1, order: 'descending', limit: 9 })).toEqual([]);
    expect(await other.listAuditEntries('no-such-site', all)).toEqual([]);
    expect(await other.listAuditEntries(OTHER_SITE, all)).toEqual([]);
  },

  'audit entries are inserted up to the first whose number is taken, and never replaced': async ({
    store,
    other,
  }) => {
    const mine = [1, 2, 4].map(number => auditEntry(number, { by: 'mine' }));
    const theirs = [3, 4, 5].map(number => auditEntry(number, { by: 'theirs' }));
    expect(await store.putAuditEntries(SITE, mine)).toBe(3);
    expect(await other.putAuditEntries(SITE, theirs)).toBe(1);
    const listed = await store.listAuditEntries(SITE, { order: 'ascending', limit: 9 });
    expect(listed.map(({ number, by }) => [number, by])).toEqual([
      [1, 'mine'],
      [2, 'mine'],
      [3, 'theirs'],
      [4, 'mine'],
    ]);
    expect(await other.putAuditEntries(OTHER_SITE, theirs)).toBe(3);
    expect(await other.putAuditEntries(SITE, [])).toBe(0);
  },

  'audit entries go from the lowest number on, so many at a time, and never the highest': async ({
    store,
    other,
  }) => {
    await store.putAuditEntries(
      SITE,
      [1, 2, 3, 4, 5, 6].map(number => auditEntry(number)),
    );
    await store.putAuditEntries(OTHER_SITE, [auditEntry(1), auditEntry(2)]);
    const left = (reader: Store) => numbers(reader, { order: 'ascending', limit: 9 });
    expect(await store.purgeAuditEntries(SITE, { upTo: 4, limit: 3 })).toBe(3);
    expect(await left(other)).toEqual([4, 5, 6]);
    expect(await other.purgeAuditEntries(SITE, { upTo: 4, limit: 3 })).toBe(1);
    expect(await store.purgeAuditEntries(SITE, { upTo: 4, limit: 3 })).toBe(0);
    expect(await numbers(store, { after: 2, order: 'ascending', limit: 9 })).toEqual([5, 6]);
    expect(await numbers(store, { before: 5, order: 'descending', limit: 9 })).toEqual([]);
    expect(await store.purgeAuditEntries(SITE, { upTo: 99, limit: 9 })).toBe(1);
    expect(await store.purgeAuditEntries(SITE, { upTo: 99, limit: 9 })).toBe(0);
    expect(await left(other)).toEqual([6]);
    expect(await store.putAuditEntries(SITE, [auditEntry(6), auditEntry(7)])).toBe(0);
    expect(await store.putAuditEntries(SITE, [auditEntry(7)])).toBe(1);
    expect(await store.purgeAuditEntries('no-such-site', { upTo: 99, limit: 9 })).toBe(0);
    expect(await numbers(other, { order: 'ascending', limit: 9 })).toEqual([6, 7]);
    expect((await store.listAuditEntries(OTHER_SITE, { order: 'ascending', limit: 9 })).length).toBe(2);
  },

  'of writers that race for an audit number one has it': async ({ store, other }) => {
    const racing = Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? store : other).putAuditEntries(SITE, [auditEntry(1, { by: `writer-${index}` })]),
    );
    const inserted = await Promise.all(racing);
    expect(inserted.filter(count => count === 1)).toHaveLength(1);
    const [entry] = await store.listAuditEntries(SITE, { order: 'ascending', limit: 2 });
    expect(entry?.by).toBe(`writer-${inserted.indexOf(1)}`);
  },
};

async function numbers(store: Store, query: Parameters<Store['listAuditEntries']>[1]): Promise<number[]> {
  return (await store.listAuditEntries(SITE, query)).map(({ number }) => number);
}

function auditEntry(number: number, given: Partial<AuditEntry> = {}): AuditEntry {
  const who = { atMs: HOUR_MS, by: 'k', from: '192.0.2.7' };
  return { number, ...who, action: 'window.mark', outcome: 'done', hash: NO_HASH, ...given };
}

/** Memberships and intents: which records a list holds, and what was announced before it was stored. */
import { expect } from 'vitest';
import type { Intent, Membership } from '../../../src/domain/ledger.ts';
import { BATCH_RECORDS_MAX } from '../../../src/domain/limits.ts';
import type { Cases } from '../store.contract.ts';
import {
  dnsRecord,
  HOSTILE_TEXTS,
  HOUR_MS,
  identityOf,
  OTHER_SITE,
  refOf,
  SITE,
  SLICE,
  textOfRefs,
} from './builders.ts';

export const membershipCases: Cases = {
  'a membership put twice counts once, and records may belong to several lists': async ({ store }) => {
    const [a, b] = [refOf(dnsRecord(1)), refOf(dnsRecord(2))];
    await store.putMemberships(SITE, [member('m1', 1), member('m2', 1), member('m1', 1)]);
    await store.putMemberships(SITE, [member('m1', 1), member('m1', 2)]);
    await store.putMemberships(SITE, []);
    expect(await store.countMemberships(SITE, 'm1')).toBe(2);
    expect(await store.countMemberships(SITE, 'm2')).toBe(1);
    expect(await store.countMemberships(SITE, 'm3')).toBe(0);
    const found = await store.findMemberships(SITE, [b, a]);
    expect(found).toHaveLength(3);
    expect(found).toEqual(expect.arrayContaining([member('m1', 1), member('m2', 1), member('m1', 2)]));
    expect(await store.findMemberships(SITE, [refOf(dnsRecord(3))])).toEqual([]);
    expect(await store.findMemberships(SITE, [])).toEqual([]);
  },

  'a record may belong to a list before it is stored': async ({ store }) => {
    await store.putMemberships(SITE, [member('m1', 1)]);
    await store.putRecords(SITE, [dnsRecord(1)]);
    expect(await store.findMemberships(SITE, [dnsRecord(1)])).toEqual([member('m1', 1)]);
  },

  'listMemberships pages through one list and slice in ascending identity': async ({ store }) => {
    const memberships = Array.from({ length: 12 }, (_, index) => member('m1', index));
    const elsewhere = { markId: 'm1', record: { slice: SLICE + 1, identity: identityOf(1) } };
    await store.putMemberships(SITE, [...memberships, elsewhere, member('m2', 50)]);
    const query = { markId: 'm1', slice: SLICE, limit: 5 };
    const first = await store.listMemberships(SITE, query);
    const second = await store.listMemberships(SITE, { ...query, after: first.at(-1)?.record.identity });
    const third = await store.listMemberships(SITE, { ...query, after: second.at(-1)?.record.identity });
    expect([first.length, second.length, third.length]).toEqual([5, 5, 2]);
    expect([...first, ...second, ...third]).toEqual(
      memberships.sort((a, b) => (a.record.identity < b.record.identity ? -1 : 1)),
    );
  },

  'memberships never cross sites': async ({ store }) => {
    await store.putMemberships(SITE, [member('m1', 1)]);
    expect(await store.countMemberships(OTHER_SITE, 'm1')).toBe(0);
    expect(await store.findMemberships(OTHER_SITE, [dnsRecord(1)])).toEqual([]);
    expect(await store.listMemberships(OTHER_SITE, { markId: 'm1', slice: SLICE, limit: 9 })).toEqual([]);
  },

  'memberships of thousands of records are found in one call': async ({ store }) => {
    const memberships = Array.from({ length: 3_000 }, (_, index) => member('m1', index));
    await store.putMemberships(SITE, memberships);
    const found = await store.findMemberships(
      SITE,
      memberships.map(({ record }) => record),
    );
    expect(new Set(found.map(({ record }) => record.identity)).size).toBe(3_000);
  },

  'intents come back whole, the oldest first, up to the limit': async ({ store }) => {
    const old = intent('z-old', 1, 3);
    const middle: Intent = {
      ...intent('m', 2, 2),
      memberships: [member('m1', 1), member('m2', 2), member('m1', 3)],
    };
    const young = intent('a-young', 3, 0);
    for (const each of [young, old, middle]) await store.putIntent(SITE, each);
    expect(await store.listIntents(SITE, 10)).toEqual([old, middle, young]);
    expect(await store.listIntents(SITE, 2)).toEqual([old, middle]);
    expect(await store.countIntents(SITE)).toEqual({ intents: 3, records: 5 });
    expect(await store.countIntents(OTHER_SITE)).toEqual({ intents: 0, records: 0 });
    expect(await store.listIntents(OTHER_SITE, 10)).toEqual([]);
  },

  'deleting intents is idempotent and leaves the others and those of other sites': async ({
    store,
    other,
  }) => {
    for (const id of ['a', 'b', 'c']) await store.putIntent(SITE, intent(id, 1, 1));
    await store.putIntent(OTHER_SITE, intent('a', 1, 1));
    await other.deleteIntents(SITE, ['a', 'c', 'never-there']);
    await store.deleteIntents(SITE, ['a']);
    await store.deleteIntents(SITE, []);
    await store.deleteIntents('no-such-site', ['a']);
    expect((await store.listIntents(SITE, 9)).map(({ id }) => id)).toEqual(['b']);
    expect((await store.listIntents(OTHER_SITE, 9)).map(({ id }) => id)).toEqual(['a']);
  },

  'an intent of a whole batch with its memberships and hostile ids comes back': async ({ store }) => {
    const large = intent('batch', 1, BATCH_RECORDS_MAX);
    large.memberships = large.records.map((record, index) => ({
      markId: HOSTILE_TEXTS[index % 13] ?? '',
      record,
    }));
    await store.putIntent(SITE, large);
    expect(await store.listIntents(SITE, 1)).toEqual([large]);
  },

  'an intent near the size of the largest document comes back': async ({ store }) => {
    const large = intent('large', 1, 150_000);
    await store.putIntent(SITE, large);
    const [found] = await store.listIntents(SITE, 1);
    expect(textOfRefs(found?.records ?? [])).toBe(textOfRefs(large.records));
  },
};

function member(markId: string, index: number): Membership {
  return { markId, record: { slice: SLICE, identity: identityOf(index) } };
}

function intent(id: string, age: number, records: number): Intent & { memberships: Membership[] } {
  return {
    id,
    createdAtMs: HOUR_MS + age,
    records: Array.from({ length: records }, (_, index) => ({
      slice: index % 2 === 0 ? SLICE : -1 - (index % 64),
      identity: identityOf(index % 4_096),
    })),
    memberships: [],
  };
}

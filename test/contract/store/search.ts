/** Searching: orders, filters, and pages that neither repeat nor skip. */
import { expect } from 'vitest';
import type { RecordHead, StoredRecord } from '../../../src/domain/stored-record.ts';
import type { FoundHead, Page, RecordSearch, Store } from '../../../src/store/port.ts';
import type { Cases } from '../store.contract.ts';
import { dnsRecord, HOUR_MS, headOf, OTHER_SITE, SITE, undatedRecord } from './builders.ts';

type Filter = Omit<RecordSearch, 'sort' | 'cursor' | 'limit'>;

const INVALID_CURSOR = expect.objectContaining({ name: 'AppError', code: 'invalid-request' });

export const searchCases: Cases = {
  'searchHeads by time lists the newest first, those without a time last': async ({ store }) => {
    const undated = [undatedRecord(10), undatedRecord(11)];
    await store.putRecords(SITE, [
      dnsRecord(2),
      undatedRecord(10),
      dnsRecord(3),
      undatedRecord(11),
      dnsRecord(1),
    ]);
    const found = await search(store, { sort: 'time' }, 2);
    expect(found.slice(0, 3)).toEqual([dnsRecord(3), dnsRecord(2), dnsRecord(1)]);
    expect(found.slice(3)).toEqual(byPlaceDescending(undated));
  },

  'searchHeads by score lists the highest first, those without a score last': async ({ store }) => {
    const scores = [0.5, 1e-6, 0.9, 0.01, 0.1, 0.009, 0.001];
    const scored = scores.map((score, index) => dnsRecord(index, { score, verdict: 'unsure' }));
    await store.putRecords(SITE, [dnsRecord(10), ...scored, dnsRecord(11)]);
    const found = await search(store, { sort: 'score' }, 2);
    expect(found.map(({ score }) => score)).toEqual([...scores.sort((a, b) => b - a), undefined, undefined]);
    expect(found.slice(scores.length)).toEqual(byPlaceDescending([dnsRecord(10), dnsRecord(11)]));
  },

  'searchHeads breaks ties by slice and identity, descending': async ({ store }) => {
    const tied = Array.from({ length: 30 }, (_, index) =>
      dnsRecord(index, { atMs: HOUR_MS, receivedAtMs: HOUR_MS, score: 0.001, verdict: 'good' }),
    );
    await store.putRecords(SITE, tied);
    expect(await search(store, { sort: 'time' }, 7)).toEqual(byPlaceDescending(tied));
    expect(await search(store, { sort: 'score' }, 7)).toEqual(byPlaceDescending(tied));
  },

  'pages of searchHeads hold at most the limit, and the last has no cursor': async ({ store }) => {
    await store.putRecords(
      SITE,
      [1, 2, 3, 4].map(index => dnsRecord(index)),
    );
    const first = await store.searchHeads(SITE, { sort: 'time', limit: 2 });
    const second = await store.searchHeads(SITE, { sort: 'time', limit: 2, cursor: first.nextCursor });
    expect(headsOf(first)).toEqual([headOf(dnsRecord(4)), headOf(dnsRecord(3))]);
    expect(headsOf(second)).toEqual([headOf(dnsRecord(2)), headOf(dnsRecord(1))]);
    expect(second.nextCursor).toBeUndefined();
  },

  'the cursor of each head that searchHeads lists goes on after it': async ({ store }) => {
    const records = [
      dnsRecord(1),
      dnsRecord(2, { score: 0.5 }),
      dnsRecord(3, { score: 0.001 }),
      undatedRecord(4),
    ];
    await store.putRecords(SITE, records);
    for (const sort of ['time', 'score'] as const) {
      for (const q of [undefined, 'example']) {
        const { items } = await store.searchHeads(SITE, { sort, q, limit: 10 });
        expect(items).toHaveLength(records.length);
        for (const [index, { cursor }] of items.entries()) {
          const rest = await store.searchHeads(SITE, { sort, q, limit: 10, cursor });
          expect(rest.items).toEqual(items.slice(index + 1));
        }
      }
    }
  },

  'records stored between two pages make searchHeads neither repeat nor skip one': async ({
    store,
    other,
  }) => {
    const before = Array.from({ length: 20 }, (_, index) =>
      dnsRecord(index * 2, { atMs: HOUR_MS + (index >> 2) }),
    );
    await store.putRecords(SITE, before);
    const seen: string[] = [];
    let cursor: string | undefined;
    let index = 1;
    do {
      const page = await store.searchHeads(SITE, { sort: 'time', limit: 3, cursor });
      seen.push(...headsOf(page).map(({ identity }) => identity));
      cursor = page.nextCursor;
      const written = [1, 3, 5].map(step => dnsRecord(1_001 + index * 10 + step, { atMs: HOUR_MS + step }));
      await other.putRecords(SITE, written);
      index += 1;
    } while (cursor !== undefined && index < 50);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(before.map(({ identity }) => identity)));
  },

  'each filter of searchHeads keeps what matches it and nothing else': async ({ store }) => {
    const a = dnsRecord(1, { host: 'web-1', source: '10.9.9.1', score: 0.2, verdict: 'good' });
    const b = dnsRecord(2, {
      kind: 'flow',
      record: { kind: 'flow' },
      destination: '10.9.9.1',
      score: 0.7,
      verdict: 'bad',
    });
    const c = dnsRecord(3, { host: 'web-2', source: 'web-1', score: 0.7, verdict: 'unsure' });
    const d = dnsRecord(4);
    const e = dnsRecord(5, { score: 0.005, verdict: 'good', source: '10.0.0.8' });
    await store.putRecords(SITE, [a, b, c, d, e]);
    const check = async (filter: Filter, expected: StoredRecord[]) => {
      expect(await search(store, { sort: 'time', ...filter }, 1)).toEqual(expected);
      const byScore = await search(store, { sort: 'score', ...filter }, 3);
      expect(new Set(byScore.map(({ identity }) => identity))).toEqual(
        new Set(expected.map(({ identity }) => identity)),
      );
    };
    await check({ kind: 'flow' }, [b]);
    await check({ kind: 'http' }, []);
    await check({ host: 'web-1' }, [c, a]);
    await check({ host: '10.9.9.1' }, [b, a]);
    await check({ source: '10.9.9.1' }, [a]);
    await check({ source: 'web' }, []);
    await check({ minScore: 0.005 }, [e, c, b, a]);
    await check({ minScore: 0 }, [e, c, b, a]);
    await check({ minScore: 0.7 }, [c, b]);
    await check({ minScore: 0.71 }, []);
    await check({ verdict: 'unsure' }, [c]);
    await check({ fromMs: HOUR_MS + 2_000 }, [e, d, c, b]);
    await check({ toMs: HOUR_MS + 2_000 }, [a]);
    await check({ fromMs: HOUR_MS + 2_000, toMs: HOUR_MS + 4_000, verdict: 'bad', kind: 'flow' }, [b]);
  },

  'a time filter of searchHeads leaves out records without a time': async ({ store }) => {
    await store.putRecords(SITE, [undatedRecord(1), dnsRecord(2)]);
    expect(await search(store, { sort: 'time', fromMs: 0 }, 1)).toEqual([dnsRecord(2)]);
    expect(await search(store, { sort: 'score', toMs: HOUR_MS * 2 }, 1)).toEqual([dnsRecord(2)]);
  },

  'q finds values without regard to case, takes no wildcards, and does not find names of fields': async ({
    store,
  }) => {
    const log = (index: number, message: string) =>
      dnsRecord(index, {
        kind: 'log',
        record: { kind: 'log', message, source: { ip: '10.1.2.3', port: 8443 } },
      });
    const records = [
      log(1, 'Login FAILED for Ünal'),
      log(2, '100% of "a_b" C:\\temp'),
      log(3, 'line\nbreak 😀'),
    ];
    await store.putRecords(SITE, records);
    const found = async (q: string) => (await search(store, { sort: 'time', q }, 2)).map(r => messageOf(r));
    expect(await found('login failed')).toEqual(['Login FAILED for Ünal']);
    expect(await found('ÜNAL')).toEqual(['Login FAILED for Ünal']);
    expect(await found('100% of "a_b" c:\\')).toEqual(['100% of "a_b" C:\\temp']);
    expect(await found('1%f')).toEqual([]);
    expect(await found('a.b')).toEqual([]);
    expect(await found('line\nbreak 😀')).toEqual(['line\nbreak 😀']);
    expect(await found('10.1.2.3')).toHaveLength(3);
    expect(await found('8443')).toHaveLength(3);
    expect(await found('message')).toEqual([]);
    expect(await found('')).toHaveLength(3);
    expect(await found('%')).toHaveLength(1);
    expect(await found("' OR 1=1 --")).toEqual([]);
    expect(await found(`${'('.repeat(5_000)}`)).toEqual([]);
  },

  'searchHeads refuses a cursor that it did not give out': async ({ store }) => {
    await store.putRecords(SITE, [dnsRecord(1), dnsRecord(2)]);
    const { nextCursor = '' } = await store.searchHeads(SITE, { sort: 'time', limit: 1 });
    const hostile = [
      '',
      ' ',
      'null',
      '../../etc/passwd',
      nextCursor.slice(1),
      Buffer.from('{"$gt":""}').toString('base64url'),
      Buffer.from('["time",{"$gt":0},1,"x"]').toString('base64url'),
      Buffer.from('["time",1,1.5,"00000000000000000000000000000000"]').toString('base64url'),
      Buffer.from('["time",1,1,"zz"]').toString('base64url'),
      Buffer.from('['.repeat(100_000)).toString('base64url'),
      '\0',
      'A'.repeat(1_000_000),
    ];
    for (const cursor of hostile)
      await expect(store.searchHeads(SITE, { sort: 'time', limit: 1, cursor })).rejects.toEqual(
        INVALID_CURSOR,
      );
    const other = store.searchHeads(SITE, { sort: 'score', limit: 1, cursor: nextCursor });
    await expect(other).rejects.toEqual(INVALID_CURSOR);
  },

  'searchHeads never crosses sites, not even with a cursor of another': async ({ store }) => {
    await store.putRecords(SITE, [dnsRecord(1), dnsRecord(2), dnsRecord(3)]);
    await store.putRecords(OTHER_SITE, [dnsRecord(1, { host: 'theirs' })]);
    const { nextCursor } = await store.searchHeads(SITE, { sort: 'time', limit: 1 });
    const theirs = await store.searchHeads(OTHER_SITE, { sort: 'time', limit: 10, cursor: nextCursor });
    expect(headsOf(theirs)).toEqual([headOf(dnsRecord(1, { host: 'theirs' }))]);
    expect(await search(store, { sort: 'time', host: 'theirs' }, 10)).toEqual([]);
    expect((await store.searchHeads('no-such-site', { sort: 'time', limit: 10 })).items).toEqual([]);
  },
};

/** The records of all pages, one after the other; what is listed is the head of what is found. */
async function search(store: Store, query: Filter & Pick<RecordSearch, 'sort'>, limit: number) {
  const found: StoredRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.searchHeads(SITE, { ...query, limit, cursor });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    const records = await store.findRecords(SITE, headsOf(page));
    for (const record of records) if (record !== null) found.push(record);
    expect(headsOf(page)).toEqual(records.map(record => record && headOf(record)));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

function headsOf(page: Page<FoundHead>): RecordHead[] {
  return page.items.map(({ head }) => head);
}

function byPlaceDescending(records: readonly StoredRecord[]): StoredRecord[] {
  return [...records].sort((a, b) => b.slice - a.slice || (a.identity < b.identity ? 1 : -1));
}

function messageOf({ record }: StoredRecord): string | undefined {
  return record.message;
}

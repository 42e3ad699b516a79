/** Records: stored once, found as they were given. */
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { RecordHead, StoredRecord } from '../../../src/domain/stored-record.ts';
import type { Cases } from '../store.contract.ts';
import {
  dnsRecord,
  HOSTILE_TEXTS,
  HOUR_MS,
  headOf,
  OTHER_SITE,
  refOf,
  SITE,
  SLICE,
  undatedRecord,
} from './builders.ts';

export const recordCases: Cases = {
  'putRecords tells the outcomes in the order given, also of equal records in one call': async ({
    store,
  }) => {
    const [a, b, c] = [dnsRecord(1), dnsRecord(2), dnsRecord(3)];
    expect(await store.putRecords(SITE, [a, b, a])).toEqual(['inserted', 'inserted', 'already-there']);
    expect(await store.putRecords(SITE, [b, c, a])).toEqual(['already-there', 'inserted', 'already-there']);
    expect(await store.putRecords(SITE, [])).toEqual([]);
  },

  'the first copy of a record stays': async ({ store }) => {
    const first = dnsRecord(1, { score: 0.25, verdict: 'unsure', model: 'aa' });
    await store.putRecords(SITE, [first]);
    await store.putRecords(SITE, [{ ...first, score: 0.75, original: new Uint8Array([1]), receivedAtMs: 1 }]);
    expect(await store.findRecords(SITE, [first])).toEqual([first]);
  },

  'of many racing inserts of one record exactly one wins': async ({ store, other }) => {
    const record = dnsRecord(1);
    const attempts = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? store : other).putRecords(SITE, [dnsRecord(100 + index), record]),
    );
    const outcomes = await Promise.all(attempts);
    expect(outcomes.map(([own]) => own)).toEqual(attempts.map(() => 'inserted'));
    expect(outcomes.filter(([, shared]) => shared === 'inserted')).toHaveLength(1);
  },

  'a read begun after an insert was acknowledged sees it': async ({ store, other }) => {
    for (let index = 0; index < 10; index += 1) {
      const record = dnsRecord(index);
      expect(await other.findRecords(SITE, [record])).toEqual([null]);
      await store.putRecords(SITE, [record]);
      expect(await other.findRecords(SITE, [record])).toEqual([record]);
      expect(await other.listHeads(SITE, { slice: SLICE, limit: 100 })).toHaveLength(index + 1);
    }
  },

  'findRecords and findHeads answer in the order asked for, null where there is none': async ({ store }) => {
    const records = Array.from({ length: 1_100 }, (_, index) => dnsRecord(index));
    await store.putRecords(SITE, records);
    const wanted = [...records].reverse();
    const absent = dnsRecord(9_999);
    expect(await store.findRecords(SITE, [absent, ...wanted.map(refOf), absent])).toEqual([
      null,
      ...wanted,
      null,
    ]);
    expect(await store.findHeads(SITE, [...wanted.map(refOf), absent])).toEqual([
      ...wanted.map(headOf),
      null,
    ]);
    expect(await store.findRecords(SITE, [])).toEqual([]);
    expect(await store.findContents(SITE, [...wanted.map(refOf), absent])).toEqual([
      ...wanted.map(({ atMs, record, fixed }) => ({ atMs, record, fixed })),
      null,
    ]);
    expect(await store.findHeads(SITE, [])).toEqual([]);
  },

  'findScores tells the score of each record asked for, null where there is none': async ({ store }) => {
    const scored = [0, 1, 0.123456789012345, 1.25e-7].map((score, index) =>
      dnsRecord(index, { score, verdict: 'unsure', model: 'aa' }),
    );
    const unscored = dnsRecord(9);
    await store.putRecords(SITE, [...scored, unscored]);
    const asked = [unscored, ...scored, dnsRecord(10), dnsRecord(0)].map(refOf);
    expect(await store.findScores(SITE, asked)).toEqual([null, 0, 1, 0.123456789012345, 1.25e-7, null, 0]);
    expect(await store.findScores('no-such-site', asked.slice(0, 2))).toEqual([null, null]);
  },

  'findRecords ends before the record that brings it over so many bytes, the first one apart': async ({
    store,
  }) => {
    const long = (index: number, bytes: number) =>
      dnsRecord(index, { original: new Uint8Array(randomBytes(bytes)) });
    // Whether an original is kept as it came or packed, it counts as what it is when it is read.
    const packed = dnsRecord(4, { original: new Uint8Array(50_000) });
    const records = [long(1, 10_000), long(2, 10_000), long(3, 10_000), packed, dnsRecord(5)];
    await store.putRecords(SITE, records);
    const found = async (refs: readonly StoredRecord[], bytesMax: number) =>
      (await store.findRecords(SITE, refs.map(refOf), bytesMax)).map(one =>
        one === null ? null : one.original?.length,
      );
    expect(await found(records, 1_000_000)).toEqual([10_000, 10_000, 10_000, 50_000, 30]);
    expect(await found(records, 35_000)).toEqual([10_000, 10_000, 10_000]);
    expect(await found(records, 29_000)).toEqual([10_000, 10_000]);
    expect(await found(records, 1)).toEqual([10_000]);
    expect(await found([packed, ...records], 1)).toEqual([50_000]);
    expect(await found([dnsRecord(9), packed, dnsRecord(8), dnsRecord(5)], 1)).toEqual([null, 50_000, null]);
    expect(await store.findRecords(SITE, [packed], 1)).toEqual([packed]);
    expect(await found([], 1)).toEqual([]);
    // Contents count too.
    const content = (index: number) =>
      dnsRecord(index, { record: { kind: 'log', message: 'm'.repeat(10_000) }, original: undefined });
    await store.putRecords(SITE, [content(11), content(12)]);
    expect(await store.findRecords(SITE, [content(11), content(12)], 15_000)).toEqual([content(11)]);
  },

  'a record asked for twice is answered twice': async ({ store }) => {
    const record = dnsRecord(1);
    await store.putRecords(SITE, [record]);
    expect(await store.findHeads(SITE, [record, record])).toEqual([headOf(record), headOf(record)]);
  },

  'one identity in two slices is two records': async ({ store }) => {
    const here = dnsRecord(1);
    const there = { ...here, slice: here.slice + 1, symbols: 99 };
    expect(await store.putRecords(SITE, [here, there])).toEqual(['inserted', 'inserted']);
    expect(await store.findRecords(SITE, [there, here])).toEqual([there, here]);
  },

  'records never cross sites': async ({ store }) => {
    const record = dnsRecord(1);
    const theirs = { ...record, symbols: 7 };
    await store.putRecords(SITE, [record]);
    expect(await store.findRecords(OTHER_SITE, [record])).toEqual([null]);
    expect(await store.listHeads(OTHER_SITE, { slice: SLICE, limit: 10 })).toEqual([]);
    expect(await store.putRecords(OTHER_SITE, [theirs])).toEqual(['inserted']);
    expect(await store.findRecords(OTHER_SITE, [record])).toEqual([theirs]);
    expect(await store.findRecords(SITE, [record])).toEqual([record]);
  },

  'a record of every kind comes back with all its fields': async ({ store }) => {
    const records = fullRecords();
    await store.putRecords(SITE, records);
    expect(await store.findRecords(SITE, records)).toEqual(records);
  },

  'a record with nothing but what it must have comes back so': async ({ store }) => {
    const bare = undatedRecord(1);
    for (const field of ['source', 'destination', 'domain', 'original'] as const) delete bare[field];
    const least: StoredRecord = { ...bare, fixed: [], record: { kind: 'flow' }, kind: 'flow', symbols: 0 };
    await store.putRecords(SITE, [least]);
    const [found] = await store.findRecords(SITE, [least]);
    expect(found).toEqual(least);
    expect(found?.original).toBeUndefined();
    expect(found?.atMs).toBeUndefined();
  },

  'texts that an attacker wrote come back as they were, wherever they stand': async ({ store }) => {
    const records = HOSTILE_TEXTS.map((text, index) =>
      dnsRecord(index, {
        kind: 'log',
        host: text,
        source: text,
        destination: text,
        domain: text,
        sensor: text,
        format: text,
        model: text,
        fixed: [{ field: text, token: text }],
        record: { kind: 'log', message: text, sensor: { id: text } },
      }),
    );
    await store.putRecords(SITE, records);
    expect(await store.findRecords(SITE, records)).toEqual(records);
  },

  'a field named __proto__ or $set is content, not an instruction': async ({ store }) => {
    const record = JSON.parse(
      '{"kind":"log","message":"m","__proto__":{"polluted":true},"$set":{"a":1},"a.b":2}',
    ) as StoredRecord['record'];
    const stored = dnsRecord(1, { kind: 'log', record });
    await store.putRecords(SITE, [stored]);
    const [found] = await store.findRecords(SITE, [stored]);
    expect(JSON.stringify(found?.record)).toBe(JSON.stringify(record));
    expect(found?.record).not.toHaveProperty('polluted');
  },

  'the line as it came comes back byte by byte': async ({ store }) => {
    const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const lines = [
      new Uint8Array(0),
      everyByte,
      everyByte.subarray(100, 200),
      Buffer.from('a view into a shared pool'),
      new Uint8Array(1_048_576).fill(97),
      Uint8Array.from({ length: 100_000 }, (_, index) => (index * index * 31) % 251),
    ];
    const records = lines.map((original, index) => dnsRecord(index, { original }));
    await store.putRecords(SITE, records);
    const found = await store.findRecords(SITE, records);
    expect(found.map(record => Buffer.from(record?.original ?? []).toString('hex'))).toEqual(
      lines.map(line => Buffer.from(line).toString('hex')),
    );
  },

  'numbers come back exactly': async ({ store }) => {
    const records = [
      dnsRecord(1, { atMs: HOUR_MS + 0.123_456, receivedAtMs: HOUR_MS + 0.5, score: 1e-6, verdict: 'good' }),
      dnsRecord(2, { score: 0.1 + 0.2, verdict: 'bad', symbols: 2 ** 31 }),
      dnsRecord(3, { score: 0, verdict: 'unsure' }),
      dnsRecord(4, { atMs: HOUR_MS + 3_599_999.999_9, score: 1 - 1e-6, verdict: 'bad' }),
    ];
    await store.putRecords(SITE, records);
    expect(await store.findRecords(SITE, records)).toEqual(records);
  },

  'listHeads pages through one slice in ascending identity': async ({ store }) => {
    const records = Array.from({ length: 25 }, (_, index) => dnsRecord(index));
    await store.putRecords(SITE, [...records, dnsRecord(99, { atMs: HOUR_MS + 3_600_000 })]);
    const heads: RecordHead[] = [];
    for (let after: string | undefined, page: RecordHead[] = []; heads.length === 0 || page.length > 0; ) {
      page = await store.listHeads(SITE, { slice: SLICE, after, limit: 10 });
      expect(page.length).toBeLessThanOrEqual(10);
      heads.push(...page);
      after = page.at(-1)?.identity;
    }
    expect(heads).toEqual(records.map(headOf).sort((a, b) => (a.identity < b.identity ? -1 : 1)));
  },

  'listHeads takes times from its lower bound up to, not including, its upper': async ({ store }) => {
    await store.putRecords(SITE, [dnsRecord(1), dnsRecord(2), dnsRecord(3)]);
    const secondsOf = async (bounds: { fromMs?: number; toMs?: number }) => {
      const heads = await store.listHeads(SITE, { slice: SLICE, limit: 10, ...bounds });
      return heads.map(head => ((head.atMs ?? 0) - HOUR_MS) / 1_000).sort();
    };
    expect(await secondsOf({ fromMs: HOUR_MS + 2_000 })).toEqual([2, 3]);
    expect(await secondsOf({ toMs: HOUR_MS + 2_000 })).toEqual([1]);
    expect(await secondsOf({ fromMs: HOUR_MS + 1_000, toMs: HOUR_MS + 3_000 })).toEqual([1, 2]);
    expect(await secondsOf({ fromMs: HOUR_MS + 2_000, toMs: HOUR_MS + 2_000 })).toEqual([]);
  },

  'heads without a time match no bound of listHeads': async ({ store }) => {
    const undated = undatedRecord(1);
    await store.putRecords(SITE, [undated]);
    const list = (bounds: { fromMs?: number; toMs?: number }) =>
      store.listHeads(SITE, { slice: undated.slice, limit: 10, ...bounds });
    expect(await list({})).toHaveLength(1);
    expect(await list({ fromMs: 0 })).toEqual([]);
    expect(await list({ toMs: Number.MAX_SAFE_INTEGER })).toEqual([]);
  },
};

function fullRecords(): StoredRecord[] {
  const common = {
    atMs: HOUR_MS,
    eventId: 'e-1',
    dataset: 'd',
    durationMs: 0.25,
    source: { ip: '10.0.0.1', port: 1, bytes: 2, packets: 3, countryIsoCode: 'DE', asNumber: 4_294_967_295 },
    destination: { ip: '2001:db8::1', port: 65_535, bytes: 2 ** 40, packets: 0 },
    hostName: 'h',
    userName: 'u',
    userAgent: 'ua',
    network: { transport: 'tcp', protocol: 'tls', bytes: 5, packets: 6, direction: 'outbound', state: 'sf' },
    tls: { serverName: 'sni.example', ja3: 'a'.repeat(32), version: '1.3' },
    sensor: { id: 's', vantage: 'dmz', domain: 'network' as const },
    message: 'm',
  };
  const head = {
    host: 'h',
    sensor: 's',
    labelled: true,
    score: 0.5,
    verdict: 'unsure',
    model: 'f'.repeat(32),
  } as const;
  return [
    dnsRecord(1, {
      ...head,
      record: {
        ...common,
        kind: 'dns',
        dns: { question: { name: 'a.example', type: 'TXT' }, responseCode: 'NOERROR', answers: ['1', '2'] },
      },
    }),
    dnsRecord(2, { ...head, kind: 'flow', record: { ...common, kind: 'flow' } }),
    dnsRecord(3, {
      ...head,
      kind: 'http',
      record: {
        ...common,
        kind: 'http',
        http: { method: 'GET', referrer: 'r', requestBytes: 1, statusCode: 200, responseBodyBytes: 2 },
        url: { domain: 'd', path: '/', query: 'q', original: 'o' },
      },
    }),
    dnsRecord(4, { ...head, kind: 'log', record: { ...common, kind: 'log', message: 'm' } }),
  ];
}

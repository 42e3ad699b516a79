/** What stands in the database: documents of bounded size, whatever a sender sends, and nothing that is read as an operator. */

import { createHash, randomBytes } from 'node:crypto';
import { BSON, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOCUMENT_BYTES_MAX, FIELD_CHARACTERS_MAX, LINE_BYTES_MAX } from '../../../src/domain/limits.ts';
import type { StoredRecord } from '../../../src/domain/stored-record.ts';
import { openMongoStore } from '../../../src/store/mongo/open.ts';
import type { Store } from '../../../src/store/port.ts';
import { dnsRecord, HOUR_MS, identityOf, refOf, SITE, SLICE } from '../../contract/store/builders.ts';
import { findServer } from '../../servers/servers.ts';
import { dropDatabase, scratchName } from './scratch.ts';

const url = (await findServer('MongoDB')) ?? '';
const database = scratchName();

describe.skipIf(url === '')('documents in MongoDB', () => {
  const opened: Store[] = [];
  let client: MongoClient;
  let store: Store;
  let other: Store;

  beforeAll(async () => {
    client = new MongoClient(url);
    for (let handle = 0; handle < 2; handle += 1) opened.push(await openMongoStore({ url, database }));
    [store, other] = opened as [Store, Store];
  });
  afterAll(async () => {
    for (const each of opened) await each.close();
    await client.close();
    await dropDatabase(url, database);
  });

  it('are under the largest size for the longest line and the longest texts that a sender can send', async () => {
    const worst = [controlCharacters(1), randomBytesAsText(2)];
    expect(await store.putRecords(SITE, worst)).toEqual(['inserted', 'inserted']);
    const documents = await client.db(database).collection('records').find().toArray();
    expect(documents).toHaveLength(2);
    for (const document of documents)
      expect(BSON.calculateObjectSize(document)).toBeLessThan(DOCUMENT_BYTES_MAX);
    const found = await store.findRecords(SITE, worst.map(refOf));
    expect(found.map(digestOf)).toEqual(worst.map(digestOf));
    expect(JSON.stringify(worst[0]?.record).length).toBeGreaterThan(DOCUMENT_BYTES_MAX);
  });

  it('that are refused for their size are not stored in part', async () => {
    const counts = new Uint8Array(DOCUMENT_BYTES_MAX);
    const segment = { entry: 1, slice: SLICE, part: 0, chunk: 0, chunks: 1, sum: identityOf(1), counts };
    await expect(async () => store.putSegment('large', segment)).rejects.toThrow(/larger than any may be/);
    expect(await store.listSegmentKeys('large', 1)).toEqual([]);
  });

  it('of many megabytes are inserted in several commands, with the outcome of each', async () => {
    // 18 MiB, where one command takes 8; the first and the last of what is new come twice.
    const records = Array.from({ length: 18 }, (_, index) => randomBytesAsText(100 + index));
    const [known, fresh] = [records.slice(0, 2), records.slice(2)];
    expect(await other.putRecords(SITE, known)).toEqual(['inserted', 'inserted']);
    const given = [...known, ...fresh, ...fresh.slice(0, 1), ...fresh.slice(-1)];
    const expected = given.map((_, index) => (index >= 2 && index < 18 ? 'inserted' : 'already-there'));
    expect(await store.putRecords(SITE, given)).toEqual(expected);
  });

  it('that two clients insert in many overlapping batches at once are each inserted by one', async () => {
    const records = Array.from({ length: 300 }, (_, index) => dnsRecord(1_000 + index));
    const batches = Array.from({ length: 20 }, (_, index) => {
      const from = (index * 37) % 200;
      return records.slice(from, from + 100).sort(index % 3 === 0 ? descending : undefined);
    });
    const outcomes = await Promise.all(
      batches.map((batch, index) => (index % 2 === 0 ? store : other).putRecords('racing', batch)),
    );
    const inserted = new Map<string, number>();
    for (const [index, batch] of batches.entries()) {
      for (const [at, { identity }] of batch.entries()) {
        const won = outcomes[index]?.[at] === 'inserted' ? 1 : 0;
        inserted.set(identity, (inserted.get(identity) ?? 0) + won);
      }
    }
    expect(inserted.size).toBeGreaterThan(250);
    expect(new Set(inserted.values())).toEqual(new Set([1]));
    const [size] = await store.listSlices('racing', { type: 'all' });
    expect(size?.records).toBe(inserted.size);
  });

  it('are never found by an operator in the place of a value', async () => {
    const operator = { $gt: '' } as unknown as string;
    await store.putKey({ id: 'k', site: SITE, role: 'admin', name: '', hash: '', createdAtMs: HOUR_MS });
    await store.putIntent(SITE, { id: 'i', createdAtMs: 1, records: [], memberships: [] });
    const answers = await Promise.allSettled([
      store.findKey(operator),
      store.secret(operator, 'candidate'),
      store.listKeys(operator),
      store.listIntents(operator, 9),
      store.searchHeads(operator, { sort: 'time', limit: 9 }),
      store.searchHeads(SITE, { sort: 'time', limit: 9, host: operator }),
      store.searchHeads(SITE, { sort: 'time', limit: 9, source: operator }),
      store.searchHeads(SITE, { sort: 'time', limit: 9, kind: operator as 'dns' }),
      store.searchHeads(SITE, { sort: 'time', limit: 9, verdict: operator as 'bad' }),
      store.listSlices(operator, { type: 'all' }),
      store.listSlices(SITE, { type: 'list', markId: operator }),
      store.countMemberships(SITE, operator),
      store.findHeads(operator, [refOf(dnsRecord(1))]),
      store.listEntries(operator, 0, 9),
    ]);
    const found = answers.filter(
      answer => answer.status === 'fulfilled' && !isNothing(answer.value as { items?: unknown[] } | null),
    );
    expect(found).toEqual([]);
  });

  it('of a newer version of this program are left alone', async () => {
    const newer = scratchName();
    const versions = client.db(newer).collection<{ _id: string; version: number }>('installation');
    await versions.insertOne({ _id: 'schema', version: 99 });
    const wrong = expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining('99') });
    await expect(openMongoStore({ url, database: newer })).rejects.toEqual(wrong);
    await dropDatabase(url, newer);
  });
});

function isNothing(answer: { items?: unknown[] } | unknown[] | number | null): boolean {
  if (answer === null || answer === 0) return true;
  if (typeof answer === 'number') return false;
  return (Array.isArray(answer) ? answer : (answer.items ?? [answer])).length === 0;
}

/** Of all that a record is: megabytes take long to compare one by one. */
function digestOf(record: StoredRecord | null): string {
  const { original = new Uint8Array(), ...others } = record ?? {};
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  const values = given.sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(values)).update(original).digest('hex');
}

function descending(a: StoredRecord, b: StoredRecord): number {
  return a.identity < b.identity ? 1 : -1;
}

/** A line of control characters, which are six times as long in JSON, in as many fields as there is room for. */
function controlCharacters(index: number): StoredRecord {
  const random = randomBytes(LINE_BYTES_MAX).map(byte => byte % 32);
  const text = Buffer.from(random).toString('latin1');
  const field = (at: number) => text.slice(at * FIELD_CHARACTERS_MAX, (at + 1) * FIELD_CHARACTERS_MAX);
  const answers = Array.from({ length: 12 }, (_, at) => field(at));
  return dnsRecord(index, {
    host: field(12),
    source: field(13),
    destination: field(14),
    domain: field(15),
    record: { kind: 'dns', message: field(12), hostName: field(13), dns: { question: {}, answers } },
    original: new Uint8Array(random),
  });
}

/** A line that no compression makes shorter. */
function randomBytesAsText(index: number): StoredRecord {
  const original = new Uint8Array(randomBytes(LINE_BYTES_MAX));
  const message = Buffer.from(original.subarray(0, 49_152)).toString('base64');
  return dnsRecord(index, { record: { kind: 'log', message }, original });
}

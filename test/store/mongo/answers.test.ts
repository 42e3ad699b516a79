/** What is asked of a server, and what is made of answers that no real one gives on demand. */
import { afterEach, describe, expect, it } from 'vitest';
import { openMongoStore } from '../../../src/store/mongo/open.ts';
import type { Store } from '../../../src/store/port.ts';
import { dnsRecord, HOUR_MS, refOf, SITE } from '../../contract/store/builders.ts';
import { type ScriptedServer, scriptedServer } from '../../servers/scripted-mongodb.ts';

type Document = Record<string, unknown>;

const opened: { store: Store; server: ScriptedServer }[] = [];
afterEach(async () => {
  for (const { store, server } of opened.splice(0)) {
    await store.close();
    await server.close();
  }
});

/** A store on a server that answers inserts so, once the store is open, and finds with nothing. */
async function storeThat(answers: {
  insert?: Document;
  find?: Document;
}): Promise<{ store: Store; commands: readonly Document[] }> {
  let isOpen = false;
  const schema = [{ _id: 'schema', version: 1 }];
  const server = await scriptedServer(command => {
    const cursor = (firstBatch: readonly Document[]) => ({
      cursor: { id: 0n, ns: 'bayeswatch.some', firstBatch },
    });
    if ('insert' in command) return isOpen ? (answers.insert ?? { n: 1 }) : { n: 1 };
    if ('find' in command) return isOpen ? (answers.find ?? cursor([])) : cursor(schema);
    if ('aggregate' in command) return cursor([]);
    if ('distinct' in command) return { values: [] };
    return undefined;
  });
  const store = await openMongoStore({ url: server.url, serverSelectionTimeoutMs: 10_000 });
  isOpen = true;
  opened.push({ store, server });
  return { store, commands: server.commands };
}

const TAKEN = {
  index: 0,
  code: 11_000,
  keyPattern: { _id: 1 },
  keyValue: {},
  errmsg: 'E11000 duplicate key',
};
const NOT_MET = { code: 64, codeName: 'WriteConcernFailed', errmsg: 'waiting for replication timed out' };
const ENTRY = { type: 'baseline', number: 1, id: 'b', appendedAtMs: HOUR_MS, horizonMs: 1 } as const;
const unavailable = expect.objectContaining({ name: 'AppError', code: 'store-unavailable' });

describe('what is asked', () => {
  it('is to be on the disks of a majority, and read as a majority has it, whatever the URL says', async () => {
    const server = await scriptedServer(command => {
      if ('find' in command)
        return { cursor: { id: 0n, ns: 'd.c', firstBatch: [{ _id: 'schema', version: 1 }] } };
      if ('aggregate' in command) return { cursor: { id: 0n, ns: 'd.c', firstBatch: [] } };
      return 'distinct' in command ? { values: [] } : { n: 1 };
    });
    const lax = `${server.url}/traffic?w=0&journal=false&readConcernLevel=local&readPreference=secondary`;
    const store = await openMongoStore({ url: lax, serverSelectionTimeoutMs: 10_000 });
    opened.push({ store, server });
    await store.putRecords(SITE, [dnsRecord(1)]);
    await store.putEntry(SITE, ENTRY);
    await store.putAuditEntries(SITE, []);
    await store.listSlices(SITE, { type: 'time', fromMs: 0, toMs: HOUR_MS });
    await store.findHeads(SITE, [refOf(dnsRecord(1))]);
    await store.deleteIntents(SITE, ['i']);
    await store.countMemberships(SITE, 'm');
    const asked = server.commands.filter(
      ({ ping, endSessions }) => ping === undefined && endSessions === undefined,
    );
    const writes = asked.filter(command =>
      ['insert', 'delete', 'createIndexes'].some(name => name in command),
    );
    const reads = asked.filter(command => ['find', 'aggregate', 'distinct'].some(name => name in command));
    expect(writes.length + reads.length).toBe(asked.length);
    expect(writes.length).toBeGreaterThan(4);
    expect(reads.length).toBeGreaterThan(3);
    expect(new Set(asked.map(({ $db }) => $db))).toEqual(new Set(['traffic']));
    const concern = expect.objectContaining({ w: 'majority', j: true });
    expect(writes.map(({ writeConcern }) => writeConcern)).toEqual(writes.map(() => concern));
    expect(reads.map(({ readConcern }) => readConcern)).toEqual(reads.map(() => ({ level: 'majority' })));
    const primary = asked.map(({ $readPreference = { mode: 'primary' } }) => $readPreference);
    expect(primary).toEqual(asked.map(() => ({ mode: 'primary' })));
  });
});

describe('an answer', () => {
  it('that an id is taken is one that another has it', async () => {
    const { store } = await storeThat({ insert: { n: 0, writeErrors: [TAKEN] } });
    expect(await store.putEntry(SITE, ENTRY)).toBe('already-there');
    expect(await store.putRecords(SITE, [dnsRecord(1), dnsRecord(2)])).toEqual(['already-there', 'inserted']);
  });

  it('that an id is taken, by what no majority holds yet, is none', async () => {
    const { store } = await storeThat({ insert: { n: 0, writeErrors: [TAKEN], writeConcernError: NOT_MET } });
    await expect(store.putEntry(SITE, ENTRY)).rejects.toEqual(unavailable);
    await expect(store.putRecords(SITE, [dnsRecord(1)])).rejects.toEqual(unavailable);
    await expect(
      store.putKey({ id: 'k', site: SITE, role: 'admin', name: '', hash: '', createdAtMs: 1 }),
    ).rejects.toEqual(unavailable);
  });

  it('that no majority has written it is no acknowledgement', async () => {
    const { store } = await storeThat({ insert: { n: 1, writeConcernError: NOT_MET } });
    await expect(store.putEntry(SITE, ENTRY)).rejects.toEqual(unavailable);
    await expect(store.putRecords(SITE, [dnsRecord(1)])).rejects.toEqual(unavailable);
  });

  it('that one of many failed otherwise fails all, whoever else was taken', async () => {
    const other = { index: 1, code: 133, errmsg: 'no' };
    const { store } = await storeThat({ insert: { n: 0, writeErrors: [TAKEN, other] } });
    await expect(store.putRecords(SITE, [dnsRecord(1), dnsRecord(2)])).rejects.toEqual(unavailable);
  });

  it('that the disk is full is told as such', async () => {
    const full = { ok: 0, code: 14_031, codeName: 'OutOfDiskSpace', errmsg: 'available disk space is low' };
    const { store } = await storeThat({ insert: full });
    await expect(store.putRecords(SITE, [dnsRecord(1)])).rejects.toEqual(
      expect.objectContaining({ name: 'AppError', code: 'store-full' }),
    );
  });

  it('that a question is wrong stays a defect, and one that nobody is let in is none', async () => {
    const wrong = { ok: 0, code: 9, codeName: 'FailedToParse', errmsg: 'unknown field' };
    const { store } = await storeThat({ find: wrong });
    await expect(store.listEntries(SITE, 0, 1)).rejects.toMatchObject({ name: 'MongoServerError', code: 9 });
    const refused = await storeThat({
      find: { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'not authorized on bayeswatch' },
    });
    await expect(refused.store.listEntries(SITE, 0, 1)).rejects.toThrow(/as it should: Unauthorized/);
  });
});

/** A server that is paused, stopped, or never there: what is told of it, and that the store goes on by itself when it is back. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMongoStore } from '../../../src/store/mongo/open.ts';
import { dnsRecord, refOf, SITE } from '../../contract/store/builders.ts';
import { type MongoServer, startMongoServer } from '../../servers/mongodb.ts';
import { findServer } from '../../servers/servers.ts';

const UNAVAILABLE = expect.objectContaining({ name: 'AppError', code: 'store-unavailable' });
const INVALID = expect.objectContaining({ name: 'AppError', code: 'config-invalid' });
/** Long enough for a server that is there, on a busy machine. */
const SOON = { serverSelectionTimeoutMs: 2_000, socketTimeoutMs: 2_000 };
/** Of the loopback; nothing listens on it. */
const NOBODY = '127.0.0.1:1';

// Where one can be had, one of its own can be started, unless a person named it.
const canStart = (await findServer('MongoDB')) !== null && !process.env['MONGODB_URL'];

describe.skipIf(!canStart)('a MongoDB server that goes away', () => {
  let folder: string;
  let server: MongoServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bayeswatch-outage-'));
    server = await startMongoServer({ folder });
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it('leaves calls unavailable until it is back, and nothing that was acknowledged is gone', async () => {
    const patient = await openMongoStore({ url: server.url, socketTimeoutMs: 20_000 });
    const store = await openMongoStore({ url: server.url, ...SOON });
    await patient.putRecords(SITE, [dnsRecord(1)]);

    await server.pause();
    await expect(store.putRecords(SITE, [dnsRecord(2)])).rejects.toEqual(UNAVAILABLE);
    const waits = patient.findHeads(SITE, [refOf(dnsRecord(1))]);
    server.goOn();
    expect(await waits).not.toContain(null);
    // Nobody knows whether it was inserted: who asks again finds out, and it is there once.
    await patient.putRecords(SITE, [dnsRecord(2)]);
    expect(await patient.putRecords(SITE, [dnsRecord(2)])).toEqual(['already-there']);

    const { port } = server;
    await server.stop();
    const asked = await Promise.allSettled([
      store.putRecords(SITE, [dnsRecord(3)]),
      store.searchHeads(SITE, { sort: 'time', limit: 1 }),
      store.ping(),
      openMongoStore({ url: server.url, ...SOON }),
    ]);
    expect(asked).toEqual(asked.map(() => ({ status: 'rejected', reason: UNAVAILABLE })));

    server = await startMongoServer({ folder, port });
    expect(await patient.putRecords(SITE, [dnsRecord(3)])).toEqual(['inserted']);
    const all = [1, 2, 3].map(index => refOf(dnsRecord(index)));
    expect(await patient.findHeads(SITE, all)).not.toContain(null);
    await store.close();
    await patient.close();
  });
});

describe('the password in MONGODB_URL', () => {
  const secret = 'c0rrect-h0rse';
  it.each([
    ['a server that is not there', `mongodb://user:${secret}@${NOBODY}/db`, UNAVAILABLE],
    ['another scheme', `mysql://user:${secret}@${NOBODY}/db`, INVALID],
    ['an unknown option', `mongodb://user:${secret}@${NOBODY}/db?nonsense=true`, INVALID],
    ['a password that is not encoded', `mongodb://user:${secret}/@${NOBODY}/db`, INVALID],
    ['two passwords', `mongodb://user:${secret}:${secret}@${NOBODY}/db`, INVALID],
    ['no host', `mongodb://user:${secret}@`, INVALID],
  ])('is not told of %s', async (_, url, expected) => {
    const error: unknown = await openMongoStore({ url, serverSelectionTimeoutMs: 300 }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toEqual(expected);
    const all = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true });
    expect(all).not.toContain(secret);
    expect(JSON.stringify(error)).not.toContain(secret);
  });

  it('is not in the way of saying what is wrong where there is none', async () => {
    await expect(openMongoStore({ url: `mongodb://${NOBODY}/?nonsense=true` })).rejects.toThrow(/nonsense/);
    await expect(openMongoStore({ url: 'nothing' })).rejects.toEqual(INVALID);
  });
});

/** Keys where several processes share a database: its first start, and documents that somebody has damaged. */
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKey, ensureAdminKey, KeyProver } from '../../../src/services/keys.ts';
import { openMongoStore } from '../../../src/store/mongo/open.ts';
import type { Store } from '../../../src/store/port.ts';
import { findServer } from '../../servers/servers.ts';
import { dropDatabase, scratchName } from './scratch.ts';

const url = await findServer('MongoDB');
const SITE = 'default';

describe.skipIf(url === null)('processes on one MongoDB', () => {
  let database: string;
  let stores: Store[];
  let nowMs: number;
  const deps = (store: Store) => ({ store, clock: { nowMs: () => nowMs, monotonicMs: () => 0 } });

  beforeEach(async () => {
    nowMs = 1_000_000;
    database = scratchName();
    const open = () => openMongoStore({ url: url ?? '', database });
    stores = await Promise.all([open(), open(), open()]);
  });
  afterEach(async () => {
    await Promise.all(stores.map(store => store.close()));
    await dropDatabase(url ?? '', database);
  });

  it('that start at the same moment make one first admin key', async () => {
    const made: string[] = [];
    const firstKey = {
      chosen: undefined,
      onMade: async ({ id }: { id: string }) => void made.push(id),
      onRevoked: () => {},
    };
    const answers = await Promise.all(stores.map(store => ensureAdminKey(deps(store), SITE, firstKey)));
    const shown = answers.filter(answer => answer !== null);
    expect(shown).toHaveLength(1);
    expect(made).toHaveLength(1);
    for (const store of stores) {
      expect(await store.countKeys()).toBe(1);
      expect(await new KeyProver(deps(store)).authenticate(shown[0] ?? '')).toMatchObject({ id: made[0] });
    }
  });

  it('believe no key whose document is damaged, as they do while the server is away', async () => {
    const [store] = stores;
    if (store === undefined) throw new Error('no store');
    const { key, secret } = await createKey(deps(store), SITE, 'admin', 'n');
    const keys = new KeyProver(deps(store));
    expect(await keys.authenticate(secret)).toMatchObject({ id: key.id });
    nowMs += 3_600_000;
    const client = new MongoClient(url ?? '');
    const documents = client.db(database).collection<{ _id: string }>('keys');
    await documents.updateOne({ _id: key.id }, { $set: { content: JSON.stringify(key).slice(0, -9) } });
    await client.close();
    await expect(keys.authenticate(secret)).rejects.toThrow(SyntaxError);
  });
});

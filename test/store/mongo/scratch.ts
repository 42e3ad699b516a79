/** Databases of one's own on the MongoDB server of the test run. */
import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { openMongoStore } from '../../../src/store/mongo/open.ts';
import type { Store } from '../../../src/store/port.ts';
import type { OpenedStore } from '../../contract/store.contract.ts';

/** A name that nothing has; a server that a person named keeps its own databases. */
export function scratchName(): string {
  return `bayeswatch-test-${randomBytes(8).toString('hex')}`;
}

export async function dropDatabase(url: string, database: string): Promise<void> {
  const client = new MongoClient(url);
  try {
    await client.db(database).dropDatabase();
  } finally {
    await client.close();
  }
}

/** A store in a new database, which goes when the store is closed. */
export async function openScratchStore(url: string): Promise<Store> {
  const database = scratchName();
  const store = await openMongoStore({ url, database });
  const close = store.close.bind(store);
  return Object.assign(store, {
    async close() {
      await close();
      await dropDatabase(url, database);
    },
  });
}

/** So many handles on one new database. */
export async function onDatabase(url: string, handles: number): Promise<OpenedStore> {
  const database = scratchName();
  const first = await openMongoStore({ url, database });
  const opened: [Store, ...Store[]] = [first];
  while (opened.length < handles) opened.push(await openMongoStore({ url, database }));
  const closeAll = async () => {
    for (const store of opened) await store.close();
  };
  return {
    stores: [...opened],
    async reopen() {
      await closeAll();
      const again = await openMongoStore({ url, database });
      opened.push(again);
      return again;
    },
    async dispose() {
      await closeAll();
      await dropDatabase(url, database);
    },
  };
}

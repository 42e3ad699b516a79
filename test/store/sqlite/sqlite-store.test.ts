/** The store's contract on SQLite: in memory, in a file, on two handles of one file, and called through a port. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { Store } from '../../../src/store/port.ts';
import { SERVING_WRITES, SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { packedWrites, type ThreadedStore } from '../../../src/threads/packed-writes.ts';
import { remote, serveTogether, withOwn } from '../../../src/threads/rpc.ts';
import { dnsRecord } from '../../contract/store/builders.ts';
import { type OpenedStore, storeContract } from '../../contract/store.contract.ts';
import { scratchFolder } from './scratch.ts';

type Open = (path: string) => Promise<Store>;

const direct: Open = async path => new SqliteStore(path);

/** As in a thread (test/threads has real ones, which take a second to start each): all is copied on its way. */
const throughPort: Open = async path => {
  const { port1, port2 } = new MessageChannel();
  const store = new SqliteStore(path);
  serveTogether<ThreadedStore>(store, port1, {
    together: calls => store.together(calls),
    grouped: SERVING_WRITES,
  });
  port2.unref();
  const { proxy } = remote<ThreadedStore>(port2);
  return withOwn(proxy, packedWrites(proxy));
};

async function onFile(...opens: readonly [Open, ...Open[]]): Promise<OpenedStore> {
  const folder = scratchFolder();
  const path = join(folder, 'bayeswatch.sqlite');
  const [open, ...others] = opens;
  const opened: [Store, ...Store[]] = [await open(path)];
  for (const another of others) opened.push(await another(path));
  const closeAll = async () => {
    for (const store of opened) await store.close();
  };
  return {
    stores: [...opened],
    async reopen() {
      await closeAll();
      const again = await open(path);
      opened.push(again);
      return again;
    },
    async dispose() {
      await closeAll();
      await rm(folder, { recursive: true });
    },
  };
}

storeContract({
  name: 'SQLite in memory',
  async open() {
    const store = new SqliteStore(':memory:');
    return { stores: [store], reopen: async () => store, dispose: () => store.close() };
  },
  skip: [
    {
      reason: 'what is in memory ends with it',
      tests: ['everything is there again after closing and opening'],
    },
  ],
});
storeContract({ name: 'SQLite in a file', open: () => onFile(direct) });
storeContract({ name: 'SQLite on two handles of one file', open: () => onFile(direct, direct) });
storeContract({ name: 'SQLite through a port', open: () => onFile(throughPort) });

test('names that were given numbers in a group that was undone are given numbers again', async () => {
  const store = new SqliteStore(':memory:');
  const late: Promise<unknown>[] = [];
  const undone = () =>
    store.together([
      () => late.push(store.putRecords('site', [dnsRecord(1)])),
      () => {
        throw new Error('no room');
      },
    ]);
  expect(undone).toThrow('no room');
  await Promise.all(late);
  expect(await store.listSites()).toEqual([]);
  expect(await store.putRecords('site', [dnsRecord(1)])).toEqual(['inserted']);
  expect(await store.listSites()).toEqual(['site']);
  await store.close();
});

/** The embedded store in real threads. Its contract runs through a port in test/store; here is what only threads show. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Database } from '../../src/store/sqlite/driver.ts';
import { openStoreThread } from '../../src/threads/store-client.ts';
import { dnsRecord, SITE } from '../contract/store/builders.ts';
import { inScratchFolder } from '../store/sqlite/scratch.ts';

describe('openStoreThread', () => {
  test('of a file that is no database rejects with data-folder-unusable', async () => {
    await inScratchFolder(async folder => {
      const path = join(folder, 'notes.sqlite');
      writeFileSync(path, 'no database at all, but long enough to be read as the header of one '.repeat(20));
      const unusable = expect.objectContaining({ name: 'AppError', code: 'data-folder-unusable' });
      await expect(openStoreThread(path)).rejects.toEqual(unusable);
    });
  });

  test('two threads that write the same records at the same time store each once', async () => {
    await inScratchFolder(async folder => {
      const path = join(folder, 'a.sqlite');
      const stores = [await openStoreThread(path), await openStoreThread(path)];
      const batches = Array.from({ length: 10 }, (_, batch) =>
        Array.from({ length: 50 }, (_, index) => dnsRecord(batch * 25 + index)),
      );
      const writes = stores.flatMap(store => batches.map(batch => store.putRecords(SITE, batch)));
      const inserted = (await Promise.all(writes)).flat().filter(outcome => outcome === 'inserted');
      const distinct = new Set(batches.flat().map(({ identity }) => identity)).size;
      expect(inserted).toHaveLength(distinct);
      const [size] = (await stores[0]?.listSlices(SITE, { type: 'all' })) ?? [];
      expect(size?.records).toBe(distinct);
      for (const store of stores) await store.close();
    });
  });

  test('reads at the same time wait for no writer; writes at the same time are each stored', async () => {
    await inScratchFolder(async folder => {
      const path = join(folder, 'a.sqlite');
      const store = await openStoreThread(path);
      const other = new Database(path);
      other.exec('BEGIN IMMEDIATE');
      const reads = await Promise.all([store.countKeys(), store.listSites(), store.countKeys()]);
      expect(reads).toEqual([0, [], 0]);
      other.exec('COMMIT');
      const writes = [1, 2, 3].map(number => store.putRecords(SITE, [dnsRecord(number)]));
      expect((await Promise.all(writes)).flat()).toEqual(['inserted', 'inserted', 'inserted']);
      other.close();
      await store.close();
    });
    // A read that waited for the lock would wait for five seconds.
  }, 4_000);

  test('calls made before close are answered, calls after it reject, closing twice is no error', async () => {
    await inScratchFolder(async folder => {
      const store = await openStoreThread(join(folder, 'a.sqlite'));
      const written = store.putRecords(SITE, [dnsRecord(1)]);
      const closed = store.close();
      expect(await written).toEqual(['inserted']);
      await closed;
      await store.close();
      await expect(store.ping()).rejects.toEqual(expect.objectContaining({ code: 'store-unavailable' }));
    });
  });
});

/** `kill -9` in the midst of writing: everything acknowledged is there, and no batch is there by half. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { SITE } from '../../contract/store/builders.ts';
import { BATCH_RECORDS, batchOf } from './batches.ts';
import { inScratchFolder } from './scratch.ts';

const WRITER = fileURLToPath(new URL('./writer.ts', import.meta.url));

test('all that a killed process acknowledged is there when the file is opened again', async () => {
  await inScratchFolder(async folder => {
    const path = join(folder, 'a.sqlite');
    let next = 0;
    for (const acknowledgements of [1, 30]) {
      const last = await killedAfter(acknowledgements, path, next);
      expect(last - next).toBeGreaterThanOrEqual(acknowledgements - 1);
      const store = new SqliteStore(path);
      const stored: number[] = [];
      for (let number = 0; number <= last + 2; number += 1) {
        const found = await store.findRecords(SITE, batchOf(number));
        stored.push(found.filter(record => record !== null).length);
      }
      const acknowledged = stored.slice(0, last + 1);
      expect(acknowledged).toEqual(acknowledged.map(() => BATCH_RECORDS));
      expect(stored.every(records => records === 0 || records === BATCH_RECORDS)).toBe(true);
      const sizes = await store.listSlices(SITE, { type: 'all' });
      expect(sizes.reduce((sum, { records }) => sum + records, 0)).toBe(
        stored.reduce((sum, n) => sum + n, 0),
      );
      await store.close();
      next = last + 1;
    }
  });
});

/** Lets a process write until it has acknowledged so many batches, kills it, and tells the last one acknowledged. */
async function killedAfter(acknowledgements: number, path: string, first: number): Promise<number> {
  const writer = spawn(process.execPath, ['--import', 'tsx', WRITER, path, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(writer, 'close');
  let last = -1;
  for await (const line of createInterface({ input: writer.stdout })) {
    last = Number(line);
    if (last - first + 1 === acknowledgements) writer.kill('SIGKILL');
  }
  const [, signal] = await closed;
  expect(signal).toBe('SIGKILL');
  return last;
}

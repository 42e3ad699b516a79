/** Turns to write: in the order of asking, past whoever ended in its turn; and what they are for, beside a greedy thread. */
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { Database } from '../../../src/store/sqlite/driver.ts';
import { WriteTurns } from '../../../src/store/sqlite/write-turns.ts';
import { inScratchFolder } from './scratch.ts';

const LOADER = new URL('../../../src/threads/thread-from-sources.mjs', import.meta.url);
const GREEDY = new URL('./greedy-writer.ts', import.meta.url).href;
/** Less than a thread that looks for the lock now and then needs to find it free beside one that hardly ever lets go. */
const BUSY_TIMEOUT_MS = 50;
const WRITES = 20;
const OPENED = 5;

test('beside a thread that writes without pause every write has its turn, and every opening', async () => {
  await inScratchFolder(async folder => {
    const path = join(folder, 'a.sqlite');
    const turns = new WriteTurns();
    const database = new Database(path, { busyTimeoutMs: BUSY_TIMEOUT_MS, turns });
    database.exec('CREATE TABLE written (id INTEGER PRIMARY KEY, by TEXT NOT NULL)');
    const end = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const greedy = new Worker(LOADER, { argv: [GREEDY], workerData: { path, turns: turns.memory, end } });
    const ended = once(greedy, 'exit');
    try {
      await once(greedy, 'message');
      const insert = database.prepare('INSERT INTO written (by) VALUES (?)');
      for (let number = 0; number < WRITES; number++) insert.run('modest');
      const count = database.prepare<{ n: number }>('SELECT count(*) AS n FROM written WHERE by = ?');
      expect(count.get('modest')).toEqual({ n: WRITES });
      for (let opened = 0; opened < OPENED; opened++)
        new Database(path, { busyTimeoutMs: BUSY_TIMEOUT_MS, turns }).close();
    } finally {
      Atomics.store(new Int32Array(end), 0, 1);
      await ended;
      database.close();
    }
  });
});

test('a turn is given back whatever comes of the work', () => {
  const turns = new WriteTurns();
  expect(() =>
    turns.take(() => {
      throw new Error('no room');
    }),
  ).toThrow('no room');
  expect(turns.take(() => 'written')).toBe('written');
});

test('whoever never comes for its turn is passed over, and cannot end the turn of another', () => {
  const turns = new WriteTurns(undefined, 1);
  const cells = new Int32Array(turns.memory);
  // Two threads took a number and ended.
  Atomics.add(cells, 0, 2);
  expect(turns.take(() => turns.take(() => 'inner, after the outer one took too long'))).toContain('inner');
  expect([...cells]).toEqual([4, 4]);
});

test('turns are counted on beyond 31 bits', () => {
  const turns = new WriteTurns(undefined, 1);
  const cells = new Int32Array(turns.memory).fill(0x7fff_ffff);
  expect([turns.take(() => 1), turns.take(() => 2)]).toEqual([1, 2]);
  expect([...cells]).toEqual([-0x7fff_ffff, -0x7fff_ffff]);
});

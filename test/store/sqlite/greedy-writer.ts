/** A thread that writes without pause, each commit as long as on a slow disk, until it is terminated. */
import assert from 'node:assert';
import { parentPort, workerData } from 'node:worker_threads';
import { Database } from '../../../src/store/sqlite/driver.ts';
import { WriteTurns } from '../../../src/store/sqlite/write-turns.ts';

/** What one commit takes. */
const HOLD_MS = 20;

assert(parentPort !== null, 'this file is run in a thread');
const { path, turns } = workerData as { path: string; turns: SharedArrayBuffer };
const database = new Database(path, { turns: new WriteTurns(turns) });
const insert = database.prepare('INSERT INTO written (by) VALUES (?)');
const nobody = new Int32Array(new SharedArrayBuffer(4));
for (let number = 0; ; number++) {
  database.transaction(() => {
    insert.run('greedy');
    Atomics.wait(nobody, 0, 0, HOLD_MS);
  });
  if (number === 0) parentPort.postMessage('writes');
}

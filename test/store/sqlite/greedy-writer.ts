/**
 * A thread that writes without pause, each commit as long as on a slow disk, until it is told to end: a thread that is
 * terminated amid a write of SQLite may take the process with it.
 */
import assert from 'node:assert';
import { parentPort, workerData } from 'node:worker_threads';
import { Database } from '../../../src/store/sqlite/driver.ts';
import { WriteTurns } from '../../../src/store/sqlite/write-turns.ts';

/** What one commit takes. */
const HOLD_MS = 20;

assert(parentPort !== null, 'this file is run in a thread');
const { path, turns, end } = workerData as Record<'turns' | 'end', SharedArrayBuffer> & { path: string };
const database = new Database(path, { turns: new WriteTurns(turns) });
const insert = database.prepare('INSERT INTO written (by) VALUES (?)');
const nobody = new Int32Array(new SharedArrayBuffer(4));
const ended = new Int32Array(end);
for (let number = 0; Atomics.load(ended, 0) === 0; number++) {
  database.transaction(() => {
    insert.run('greedy');
    Atomics.wait(nobody, 0, 0, HOLD_MS);
  });
  if (number === 0) parentPort.postMessage('writes');
}
database.close();

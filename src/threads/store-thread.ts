/**
 * The thread of the embedded store. It serves two things: to whoever started it, opening; then, on the port that it was
 * given, the store. store-client.ts is the other side.
 */
import assert from 'node:assert';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { SERVING_WRITES, SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { WriteTurns } from '../store/sqlite/write-turns.ts';
import type { ThreadedStore } from './packed-writes.ts';
import { serve, serveTogether } from './rpc.ts';

export interface StoreThreadStart {
  path: string;
  /** Of the turns that it writes by (write-turns.ts). */
  turns: SharedArrayBuffer;
  storePort: MessagePort;
}

export interface StoreOpener {
  /** @throws AppError `data-folder-unusable` */
  open(): Promise<void>;
}

assert(parentPort !== null, 'this file is run in a thread');
const { path, turns, storePort } = workerData as StoreThreadStart;
const opener: StoreOpener = {
  async open() {
    const store = new SqliteStore(path, { turns: new WriteTurns(turns) });
    // Whoever sends single records in parallel waits for the disk once, together.
    serveTogether<ThreadedStore>(store, storePort, {
      together: calls => store.together(calls),
      grouped: SERVING_WRITES,
    });
  },
};
serve(opener, parentPort);

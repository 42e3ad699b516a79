/** The embedded store in a thread of its own, so that no commit keeps a request waiting. */
import { MessageChannel } from 'node:worker_threads';
import type { Store } from '../store/port.ts';
import { WriteTurns } from '../store/sqlite/write-turns.ts';
import { type KeepOptions, type Kept, KeptThread } from './kept-thread.ts';
import { packedWrites, type ThreadedStore } from './packed-writes.ts';
import { remote, withOwn } from './rpc.ts';
import { startThread } from './start-thread.ts';
import type { StoreOpener, StoreThreadStart } from './store-thread.ts';
import { failWithWorker } from './worker-end.ts';

/**
 * Starts the thread and opens the store in it. Should the thread end, calls reject with `store-unavailable` until another
 * one has opened the file.
 * @param path of the file    @param turns shared with the other threads that write to the file
 * @throws AppError `data-folder-unusable`
 */
export async function openStoreThread(
  path: string,
  options: KeepOptions = {},
  turns = new WriteTurns(),
): Promise<Store & Kept> {
  const store = remote<ThreadedStore>();
  const start = () => {
    const { port1: here, port2: storePort } = new MessageChannel();
    const workerData: StoreThreadStart = { path, turns: turns.memory, storePort };
    const worker = startThread('store', { workerData, transferList: [storePort] });
    const opener = remote<StoreOpener>(worker);
    store.connect(here);
    failWithWorker(worker, [opener, store]);
    worker.once('exit', () => here.close());
    return { worker, ready: opener.proxy.open() };
  };
  const thread = await KeptThread.open(start, options);
  return withOwn(store.proxy, {
    ...packedWrites(store.proxy),
    close: () => thread.close(() => store.proxy.close()),
    health: () => thread.health(),
  });
}

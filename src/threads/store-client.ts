/** The embedded store in a thread of its own, so that no commit keeps a request waiting. */
import { MessageChannel } from 'node:worker_threads';
import type { Store } from '../store/port.ts';
import { remote } from './rpc.ts';
import { startThread } from './start-thread.ts';
import type { StoreOpener, StoreThreadStart } from './store-thread.ts';
import { failWithWorker } from './worker-end.ts';

/**
 * Starts the thread and opens the store in it. Should the thread die, every call rejects with `store-unavailable`.
 * @param path of the file
 * @throws AppError `data-folder-unusable`
 */
export async function openStoreThread(path: string): Promise<Store> {
  const { port1: here, port2: storePort } = new MessageChannel();
  const workerData: StoreThreadStart = { path, storePort };
  const worker = startThread('store', { workerData, transferList: [storePort] });
  const opener = remote<StoreOpener>(worker);
  const store = remote<Store>(here);
  failWithWorker(worker, [opener, store]);
  worker.once('exit', () => here.close());
  let closed: Promise<void> | undefined;
  const close = async () => {
    await store.proxy.close().finally(() => worker.terminate());
  };
  try {
    await opener.proxy.open();
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return Object.assign(Object.create(store.proxy), {
    /** Closing twice is no error. */
    close: () => {
      closed ??= close();
      return closed;
    },
  });
}

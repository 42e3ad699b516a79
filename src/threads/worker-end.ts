/** What becomes of calls when the worker that serves them ends. */
import type { Worker } from 'node:worker_threads';
import type { Remote } from './rpc.ts';

/** Once the worker ends, by itself, by an error or by being stopped, all calls reject and none hangs. */
export function failWithWorker(worker: Worker, remotes: readonly Pick<Remote<unknown>, 'fail'>[]): void {
  const failAll = (reason: string) => {
    for (const remote of remotes) remote.fail(reason);
  };
  worker.once('error', error => failAll(`the thread failed: ${error.message}`));
  worker.once('exit', () => failAll('the thread has ended'));
}

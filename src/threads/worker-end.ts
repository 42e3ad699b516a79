/** What becomes of calls when the worker that serves them ends. */
import type { Worker } from 'node:worker_threads';
import type { Remote } from './rpc.ts';

/**
 * Once the worker ends, by itself, by an error or by being stopped, all calls reject and none hangs. The message of an error
 * may hold what a sender wrote, so it is the cause alone: logs tell it, answers do not.
 */
export function failWithWorker(worker: Worker, remotes: readonly Pick<Remote<unknown>, 'fail'>[]): void {
  const failAll = (reason: string, cause?: unknown) => {
    for (const remote of remotes) remote.fail(reason, cause);
  };
  worker.once('error', error => failAll('the thread has failed', error));
  worker.once('exit', () => failAll('the thread has ended'));
}

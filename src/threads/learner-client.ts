/** The learner in a thread of its own, so that counting and compiling never keep a request waiting. */
import type { LearnerThread, LearnerThreadStart } from './learner-thread.ts';
import { remote } from './rpc.ts';
import { startThread } from './start-thread.ts';
import { failWithWorker } from './worker-end.ts';

/** Starts the thread. Should it die, every call rejects with `store-unavailable`. */
export function openLearnerThread(start: LearnerThreadStart): LearnerThread {
  const worker = startThread('learner', { workerData: start });
  const learner = remote<LearnerThread>(worker);
  failWithWorker(worker, [learner]);
  let closed: Promise<void> | undefined;
  const close = async () => {
    await learner.proxy.close().finally(() => worker.terminate());
  };
  return Object.assign(Object.create(learner.proxy), {
    /** Closing twice is no error. */
    close: () => {
      closed ??= close();
      return closed;
    },
  });
}

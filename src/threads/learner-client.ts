/** The learner in a thread of its own, so that counting and compiling never keep a request waiting. */
import { type KeepOptions, type Kept, KeptThread } from './kept-thread.ts';
import type { LearnerThread, LearnerThreadStart } from './learner-thread.ts';
import { remote, withOwn } from './rpc.ts';
import { startThread } from './start-thread.ts';
import { failWithWorker } from './worker-end.ts';

/** Starts the thread. Should it end, calls reject with `store-unavailable` until another one has taken its place. */
export async function openLearnerThread(
  workerData: LearnerThreadStart,
  options: KeepOptions = {},
): Promise<LearnerThread & Kept> {
  const learner = remote<LearnerThread>();
  const start = () => {
    const worker = startThread('learner', { workerData });
    learner.connect(worker);
    failWithWorker(worker, [learner]);
    return { worker, ready: learner.proxy.start() };
  };
  const thread = await KeptThread.open(start, options);
  return withOwn(learner.proxy, {
    close: () => thread.close(() => learner.proxy.close()),
    health: () => thread.health(),
  });
}

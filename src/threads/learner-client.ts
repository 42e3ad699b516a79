/** The learner in a thread of its own, so that counting and compiling never keep a request waiting. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { LearnerThread, LearnerThreadStart } from './learner-thread.ts';
import { remote } from './rpc.ts';

/** Starts the thread. Should it die, every call rejects with `store-unavailable`. */
export function openLearnerThread(start: LearnerThreadStart): LearnerThread {
  const fromSources = import.meta.url.endsWith('.ts');
  const entry = new URL(fromSources ? './learner-thread.ts' : './learner-thread.js', import.meta.url);
  const tsx = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const worker = new Worker(entry, {
    workerData: start,
    ...(fromSources ? { execArgv: ['--import', tsx()] } : {}),
  });
  const learner = remote<LearnerThread>(worker);
  worker.once('error', error => learner.fail(`the thread of the learner failed: ${error.message}`));
  worker.once('exit', () => learner.fail('the thread of the learner has ended'));
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

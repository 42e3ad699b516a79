/** What stands under the use cases of a process: where everything is kept, and who counts and compiles beside serving. */
import type { LearnerPort } from '../services/learner.ts';
import type { ThreadHealth } from '../services/readiness.ts';
import type { Store } from '../store/port.ts';

export interface StoreAndLearner {
  store: Store;
  learner: LearnerPort;
  storeHealth: () => ThreadHealth;
  learnerHealth: () => ThreadHealth;
  closeAll: () => Promise<void>;
}

/** Of what has no thread that could end. */
export const WITHOUT_THREAD: ThreadHealth = { restarts: 0, ended: null };

/** What stands under the use cases of a process: where everything is kept, and who counts, compiles and fits beside serving. */
import type { Fitting } from '../services/fit-runs.ts';
import type { LearnerPort } from '../services/learner.ts';
import type { ThreadHealth } from '../services/readiness.ts';
import type { Store } from '../store/port.ts';

export interface StoreAndLearner {
  store: Store;
  learner: LearnerPort;
  fitting: Fitting;
  storeHealth: () => ThreadHealth;
  learnerHealth: () => ThreadHealth;
  closeAll: () => Promise<void>;
}

/** Of what has no thread that could end. */
export const WITHOUT_THREAD: ThreadHealth = { restarts: 0, ended: null };

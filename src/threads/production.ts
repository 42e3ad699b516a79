/** The store of production, asked from this thread, and the learner in a thread of its own with a connection of its own. */
import type { Policy } from '../domain/policy.ts';
import { closeInOrder, orClose } from './closing.ts';
import { FitThreads } from './fit-client.ts';
import { openLearnerThread } from './learner-client.ts';
import { type StoreAndLearner, WITHOUT_THREAD } from './store-and-learner.ts';

export interface ProductionOptions {
  mongodbUrl: string;
  policy: Policy;
  /** See LearnerOptions: a server does, a command does not. */
  waitsForClock?: boolean | undefined;
  onError: (error: unknown, what: string) => void;
  /** Told when a thread that had ended is there again. */
  onRestart: () => void;
}

/** @throws AppError `store-unavailable` */
export async function openProduction(options: ProductionOptions): Promise<StoreAndLearner> {
  const { mongodbUrl: url, policy, waitsForClock = false, onError, onRestart } = options;
  // Whoever has no MongoDB does not load its driver.
  const { openMongoStore } = await import('../store/mongo/open.ts');
  const store = await openMongoStore({ url });
  const learner = await orClose(
    () => store.close(),
    openLearnerThread(
      { store: { type: 'mongo', url }, policy, waitsForClock },
      { onEnd: error => onError(error, 'the thread of the learner has ended'), onRestart },
    ),
  );
  const fitting = new FitThreads({ type: 'mongo', url }, policy);
  const closeAll = () =>
    closeInOrder(
      () => fitting.close(),
      learner.close,
      () => store.close(),
    );
  return {
    store,
    learner,
    fitting,
    storeHealth: () => WITHOUT_THREAD,
    learnerHealth: learner.health,
    closeAll,
  };
}

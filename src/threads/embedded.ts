/** The embedded store and its learner: each in a thread of its own, or both in this one where the store is in memory. */
import type { Clock } from '../domain/clock.ts';
import type { Policy } from '../domain/policy.ts';
import { fittingIn } from '../services/fitting/fitter.ts';
import { learnerBy } from '../services/learner.ts';
import { storePathIn } from '../store/sqlite/open.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { WriteTurns } from '../store/sqlite/write-turns.ts';
import { closeInOrder, orClose } from './closing.ts';
import { FitThreads } from './fit-client.ts';
import { openLearnerThread } from './learner-client.ts';
import { type StoreAndLearner, WITHOUT_THREAD } from './store-and-learner.ts';
import { openStoreThread } from './store-client.ts';

/** The folder of a store that lives and dies with this process. */
export const IN_MEMORY = ':memory:';

export interface EmbeddedOptions {
  /** Folder of the store, or IN_MEMORY. */
  dataFolder: string;
  policy: Policy;
  /** The learner of a store in memory goes by it; one in a thread goes by the machine's. */
  clock: Clock;
  /** See LearnerOptions: a server does, a command does not. */
  waitsForClock?: boolean | undefined;
  onError: (error: unknown, what: string) => void;
  /** Told when a thread that had ended is there again. */
  onRestart: () => void;
}

/** @throws AppError `data-folder-unusable` */
export async function openEmbedded(options: EmbeddedOptions): Promise<StoreAndLearner> {
  const { dataFolder, policy, clock, waitsForClock = false, onError, onRestart } = options;
  if (dataFolder === IN_MEMORY) {
    const store = new SqliteStore(IN_MEMORY);
    const learner = learnerBy(policy, store, clock, waitsForClock);
    const health = () => WITHOUT_THREAD;
    const fitting = fittingIn(store, policy);
    return {
      store,
      learner,
      fitting,
      storeHealth: health,
      learnerHealth: health,
      closeAll: () => store.close(),
    };
  }
  const path = storePathIn(dataFolder);
  const keep = (name: string) => ({
    onEnd: (error: unknown) => onError(error, `the thread of the ${name} has ended`),
    onRestart,
  });
  const turns = new WriteTurns();
  const store = await openStoreThread(path, keep('store'), turns);
  const place = { type: 'sqlite', path, turns: turns.memory } as const;
  const learner = await orClose(
    store.close,
    openLearnerThread({ store: place, policy, waitsForClock }, keep('learner')),
  );
  const fitting = new FitThreads(place, policy);
  const closeAll = () => closeInOrder(() => fitting.close(), learner.close, store.close);
  return { store, learner, fitting, storeHealth: store.health, learnerHealth: learner.health, closeAll };
}

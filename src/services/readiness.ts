/** Whether this process can do its work, and which part cannot. */
import type { Store } from '../store/port.ts';
import type { Models } from './models.ts';
import type { Readiness } from './services.ts';

type Part = Readiness['parts'][keyof Readiness['parts']];

/** How a thread fares that other threads ask. */
export interface ThreadHealth {
  /** How often another one had to take its place. */
  restarts: number;
  /** Why it is not there at present; null where it is. */
  ended: string | null;
}

export interface ReadinessDependencies {
  store: Store;
  models: Models;
  /** What the last run of learning failed with; null where it did its work. */
  learningFailure: () => string | null;
  storeHealth: () => ThreadHealth;
  learnerHealth: () => ThreadHealth;
}

export async function readiness(
  { store, models, learningFailure, storeHealth, learnerHealth }: ReadinessDependencies,
  site: string,
): Promise<Readiness> {
  const failure = learnerHealth().ended ?? learningFailure();
  const parts = {
    store: { ...(await storePart(store, storeHealth)), restarts: storeHealth().restarts },
    model: await partOf(() => models.current(site)),
    learning: {
      ...(failure === null ? { ok: true } : { ok: false, detail: failure }),
      restarts: learnerHealth().restarts,
    },
  };
  return { ready: Object.values(parts).every(({ ok }) => ok), parts };
}

async function storePart(store: Store, health: () => ThreadHealth): Promise<Part> {
  const { ended } = health();
  return ended === null ? partOf(() => store.ping()) : { ok: false, detail: ended };
}

async function partOf(check: () => Promise<unknown>): Promise<Part> {
  try {
    await check();
    return { ok: true };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

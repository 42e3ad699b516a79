/** Whether this process can do its work, and which part cannot. Anybody may ask, so no message of a defect is told. */
import { AppError, publicDetailOf } from '../domain/errors.ts';
import type { Store } from '../store/port.ts';
import type { Models } from './models.ts';

export interface Readiness {
  ready: boolean;
  parts: Record<
    'store' | 'model' | 'learning',
    {
      ok: boolean;
      detail?: string | undefined;
      /** How often its thread had to be started again; absent where it has none. */
      restarts?: number | undefined;
    }
  >;
}

type Part = Readiness['parts'][keyof Readiness['parts']];

/** How a thread fares that other threads ask. */
export interface ThreadHealth {
  /** How often another one had to take its place. */
  restarts: number;
  /** Why it is not there at present, as anybody may be told; null where it is. */
  ended: string | null;
}

export interface ReadinessDependencies {
  store: Store;
  models: Models;
  /** What may be told of the failure of the last run of learning; null where it did its work. */
  learningFailure: () => string | null;
  storeHealth: () => ThreadHealth;
  learnerHealth: () => ThreadHealth;
  /** Told of failures whose message stays here. */
  onError: (error: unknown, what: string) => void;
}

export async function readiness(
  { store, models, learningFailure, storeHealth, learnerHealth, onError }: ReadinessDependencies,
  site: string,
): Promise<Readiness> {
  const partOf = async (name: string, check: () => Promise<unknown>): Promise<Part> => {
    try {
      await check();
      return { ok: true };
    } catch (error) {
      if (!(error instanceof AppError)) onError(error, `readiness of the ${name}`);
      return { ok: false, detail: publicDetailOf(error) };
    }
  };
  const storePart = async (): Promise<Part> => {
    const { ended } = storeHealth();
    return ended === null ? partOf('store', () => store.ping()) : { ok: false, detail: ended };
  };
  const failure = learnerHealth().ended ?? learningFailure();
  const parts = {
    store: { ...(await storePart()), restarts: storeHealth().restarts },
    model: await partOf('model', () => models.current(site)),
    learning: {
      ...(failure === null ? { ok: true } : { ok: false, detail: failure }),
      restarts: learnerHealth().restarts,
    },
  };
  return { ready: Object.values(parts).every(({ ok }) => ok), parts };
}

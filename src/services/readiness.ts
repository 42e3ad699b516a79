/** Whether this process can do its work, and which part cannot. Anybody may ask, so no message of a defect is told. */
import { AppError, publicDetailOf } from '../domain/errors.ts';
import type { Store } from '../store/port.ts';

/** What takes longer is as good as away. */
const ANSWER_MS = 2_000;

export interface Readiness {
  /** Requests can be answered. */
  ready: boolean;
  /** `queue`: Redis, absent where there is none; without it scoring and storing go on, and learning waits. */
  parts: Record<'store' | 'model' | 'learning', Part> & { queue?: Part };
}

interface Part {
  ok: boolean;
  detail?: string | undefined;
  /** How often its thread had to be started again; absent where it has none. */
  restarts?: number | undefined;
}

/** How a thread fares that other threads ask. */
export interface ThreadHealth {
  /** How often another one had to take its place. */
  restarts: number;
  /** Why it is not there at present, as anybody may be told; null where it is. */
  ended: string | null;
}

export interface ReadinessDependencies {
  store: Store;
  /** Rejects where there is no model to serve with; a process that serves nobody needs none. */
  haveModel: (site: string) => Promise<unknown>;
  /** What may be told of the failure of a run of learning; null where the work is done. */
  learningFailure: () => Promise<string | null>;
  storeHealth: () => ThreadHealth;
  learnerHealth: () => ThreadHealth;
  /** Whether processes reach each other; null where there are no others. */
  isReached: (() => boolean) | null;
  /** Told of failures whose message stays here. */
  onError: (error: unknown, what: string) => void;
}

export async function readiness(
  {
    store,
    haveModel,
    learningFailure,
    storeHealth,
    learnerHealth,
    isReached,
    onError,
  }: ReadinessDependencies,
  site: string,
): Promise<Readiness> {
  const partOf = async (name: string, check: () => Promise<unknown>): Promise<Part> => {
    try {
      await inTime(name, check());
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
  const failure = learnerHealth().ended ?? (await learningFailure());
  const parts = {
    store: { ...(await storePart()), restarts: storeHealth().restarts },
    model: await partOf('model', () => haveModel(site)),
    learning: {
      ...(failure === null ? { ok: true } : { ok: false, detail: failure }),
      restarts: learnerHealth().restarts,
    },
  };
  const ready = Object.values(parts).every(({ ok }) => ok);
  if (isReached === null) return { ready, parts };
  const detail = 'Redis cannot be reached; what is marked is learnt when it is back';
  return { ready, parts: { ...parts, queue: isReached() ? { ok: true } : { ok: false, detail } } };
}

/** Whoever asks whether this process is ready wants to know it soon. @throws AppError `store-unavailable` */
async function inTime(name: string, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    const late = () =>
      reject(new AppError('store-unavailable', `the ${name} does not answer in ${ANSWER_MS} ms`));
    timer = setTimeout(late, ANSWER_MS);
  });
  await Promise.race([work, passed]).finally(() => clearTimeout(timer));
}

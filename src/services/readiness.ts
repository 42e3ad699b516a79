/** Whether this process can do its work, and which part cannot. */
import type { Store } from '../store/port.ts';
import type { Models } from './models.ts';
import type { Readiness } from './services.ts';

type Part = Readiness['parts'][keyof Readiness['parts']];

/** @param learningFailure what the last run of learning failed with; null where it did its work */
export async function readiness(
  { store, models, learningFailure }: { store: Store; models: Models; learningFailure: () => string | null },
  site: string,
): Promise<Readiness> {
  const failure = learningFailure();
  const parts = {
    store: await partOf(() => store.ping()),
    model: await partOf(() => models.current(site)),
    learning: failure === null ? { ok: true } : { ok: false, detail: failure },
  };
  return { ready: Object.values(parts).every(({ ok }) => ok), parts };
}

async function partOf(check: () => Promise<unknown>): Promise<Part> {
  try {
    await check();
    return { ok: true };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

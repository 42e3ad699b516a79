/** The model that the site is served with, and what waits to be learnt. */
import { UNDATED_DAY } from '../domain/identity.ts';
import type { Store } from '../store/port.ts';
import type { Ledger } from './learning/ledger.ts';
import type { ModelSource } from './model-follower.ts';
import type { Models } from './models.ts';
import type { ModelView } from './services.ts';

export async function getModel(
  { store, ledger, models, source }: { store: Store; ledger: Ledger; models: Models; source: ModelSource },
  site: string,
): Promise<ModelView> {
  const { model, entry, loadedAtMs } = await models.current(site);
  const state = await ledger.read(site);
  const intents = await store.countIntents(site);
  const waiting = state.marks().filter(mark => (mark.retractedBy ?? mark.entry.number) > entry).length;
  return {
    id: model.id,
    entry,
    builtAtMs: loadedAtMs,
    totals: model.totals,
    days: model.newestDay === UNDATED_DAY ? undefined : { oldest: model.oldestDay, newest: model.newestDay },
    fields: await source.fieldsOf(site),
    parameters: model.parameters,
    backlog: { records: intents.records, windows: waiting },
  };
}

/** The model that the site is served with, and what waits to be learnt. */
import { type Calibration, calibrationInForce } from '../bayes/calibrate.ts';
import type { ModelParameters, TokenCounts } from '../bayes/model.ts';
import type { FieldSize } from '../bayes/pruning.ts';
import { UNDATED_DAY } from '../domain/identity.ts';
import type { Store } from '../store/port.ts';
import type { GoodBy } from './good-by.ts';
import type { LearnerPort } from './learner.ts';
import { entryProgressOf } from './learning/entry-progress.ts';
import type { Ledger } from './learning/ledger.ts';
import type { LedgerState } from './learning/ledger-state.ts';
import type { ModelSource } from './model-follower.ts';
import type { Models } from './models.ts';
import type { SiteDrift } from './site-drift.ts';

/** How far the learning of a site is. */
export interface LearningProgress {
  /** The last ledger entry that the model counts. */
  entry: number;
  backlog: Backlog;
}

/** What waits. Both are 0 where all that anybody was told is stored, marked or judged is counted in the model. */
export interface Backlog {
  /**
   * Named by intents that are to be looked at, or by late entries and judgements that the model does not count. One that goes
   * from an intent into a late entry at this moment is named by both.
   */
  records: number;
  /** To be learnt or taken back. */
  windows: number;
}

export interface ModelView extends LearningProgress {
  id: string;
  builtAtMs: number;
  totals: TokenCounts;
  /** Who says that the good records are good; absent while that is being counted. */
  goodBy?: GoodBy | undefined;
  /** Days of the oldest and the newest record learnt, since the epoch; absent where none is dated. */
  days?: { oldest: number; newest: number } | undefined;
  /** Presence counts and distinct tokens of each field. */
  fields: Record<string, TokenCounts & { tokens: number }>;
  /** How many tokens of each field the model holds, and how many it leaves out. */
  sizes: ReadonlyMap<string, FieldSize>;
  /** How far the last week has moved from what was learnt before; absent where either is too little. */
  drift?: SiteDrift | undefined;
  parameters: ModelParameters;
  /** What it scores by; absent where nothing is calibrated. */
  calibration?: Calibration | undefined;
  /** The last entry that weights and calibration rest on; absent where nothing was fitted. */
  fittedEntry?: number | undefined;
  /** Somebody decided that an earlier version is served: its entry, and whether it is. */
  activated?: { version: number; by?: string | undefined; atMs: number; isServed: boolean } | undefined;
  /** A newer tokenizer counts all again: which, and how far it is in parts of slices. Absent where none does. */
  recount?: { tokenizerVersion: number; parts: { done: number; total: number } } | undefined;
}

interface ProgressDependencies {
  store: Store;
  ledger: Ledger;
  models: Models;
}

/** Asks for nothing that grows with what was learnt: metrics ask often. */
export async function getProgress(
  {
    store,
    ledger,
    models,
  }: Omit<ProgressDependencies, 'models'> & {
    models: { current(site: string): Promise<{ entry: number; doneTo?: number }> };
  },
  site: string,
): Promise<LearningProgress> {
  const { entry, doneTo = entry } = await models.current(site);
  return { entry, backlog: (await backlogOf(store, ledger, site, doneTo)).backlog };
}

/**
 * What waits beside a model of all entries up to one, and the ledger that says so. The model first, then intents, then the
 * ledger: a record goes from an intent into the ledger and from there into a model, so who looks against that way misses none.
 */
async function backlogOf(
  store: Store,
  ledger: Ledger,
  site: string,
  entry: number,
): Promise<{ backlog: Backlog; state: LedgerState }> {
  const { records: announced } = await store.countIntents(site);
  const state = await ledger.read(site);
  const windows = state
    .lessons()
    .filter(lesson => (lesson.retractedBy ?? lesson.entry.number) > entry).length;
  return { backlog: { records: announced + state.recordsNamedAfter(entry), windows }, state };
}

export async function getModel(
  {
    store,
    ledger,
    models,
    source,
  }: ProgressDependencies & { source: ModelSource & Pick<LearnerPort, 'goodBy'> },
  site: string,
): Promise<ModelView> {
  const { model, entry, doneTo, fittedEntry, loadedAtMs } = await models.current(site);
  const { backlog, state } = await backlogOf(store, ledger, site, doneTo);
  return {
    id: model.id,
    entry,
    builtAtMs: loadedAtMs,
    totals: model.totals,
    goodBy: (await source.goodBy(site, entry, model.totals.goodRecords)) ?? undefined,
    days: model.newestDay === UNDATED_DAY ? undefined : { oldest: model.oldestDay, newest: model.newestDay },
    fields: await source.fieldsOf(site),
    sizes: model.sizes,
    drift: (await source.driftOf(site)) ?? undefined,
    parameters: model.parameters,
    calibration: calibrationInForce(model),
    fittedEntry,
    recount: await recountOf(store, site, state, model.parameters.tokenizerVersion),
    activated: activatedIn(state, model.entry, entry),
    backlog,
  };
}

/** The decision that an earlier version is served, where one is in force. */
function activatedIn(state: LedgerState, from: number, to: number): ModelView['activated'] {
  const activation = state.activation();
  if (activation?.version === undefined) return undefined;
  const { version, by, appendedAtMs: atMs } = activation;
  // A model that no entry has changed since is that version too.
  return { version, by, atMs, isServed: from <= version && version <= to };
}

async function recountOf(
  store: Store,
  site: string,
  state: LedgerState,
  servedVersion: number,
): Promise<ModelView['recount']> {
  const tokenizerVersion = state.tokenizerAt();
  if (tokenizerVersion === servedVersion) return undefined;
  const { parts } = await entryProgressOf(store, site, state.generationAt(state.last));
  return { tokenizerVersion, parts };
}

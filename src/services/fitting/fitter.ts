/**
 * Fits what a site's evidence is worth to what was marked there, and to the good alone where that is too little: the weights β
 * and δ, the share of the unknown threat, the calibration, and what chance shows in its windows, by the ledger up to the last
 * done entry. A fit is a pure function of what is counted (draw-sample.ts, draw-placebos.ts, bayes/fit), inserted once under that
 * entry: whoever fits the same gets the same, and who loses the insert has lost nothing.
 *
 * Reading and working out are two steps, so that a thread may hold no store in the second, which takes longer.
 */
import { setImmediate } from 'node:timers/promises';
import type { FitSample } from '../../bayes/fit/fit-sample.ts';
import { ChanceOfSite } from '../../bayes/fit/placebos.ts';
import { FIT_VERSION, siteFitOf } from '../../bayes/fit/site-fit.ts';
import type { ModelParameters } from '../../bayes/model.ts';
import type { StoredFit } from '../../domain/fit.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Store } from '../../store/port.ts';
import { KNOWN_TOKENIZERS, type Tokenizers } from '../../tokenize/tokenizers.ts';
import { textOfFit } from '../fit-content.ts';
import type { Fitting } from '../fit-runs.ts';
import { doneAfter } from '../learning/done-entries.ts';
import { Ledger } from '../learning/ledger.ts';
import type { LedgerState, MarkState } from '../learning/ledger-state.ts';
import { modelParametersOf } from '../model-parameters.ts';
import { Policies } from '../policies.ts';
import { drawPlacebos, type PlacebosBasis } from './draw-placebos.ts';
import { FIT_SEED, SampleDraw } from './draw-sample.ts';
import { openSlices } from './open-slices.ts';
import { WindowCensus } from './window-census.ts';

export interface FitDependencies {
  store: Store;
  tokenizers: Tokenizers;
  /** Of sites whose own was never set. */
  environment: Policy;
  /** Awaited between reads: others use the thread, or want it to end. */
  breathe: () => Promise<unknown>;
}

/** What a fit is worked out from. */
export interface FitBasis {
  /** The last done entry. */
  entry: number;
  samples: FitSample[];
  /** Bad records that are counted and not sealed. */
  badRecords: number;
  /** Null where there is no window to hold them against. */
  placebos: PlacebosBasis | null;
  parameters: ModelParameters;
}

/**
 * Reads what the newest fit is to rest on.
 * @param examined the last entry of what was fitted before, stored or not; 0 for none
 * @returns null where there is one by all that is counted
 * @throws AppError `tokenizer-unknown`
 */
export async function fitBasis(deps: FitDependencies, site: string, examined = 0): Promise<FitBasis | null> {
  const { store, tokenizers, environment } = deps;
  const known = Math.max(examined, (await store.lastFit(site, FIT_VERSION))?.entry ?? 0);
  let entry = known;
  for await (const done of doneAfter(store, site, entry)) entry = done.entry;
  if (entry === known) return null;
  const state = await new Ledger(store).read(site);
  const version = state.tokenizerAt(entry);
  const policy = await new Policies(store, environment).policyOf(site);
  // A sample holds a few of the episodes of each token: the floor of a site's counts means nothing there.
  const parameters = modelParametersOf({ ...policy, pruneBelow: 0 }, version);
  const tokenize = tokenizers.getTokenizer(version);
  const of = { ...deps, site, state, entry };
  const sample = new SampleDraw(state);
  const census = isAnythingMarked(state, entry) ? new WindowCensus() : null;
  for await (const { slice, counted } of openSlices(of)) {
    sample.add(slice, counted);
    census?.add(slice, counted);
  }
  const samples = sample.isEnough() ? await sample.read(of, tokenize) : [];
  const placebos = census === null ? null : await drawPlacebos(of, census, tokenize);
  return { entry, samples, badRecords: sample.badRecords, placebos, parameters };
}

/** Works it out: some ten models of the sample, and a few passes over the tokens of windows. */
export function fitBy({ entry, samples, badRecords, placebos, parameters }: FitBasis): StoredFit {
  const chance =
    placebos === null ? null : new ChanceOfSite(placebos.counts, parameters).of(placebos.windows);
  const { contrasts = {}, noise } = chance ?? {};
  const fit = siteFitOf(samples, parameters, FIT_SEED, badRecords);
  return {
    version: FIT_VERSION,
    entry,
    content: textOfFit(noise === undefined ? fit : { ...fit, noise }, contrasts),
  };
}

/** Fits in this thread: of a store that no other one can reach. */
export function fittingIn(store: Store, environment: Policy): Fitting {
  const deps = { store, tokenizers: KNOWN_TOKENIZERS, environment, breathe: () => setImmediate() };
  return {
    async fit(site, examined) {
      const basis = await fitBasis(deps, site, examined);
      return basis === null ? null : fitBy(basis);
    },
    close: () => Promise.resolve(),
  };
}

/** Whether a bad mark is in force at an entry, or a person judged records: each may hold records or none. */
function isAnythingMarked(state: LedgerState, entry: number): boolean {
  const isInForce = ({ entry: { number, mark }, retractedBy = Number.POSITIVE_INFINITY }: MarkState) =>
    mark.label === 'bad' && number <= entry && retractedBy > entry;
  return state.marks().some(isInForce) || state.hasJudgements(entry);
}

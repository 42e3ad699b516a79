/** What a site's model is made with, besides its counts. */
import { DEFAULT_WEIGHTS } from '../bayes/default-weights.ts';
import type { SiteFit } from '../bayes/fit/site-fit.ts';
import type { ModelParameters } from '../bayes/model.ts';
import { UNKNOWN_THREAT } from '../bayes/unknown-threat.ts';
import type { Policy } from '../domain/policy.ts';
import type { Store } from '../store/port.ts';
import { lastFitIn, siteFitIn } from './fit-content.ts';

/** By the version of the tokenizers whose tokens are counted. */
export type ParametersOf = (tokenizerVersion: number) => ModelParameters;

/** What models of the site are made with now, whichever of its versions: by the policy in force and the newest fit. */
export async function parametersIn(
  { store, policyOf }: { store: Pick<Store, 'lastFit'>; policyOf: (site: string) => Promise<Policy> },
  site: string,
): Promise<ParametersOf> {
  const policy = await policyOf(site);
  const fit = siteFitIn(await lastFitIn(store, site));
  return tokenizerVersion => modelParametersOf(policy, tokenizerVersion, fit);
}

/** Share of the unknown threat in the bad likelihood: a string that no class explains is worth at most ln ε less. */
const EPSILON = 0.01;
/** Prior variance of a token's log-odds, in nats²: one witness moves a weight by about half a nat. */
const TAU_SQUARED = 2;

/**
 * @param tokenizerVersion of the tokens that are counted
 * @param fit what was fitted to the site's marks; nothing unless it is given
 */
export function modelParametersOf(
  { baseRate, halfLifeDays, pruneBelow }: Policy,
  tokenizerVersion: number,
  fit: SiteFit = {},
): ModelParameters {
  return {
    tokenizerVersion,
    baseRate,
    halfLifeDays,
    epsilon: EPSILON,
    tauSquared: TAU_SQUARED,
    weights: DEFAULT_WEIGHTS,
    unknownThreat: UNKNOWN_THREAT,
    // Without a floor a model has one id, however that was said.
    pruneBelow: pruneBelow > 0 ? pruneBelow : undefined,
    ...fit,
  };
}

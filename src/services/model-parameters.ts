/** What a site's model is made with, besides its counts. */
import { DEFAULT_WEIGHTS } from '../bayes/default-weights.ts';
import type { ModelParameters } from '../bayes/model.ts';
import type { Policy } from '../domain/policy.ts';

/** Share of the unknown threat in the bad likelihood: a string that no class explains is worth at most ln ε less. */
const EPSILON = 0.01;
/** Prior variance of a token's log-odds, in nats²: one witness moves a weight by about half a nat. */
const TAU_SQUARED = 2;

/** @param tokenizerVersion of the tokens that are counted */
export function modelParametersOf(
  { baseRate, halfLifeDays }: Policy,
  tokenizerVersion: number,
): ModelParameters {
  return {
    tokenizerVersion,
    baseRate,
    halfLifeDays,
    epsilon: EPSILON,
    tauSquared: TAU_SQUARED,
    weights: DEFAULT_WEIGHTS,
  };
}

/**
 * Everything that is fitted for a site, from one sample and one round of cross-fitting: a pure function of both and a seed.
 * Plain data, to be stored as it is and to become parameters of the model.
 */
import type { Calibration } from '../calibrate.ts';
import { weightOf } from '../groups.ts';
import type { ModelParameters } from '../model.ts';
import { calibrationOf } from './calibration.ts';
import { crossFitted } from './cross-fitted.ts';
import { KINDS } from './evidence-kinds.ts';
import type { FitSample } from './fit-sample.ts';
import { siteWeightsOf } from './site-weights.ts';

/** What is absent could not be fitted, or need not be: the model goes on with what a site is born with. */
export interface SiteFit {
  /** β by kind. */
  weights?: Record<string, number>;
  calibration?: Calibration;
}

/**
 * Fits β, and the calibration of what these weights make of the same held-out evidence: a dozen numbers that are drawn to
 * known ones leave it as good as unseen.
 * @param parameters of the model, with the weights that a site is born with
 * @param seed integer ≥ 0: deals incidents to folds
 */
export function siteFitOf(samples: readonly FitSample[], parameters: ModelParameters, seed: number): SiteFit {
  const evidence = crossFitted(samples, parameters, seed);
  if (evidence === null) return {};
  const weights = siteWeightsOf(samples, evidence, parameters.weights);
  const betas = KINDS.map(kind => weightOf(weights ?? parameters.weights, kind));
  const calibration = calibrationOf(
    samples.map(({ bad, incident, episode }, index) => ({
      ...{ bad, incident, episode },
      evidence: betas.reduce((sum, beta, at) => sum + beta * (evidence[index]?.[at] as number), 0),
    })),
  );
  return {
    ...(weights === undefined ? {} : { weights }),
    ...(calibration === undefined ? {} : { calibration }),
  };
}

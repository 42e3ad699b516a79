/**
 * Everything that is fitted for a site, from one sample and the evidence of models that have not seen it: a pure function of the sample
 * and a seed. Plain data, to be stored as it is and to become parameters of the model.
 */
import type { Calibration } from '../calibrate.ts';
import type { Correction, ModelParameters } from '../model.ts';
import type { Noise } from '../shrinkage.ts';
import type { UnknownThreat } from '../unknown-threat.ts';
import { calibrationOf } from './calibration.ts';
import { foldOfEach } from './cross-fitted.ts';
import type { FitSample } from './fit-sample.ts';
import { coreEvidenceOf, fittedCorrections } from './fitted-corrections.ts';
import { fittedUnknownThreat } from './fitted-unknown-threat.ts';
import { heldEvidence } from './held-evidence.ts';
import { siteWeightsOf } from './site-weights.ts';
import { eitherSums, sumsOf } from './sums.ts';

/**
 * Of what is fitted to the same samples: another one with each change of the evidence (EVIDENCE_VERSION), of what a site is
 * born with, or of how anything is fitted. A site whose newest fit is of another version is fitted anew; some of those can be read
 * until then (services/fit-content.ts).
 */
export const FIT_VERSION = 4;

/** What is absent could not be fitted, or need not be: the model goes on with what a site is born with. */
export interface SiteFit {
  /** β by kind. */
  weights?: Record<string, number>;
  /** δ by token. */
  corrections?: Correction[];
  unknownThreat?: UnknownThreat;
  calibration?: Calibration;
  /** What chance shows in the site's windows (placebos.ts). */
  noise?: Noise;
}

/**
 * Fits β, then δ on top of it, then the offset and share of the unknown threat beside both, then the calibration of what they make of
 * held-out evidence; of the good alone nothing but a calibration. β are a score of numbers drawn to known ones, which leave the
 * evidence as good as unseen; δ are many, so for the calibration each fold goes by those of the others.
 * @param parameters of the model, with the weights that a site is born with and nothing else that was fitted
 * @param seed integer ≥ 0: deals incidents and episodes to folds    @param badRecords of which the samples were drawn
 */
export function siteFitOf(
  samples: readonly FitSample[],
  parameters: ModelParameters,
  seed: number,
  badRecords: number = samples.filter(({ bad }) => bad).length,
): SiteFit {
  const folds = foldOfEach(samples, seed);
  if (folds === null) return {};
  const evidence = heldEvidence(samples, parameters, folds, seed);
  const weights = siteWeightsOf(samples, evidence, parameters.weights);
  const betas = weights ?? parameters.weights;
  const logits = sumsOf(evidence, betas);
  const cores = coreEvidenceOf(evidence, betas);
  const { corrections, logits: known } = fittedCorrections(samples, logits, folds, cores);
  const { unknownThreat: born } = parameters;
  const strange = sumsOf(evidence, born.weights);
  const unknownThreat = fittedUnknownThreat(samples, known, strange, born);
  const sums = eitherSums(known, strange, unknownThreat.share, unknownThreat.offset);
  const held = samples.map(({ bad, incident, episode }, index) => ({
    ...{ bad, incident, episode, evidence: sums[index] as number },
  }));
  const calibration = calibrationOf(held, badRecords);
  return {
    ...(weights === undefined ? {} : { weights }),
    ...(corrections.length === 0 ? {} : { corrections }),
    ...(unknownThreat === born ? {} : { unknownThreat }),
    ...(calibration === undefined ? {} : { calibration }),
  };
}

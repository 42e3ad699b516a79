/** What calibrations are learnt from: records of a sample as models of the other folds see them, with the shipped weights. */
import type { HeldRecord } from '../../src/bayes/fit/calibration.ts';
import { crossFitted, foldOfEach } from '../../src/bayes/fit/cross-fitted.ts';
import type { FitSample } from '../../src/bayes/fit/fit-sample.ts';
import { fittedUnknownThreat } from '../../src/bayes/fit/fitted-unknown-threat.ts';
import { heldEvidence } from '../../src/bayes/fit/held-evidence.ts';
import { eitherSums, sumsOf } from '../../src/bayes/fit/sums.ts';
import { UNKNOWN_THREAT, type UnknownThreat } from '../../src/bayes/unknown-threat.ts';
import { PARAMETERS } from './learnt-model.ts';

export interface Held {
  /** None where there are too few senders to hold any. */
  records: HeldRecord[];
  /** κ and c, as a site fits them. */
  unknownThreat: UnknownThreat;
}

/** @param good how they are told: as a site does, or by models that never saw their sender */
export function heldRecordsOf(
  sample: readonly FitSample[],
  seed: number,
  good: 'as it looks worse' | 'without their sender' = 'as it looks worse',
): Held {
  const folds = foldOfEach(sample, seed);
  const evidenceBy = (folds: readonly number[]) =>
    good === 'as it looks worse'
      ? heldEvidence(sample, PARAMETERS, folds, seed)
      : crossFitted(sample, PARAMETERS, folds);
  const evidence = folds === null ? [] : evidenceBy(folds);
  const [known, strange] = [sumsOf(evidence, PARAMETERS.weights), sumsOf(evidence, UNKNOWN_THREAT.weights)];
  const unknownThreat = fittedUnknownThreat(sample, known, strange, UNKNOWN_THREAT);
  const records = eitherSums(known, strange, unknownThreat.share, unknownThreat.offset).map(
    (evidence, index) => {
      const { bad, incident, episode } = sample[index] as FitSample;
      return { evidence, bad, incident, episode };
    },
  );
  return { records, unknownThreat };
}

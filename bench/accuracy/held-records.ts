/** What calibrations are learnt from: records of a sample as models of the other folds see them, with the shipped weights. */
import type { HeldRecord } from '../../src/bayes/fit/calibration.ts';
import { crossFitted, foldOfEach } from '../../src/bayes/fit/cross-fitted.ts';
import { KINDS } from '../../src/bayes/fit/evidence-kinds.ts';
import type { FitSample } from '../../src/bayes/fit/fit-sample.ts';
import { PARAMETERS } from './learnt-model.ts';

/** None where there are too few incidents to hold any. */
export function heldRecordsOf(sample: readonly FitSample[], seed: number): HeldRecord[] {
  const folds = foldOfEach(sample, seed);
  const evidence = folds === null ? [] : crossFitted(sample, PARAMETERS, folds);
  return evidence.map((kinds, index) => {
    const { bad, incident, episode } = sample[index] as FitSample;
    const sum = KINDS.reduce((sum, kind, at) => sum + (PARAMETERS.weights[kind] ?? 0) * (kinds[at] ?? 0), 0);
    return { evidence: sum, bad, incident, episode };
  });
}

/** What calibrations are learnt from: records of a sample as models of the other folds see them, with the shipped weights. */
import type { HeldRecord } from '../../src/bayes/fit/calibration.ts';
import { crossFitted, foldOfEach } from '../../src/bayes/fit/cross-fitted.ts';
import { KINDS } from '../../src/bayes/fit/evidence-kinds.ts';
import type { FitSample } from '../../src/bayes/fit/fit-sample.ts';
import { unknownShareOf } from '../../src/bayes/fit/unknown-share.ts';
import { eitherThreat, threatShares, UNKNOWN_THREAT } from '../../src/bayes/unknown-threat.ts';
import { PARAMETERS } from './learnt-model.ts';

export interface Held {
  /** None where there are too few senders to hold any. */
  records: HeldRecord[];
  /** κ, as a site chooses it. */
  share: number;
}

export function heldRecordsOf(sample: readonly FitSample[], seed: number): Held {
  const folds = foldOfEach(sample, seed);
  const evidence = folds === null ? [] : crossFitted(sample, PARAMETERS, folds);
  const sumsBy = (weights: Readonly<Record<string, number>>) =>
    evidence.map(kinds => KINDS.reduce((sum, kind, at) => sum + (weights[kind] ?? 0) * (kinds[at] ?? 0), 0));
  const [known, strange] = [sumsBy(PARAMETERS.weights), sumsBy(UNKNOWN_THREAT.weights)];
  const share = unknownShareOf(sample, known, strange) ?? UNKNOWN_THREAT.share;
  const shares = threatShares(share);
  const records = evidence.map((_, index) => {
    const { bad, incident, episode } = sample[index] as FitSample;
    const nats = eitherThreat(known[index] as number, strange[index] as number, shares);
    return { evidence: nats, bad, incident, episode };
  });
  return { records, share };
}

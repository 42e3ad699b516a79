/** What calibrations are learnt from: evidence of single episodes, each with the weight that it has. */

export interface WeighedEvidence {
  /** e = z − prior, in nats, of a model that never saw the incident. */
  evidence: number;
  bad: boolean;
  /** > 0. The weights of a class sum to as many independent episodes as it is worth. */
  weight: number;
}

/** Sums of weights by class. */
export function weightsOf(samples: readonly WeighedEvidence[]): { bad: number; good: number } {
  const sums = { bad: 0, good: 0 };
  for (const { bad, weight } of samples) {
    if (bad) sums.bad += weight;
    else sums.good += weight;
  }
  return sums;
}

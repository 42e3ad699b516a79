/**
 * What models say of records that they have not seen, as a site's own model will of the next ones. The next bad record is of an
 * incident that nobody marked, so whole incidents are held. The next good one is of a sender that is known by other traffic,
 * whose habits may speak against it, or of a new one, of whom no habit is known: each is told both ways, and counts as it looks
 * worse.
 */
import type { ModelParameters } from '../model.ts';
import { crossFitted, foldOfEach } from './cross-fitted.ts';
import type { FitSample } from './fit-sample.ts';
import { eitherSums, sumsOf } from './sums.ts';

/**
 * Evidence by kind (KINDS) of each sample, in their order: of the bad without their incident; of the good without their sender,
 * or without their episode alone where that is more suspicious by the parameters.
 * @param folds of each sample, as foldOfEach deals incidents and senders    @param seed integer ≥ 0: deals episodes
 */
export function heldEvidence(
  samples: readonly FitSample[],
  parameters: ModelParameters,
  folds: readonly number[],
  seed: number,
): Float64Array[] {
  const evidence = crossFitted(samples, parameters, folds);
  const parted = foldOfEach(samples, seed, 'episode');
  if (parted === null) return evidence;
  const { weights, unknownThreat } = parameters;
  const natsOf = (held: readonly Float64Array[]) =>
    eitherSums(sumsOf(held, weights), sumsOf(held, unknownThreat.weights), unknownThreat.share);
  const good = [...samples.keys()].filter(at => !(samples[at] as FitSample).bad);
  const ofNew = natsOf(good.map(at => evidence[at] as Float64Array));
  const beside = crossFitted(samples, parameters, parted, ({ bad }) => !bad);
  for (const [at, nats] of natsOf(beside).entries())
    if (nats > (ofNew[at] as number)) evidence[good[at] as number] = beside[at] as Float64Array;
  return evidence;
}

/** What is seen in a record, and what was fixed when it was accepted: the same at scoring, learning and counting again. */
import type { CategoryObservation, Observations } from '../domain/observation.ts';
import type { TrafficRecord } from '../domain/record.ts';
import type { Tokenize } from '../tokenize/tokenizers.ts';

/** @param tokenize of the version of the counts that the record is held against or added to */
export function observationsOf(
  accepted: { record: TrafficRecord; fixed: readonly CategoryObservation[] },
  tokenize: Tokenize,
): Observations {
  const observations = tokenize(accepted.record);
  for (const observation of accepted.fixed) observations.categories.push(observation);
  return observations;
}

/** Evidence by its weights, of many samples at once. */
import { weightOf } from '../groups.ts';
import { KINDS } from './evidence-kinds.ts';

/**
 * Σ weight·E of each sample, in nats.
 * @param evidence of each sample, by kind in the order of KINDS    @param weights by kind or group
 */
export function sumsOf(
  evidence: readonly Float64Array[],
  weights: Readonly<Record<string, number>>,
): number[] {
  const byKind = KINDS.map(kind => weightOf(weights, kind));
  return evidence.map(kinds => byKind.reduce((sum, weight, at) => sum + weight * (kinds[at] as number), 0));
}

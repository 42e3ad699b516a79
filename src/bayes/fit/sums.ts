/** Evidence by its weights, of many samples at once. */
import { weightOf } from '../groups.ts';
import { eitherThreat, threatShares } from '../unknown-threat.ts';
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

/**
 * e of each sample, of a known threat or an unknown one (unknown-threat.ts), in nats.
 * @param known, strange k and s of each    @param share κ, in [0, 1)    @param offset c, in nats
 * @example eitherSums([-6], [4], 0.5) // [3.307]
 */
export function eitherSums(
  known: readonly number[],
  strange: readonly number[],
  share: number,
  offset = 0,
): number[] {
  const shares = threatShares(share, offset);
  return known.map((nats, at) => eitherThreat(nats, strange[at] as number, shares));
}

/**
 * How rare evidence is among the good: conformal p-values of held-out evidence, as a line of some hundred points, and behind the
 * rarest a tail that falls off as the rarest tenth does (peaks over a threshold: Pickands, Annals of Statistics 3, 1975). The
 * tail keeps the order of what is stranger than all good traffic, and lets a score rise as far as the evidence does.
 */
import type { ConformalCalibration, ConformalSize } from '../conformal.ts';
import type { Line } from '../line.ts';
import type { WeighedEvidence } from './weighed-evidence.ts';

/** Points nearer to each other than this, in nats of ln p, are one, of the higher p. */
const POINT_NATS = 0.02;
/** Share of the good that tells how the tail falls off. */
const TAIL_SHARE = 0.1;
/** Where the tail is one value it falls off no faster than this, in nats of evidence: real tails take .3 to 2.5. */
const TAIL_NATS_MIN = 0.25;

/**
 * `p(e) = (1 + n·share of the good with evidence ≥ e) / (n + 1)`, n the independent episodes: those of one sender tell of
 * that sender, so nothing is rarer than one in n + 1 of what was seen. Between two points p is that of a line through −ln p,
 * never below the p of what lies between. Behind the last it falls to 1/e in every *mean excess* of the rarest tenth over its own
 * lowest evidence.
 * @param samples of the good, finite evidence, at least one
 * @example of evidence 1, 2, 3, 4 and n = 4 the p are 5/5, 4/5, 3/5, 2/5; the rarest tenth is 4 alone, so the tail falls off in
 *   0.25 nats, and p(4.25) = 2/5/e = 0.147
 */
export function conformalOf(
  samples: readonly WeighedEvidence[],
  learntFrom: ConformalSize,
): ConformalCalibration {
  const rising = [...samples].sort((a, b) => a.evidence - b.evidence || a.weight - b.weight);
  const shares = sharesFrom(rising);
  const n = learntFrom.independentGoodEpisodes;
  const surprise: Line = { at: [], values: [] };
  for (const [index, { evidence }] of rising.entries()) {
    if (evidence === rising[index - 1]?.evidence) continue;
    const value = Math.log1p(n) - Math.log1p(n * (shares[index] as number));
    addPoint(surprise, evidence, Math.max(0, value));
  }
  return { method: 'conformal', surprise, tailNats: tailNatsOf(rising, shares), learntFrom };
}

/** A point too near to the one before moves that one up to here, with the value that it has. */
function addPoint({ at, values }: Line, evidence: number, value: number): void {
  const last = at.length - 1;
  if (last >= 0 && value - (values[last] as number) < POINT_NATS) {
    at[last] = evidence;
    return;
  }
  at.push(evidence);
  values.push(value);
}

/** Of each sample the share of the weight of those that are as rare or rarer. */
function sharesFrom(rising: readonly WeighedEvidence[]): number[] {
  const shares = new Array<number>(rising.length);
  let weight = 0;
  for (let index = rising.length - 1; index >= 0; index--) {
    weight += (rising[index] as WeighedEvidence).weight;
    shares[index] = weight;
  }
  return shares.map(share => share / weight);
}

/** The mean excess of the rarest tenth over its lowest evidence, in nats. */
function tailNatsOf(rising: readonly WeighedEvidence[], shares: readonly number[]): number {
  const first = Math.max(
    0,
    shares.findLastIndex(share => share >= TAIL_SHARE),
  );
  const lowest = (rising[first] as WeighedEvidence).evidence;
  let weight = 0;
  let excess = 0;
  for (const sample of rising.slice(first)) {
    weight += sample.weight;
    excess += sample.weight * (sample.evidence - lowest);
  }
  return Math.max(TAIL_NATS_MIN, excess / weight);
}

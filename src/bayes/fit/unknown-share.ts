/**
 * κ, the share of the unknown threat (unknown-threat.ts), by the site's own incidents: how much of each was found by what the
 * others are like, and how much by its strangeness alone.
 */
import { INCIDENTS_MIN } from './calibration.ts';
import { earlyDetection, scoredBy } from './early-detection.ts';
import { type FitSample, incidentsIn } from './fit-sample.ts';
import { eitherSums } from './sums.ts';

/** What is tried. */
const SHARES: readonly number[] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];
/** Of one incident that one share finds and another does not: a tenth of it is worth a factor e of belief. */
const NATS_PER_INCIDENT = 10;

/**
 * `κ̄ = Σ κ·w(κ)` with `w(κ) ∝ κ·(1 − κ)·exp(10·Σ D)`, D the early detection of each held incident by the share κ: the
 * exponentially weighted average of what is tried, beforehand one half. Few incidents, or such as any share finds, leave κ near
 * there; many move it to the best. Since eᵉ is linear in κ, that is the average of the models by their weights, too.
 * @param known, strange of each sample, by models that never saw its incident; nats    @param offset c, in nats
 * @returns in (0, 1); undefined below two incidents, or without good samples
 * @example of two incidents one is found by shares up to .1, the other by none: those weigh e¹⁰ times as much, and κ̄ is 0.078
 * @see Vovk, Aggregating strategies, COLT 1990; Cesa-Bianchi and Lugosi, Prediction, Learning, and Games, 2006, chapter 2
 */
export function unknownShareOf(
  samples: readonly FitSample[],
  known: readonly number[],
  strange: readonly number[],
  offset = 0,
): number | undefined {
  const incidents = incidentsIn(samples);
  if (incidents < INCIDENTS_MIN || samples.every(({ bad }) => bad)) return undefined;
  const scored = scoredBy(samples);
  const found = SHARES.map(
    share => incidents * earlyDetection(scored(eitherSums(known, strange, share, offset))),
  );
  const most = Math.max(...found);
  const weights = SHARES.map(
    (share, at) => share * (1 - share) * Math.exp(NATS_PER_INCIDENT * ((found[at] as number) - most)),
  );
  const total = weights.reduce((sum, one) => sum + one, 0);
  return SHARES.reduce((sum, share, at) => sum + (share * (weights[at] as number)) / total, 0);
}

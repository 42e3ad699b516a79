/**
 * κ, the share of the unknown threat (unknown-threat.ts), by the site's own incidents: how much of each was found by what the
 * others are like, and how much by its strangeness alone.
 */
import { eitherThreat, threatShares } from '../unknown-threat.ts';
import { INCIDENTS_MIN } from './calibration.ts';
import { detectionIn } from './early-detection.ts';
import { type FitSample, incidentsIn } from './fit-sample.ts';

/** What is tried. */
const SHARES: readonly number[] = [0, 0.1, 0.25, 0.5, 0.75, 0.9];
/** Early detection (0 to 1) that is no reason to trust the marks less. */
const TOLERANCE = 0.005;

/**
 * The least share by which as much of held incidents is found with few false alarms as by any other, but for 0.005.
 * @param known, strange of each sample, by models that never saw its incident; nats
 * @returns undefined below two incidents, or without good samples
 * @example unknownShareOf(samples, known, known) // 0: strangeness finds nothing that the marks do not
 */
export function unknownShareOf(
  samples: readonly FitSample[],
  known: readonly number[],
  strange: readonly number[],
): number | undefined {
  if (incidentsIn(samples) < INCIDENTS_MIN || samples.every(({ bad }) => bad)) return undefined;
  const detectionBy = detectionIn(samples);
  const detections = SHARES.map(threatShares).map(shares =>
    detectionBy(known.map((nats, index) => eitherThreat(nats, strange[index] as number, shares))),
  );
  const enough = Math.max(...detections) - TOLERANCE;
  return SHARES.find((_, index) => (detections[index] as number) >= enough);
}

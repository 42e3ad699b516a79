/**
 * κ, the share of the unknown threat (unknown-threat.ts), by the site's own incidents: how much of each was found by what the
 * others are like, and how much by its strangeness alone.
 */
import { INCIDENTS_MIN } from './calibration.ts';
import { curveLoss } from './curve-loss.ts';
import { earlyDetection, scoredBy } from './early-detection.ts';
import { type FitSample, incidentsIn } from './fit-sample.ts';
import { eitherSums } from './sums.ts';

/** What is tried. */
const SHARES: readonly number[] = [0, 0.1, 0.25, 0.5, 0.75, 0.9];
/** Early detection (0 to 1) that is no reason to trust the marks less. */
const DETECTION_TOLERANCE = 0.005;
/** Nats of curveLoss that are none either. */
const LOSS_TOLERANCE = 0.05;

/**
 * The least share by which as much of held incidents is found with few false alarms as by any other, but for 0.005; and of
 * those that find as much, as well told apart from the good beyond that. Where one of two incidents is found by any share and
 * the other by none, the first says nothing, and a mark more or less would choose (docs/adr/0022-unknown-threat.md).
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
  const scored = scoredBy(samples);
  const tried = SHARES.map(share => ({ share, scored: scored(eitherSums(known, strange, share)) }));
  const detections = tried.map(one => earlyDetection(one.scored));
  const enough = Math.max(...detections) - DETECTION_TOLERANCE;
  const finding = tried.filter((_, at) => (detections[at] as number) >= enough);
  const losses = finding.map(one => curveLoss(one.scored));
  const little = Math.min(...losses) + LOSS_TOLERANCE;
  return finding.find((_, at) => (losses[at] as number) <= little)?.share;
}

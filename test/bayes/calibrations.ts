/** Calibrations of all kinds, learnt from small samples. */
import type { Calibration } from '../../src/bayes/calibrate.ts';
import { calibrationOf, type HeldRecord } from '../../src/bayes/fit/calibration.ts';

/** Evidence between −2 and 4: the bad mostly above 1, the good mostly below, every seventh the other way round. */
export function heldRecords(
  badEpisodes: number,
  goodEpisodes: number,
  incidents = 5,
  senders = incidents,
): HeldRecord[] {
  const recordsOf = (count: number, bad: boolean): HeldRecord[] =>
    Array.from({ length: count }, (_, index) => ({
      evidence: ((index * 37) % 100) / 33 + (bad === index % 7 > 0 ? 1 : -2),
      bad,
      incident: `incident ${index % (bad ? incidents : senders)}`,
      episode: `${bad} ${index}`,
    }));
  return [...recordsOf(badEpisodes, true), ...recordsOf(goodEpisodes, false)];
}

function learnt(held: HeldRecord[]): Calibration {
  const calibration = calibrationOf(held);
  if (calibration === undefined) throw new Error('too small a sample for a calibration');
  return calibration;
}

export const CALIBRATIONS: readonly Calibration[] = [
  learnt(heldRecords(60, 500)),
  learnt(heldRecords(300, 2_000)),
  learnt(heldRecords(0, 500)),
];

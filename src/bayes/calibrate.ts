/**
 * From a score to a probability that may be taken at its word, and to a verdict by what mistakes cost.
 * Below thirty bad episodes there is nothing to calibrate on: the score stays as it is, its interval is all of [0, 1],
 * and so the verdict is `unsure` at any cost. Platt and Venn-Abers come here, with the fit that learns them.
 */
import type { Verdict } from '../domain/label.ts';

export interface Calibrated {
  /** P(bad), in [0, 1]. */
  score: number;
  /** What the probability may be, given how little is known: [low, high] ⊆ [0, 1]. */
  interval: [number, number];
}

export interface Costs {
  falseAlarm: number;
  missed: number;
}

/** @example calibrate(0.3) // { score: 0.3, interval: [0, 1] } */
export function calibrate(score: number): Calibrated {
  return { score, interval: [0, 1] };
}

/**
 * `bad` where an alarm costs less than silence: `p ≥ C_false-alarm / (C_false-alarm + C_missed)`; `unsure`, which wins,
 * where the interval straddles that threshold.
 * @param costs both > 0, in one unit
 * @throws RangeError for costs that have no threshold
 * @example verdictOf({ score: 0.5, interval: [0.2, 0.9] }, { falseAlarm: 1, missed: 9 }) // 'bad': threshold 0.1
 */
export function verdictOf({ score, interval }: Calibrated, { falseAlarm, missed }: Costs): Verdict {
  const threshold = falseAlarm / (falseAlarm + missed);
  if (!(threshold >= 0 && threshold <= 1))
    throw new RangeError(`no threshold for costs ${falseAlarm} and ${missed}`);
  const [low, high] = interval;
  if (low < threshold && high >= threshold) return 'unsure';
  return score >= threshold ? 'bad' : 'good';
}

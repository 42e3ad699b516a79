/**
 * Held records as a stream with one bad in a thousand, and what probabilities are worth there. Records are weighed so that
 * they make this stream; nothing is drawn.
 */
import { PARAMETERS } from './learnt-model.ts';

export const BASE_RATE = PARAMETERS.baseRate;
/** As a site is born with them. */
export const COSTS = { falseAlarm: 1, missed: 99 };
/** Bins of equal weight of the expected calibration error. */
const BINS = 15;

/** What of a record a figure goes by. */
export interface Told {
  /** P(bad), in [0, 1]. */
  score: number;
  bad: boolean;
}

/** A record of the stream; weights sum to 1. */
export type Weighed<T extends Told> = T & { weight: number };

/** Every record with its weight: the bad weigh BASE_RATE together. */
export function streamOf<T extends Told>(held: readonly T[]): Weighed<T>[] {
  const bad = held.filter(one => one.bad).length;
  return held.map(one => ({
    ...one,
    weight: one.bad ? BASE_RATE / bad : (1 - BASE_RATE) / (held.length - bad),
  }));
}

const weightOf = (stream: readonly Weighed<Told>[]) => stream.reduce((sum, one) => sum + one.weight, 0);
const isBad = (one: Told) => (one.bad ? 1 : 0);

/** The weighed mean; NaN of nothing. */
export function streamMean<T extends Told>(stream: readonly Weighed<T>[], value: (one: T) => number): number {
  return stream.reduce((sum, one) => sum + one.weight * value(one), 0) / weightOf(stream);
}

/** Share of the bad. */
export function shareOfBad(stream: readonly Weighed<Told>[]): number {
  return streamMean(stream, isBad);
}

/** Σ over bins |mean score − share of bad| · the bin's weight: bins of equal weight, by rising score, records not cut. */
export function expectedCalibrationError(stream: readonly Weighed<Told>[]): number {
  const order = [...stream].sort((a, b) => a.score - b.score);
  const bins: Weighed<Told>[][] = Array.from({ length: BINS }, () => []);
  let before = 0;
  for (const one of order) {
    bins[Math.min(BINS - 1, Math.floor(before * BINS))]?.push(one);
    before += one.weight;
  }
  return bins
    .filter(bin => bin.length > 0)
    .reduce(
      (sum, bin) => sum + weightOf(bin) * Math.abs(streamMean(bin, one => one.score) - shareOfBad(bin)),
      0,
    );
}

/** 1 − Brier score / that of the base rate for every record. @returns 1 where all is known, 0 where nothing is gained */
export function brierSkill(stream: readonly Weighed<Told>[]): number {
  return 1 - streamMean(stream, one => (one.score - isBad(one)) ** 2) / (BASE_RATE * (1 - BASE_RATE));
}

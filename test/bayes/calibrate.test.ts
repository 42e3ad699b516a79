/** Verdicts by cost. */
import { describe, expect, it } from 'vitest';
import { calibrate, verdictOf } from '../../src/bayes/calibrate.ts';

const COSTS = { falseAlarm: 1, missed: 9 };

describe('verdictOf', () => {
  it.each([
    { score: 0.5, interval: [0.2, 0.9] as [number, number], verdict: 'bad' },
    { score: 0.05, interval: [0.01, 0.09] as [number, number], verdict: 'good' },
    { score: 0.1, interval: [0.1, 0.2] as [number, number], verdict: 'bad' },
    { score: 0.5, interval: [0.05, 0.9] as [number, number], verdict: 'unsure' },
    { score: 0.05, interval: [0, 0.1] as [number, number], verdict: 'unsure' },
  ])('is $verdict at $score in $interval, where the threshold is a tenth', ({ score, interval, verdict }) => {
    expect(verdictOf({ score, interval }, COSTS)).toBe(verdict);
  });

  it('is unsure before there is anything to calibrate on, at any cost', () => {
    for (const score of [1e-6, 0.5, 1 - 1e-6]) {
      expect(calibrate(score)).toEqual({ score, interval: [0, 1] });
      expect(verdictOf(calibrate(score), COSTS)).toBe('unsure');
      expect(verdictOf(calibrate(score), { falseAlarm: 99, missed: 1 })).toBe('unsure');
    }
  });

  it('refuses costs that have no threshold', () => {
    expect(() => verdictOf(calibrate(0.5), { falseAlarm: 0, missed: 0 })).toThrow(RangeError);
    expect(() => verdictOf(calibrate(0.5), { falseAlarm: -1, missed: 0.5 })).toThrow(RangeError);
  });
});

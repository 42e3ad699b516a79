/** What a calibration of the good alone makes of evidence: its line, its tail, and the likelihood ratio of a p-value. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate, calibrationInForce, verdictOf } from '../../src/bayes/calibrate.ts';
import { type ConformalCalibration, logRatioOf, surpriseOf } from '../../src/bayes/conformal.ts';
import { logit, sigmoid } from '../../src/bayes/log-odds.ts';

const CALIBRATION: ConformalCalibration = {
  method: 'conformal',
  surprise: { at: [0, 2, 3], values: [0, 4, 5] },
  tailNats: 0.5,
  learntFrom: {
    ...{ badEpisodes: 0, independentBadEpisodes: 0, badRecords: 0, incidents: 0 },
    goodEpisodes: 400,
    independentGoodEpisodes: 147,
  },
};

describe('the surprise of evidence', () => {
  it.each([
    { evidence: -1e300, surprise: 0 },
    { evidence: 0, surprise: 0 },
    { evidence: 1, surprise: 2 },
    { evidence: 2, surprise: 4 },
    { evidence: 2.5, surprise: 4.5 },
    { evidence: 3, surprise: 5 },
    { evidence: 4, surprise: 7 },
  ])('is $surprise at $evidence: lines between points, and a tail', ({ evidence, surprise }) => {
    expect(surpriseOf(CALIBRATION, evidence)).toBeCloseTo(surprise, 12);
  });
});

describe('the likelihood ratio of a p-value', () => {
  it('is the mean of all κ·p^(κ−1), as a plain integration finds it', () => {
    const steps = 20_000;
    for (const surprise of [0, 1e-9, 0.3, 0.999_999, 1, 1.000_001, 5, 30]) {
      let mean = 0;
      for (let step = 0; step < steps; step++) {
        const kappa = (step + 0.5) / steps;
        mean += (kappa * Math.exp((1 - kappa) * surprise)) / steps;
      }
      expect(logRatioOf(surprise), String(surprise)).toBeCloseTo(Math.log(mean), 6);
    }
  });

  it('is 20.8 at one in a thousand, and a half where nothing is rare', () => {
    expect(Math.exp(logRatioOf(Math.log(1_000)))).toBeCloseTo(20.794, 2);
    expect(logRatioOf(0)).toBe(Math.log(1 / 2));
  });

  it('averages one over p-values as they fall on the good', () => {
    const count = 1_000_000;
    let sum = 0;
    for (let rank = 1; rank <= count; rank++) sum += Math.exp(logRatioOf(-Math.log(rank / count)));
    expect(sum / count).toBeLessThan(1);
    expect(sum / count).toBeGreaterThan(0.9);
  });

  it('rises with the surprise, far beyond what a double holds of p', () => {
    const surprise = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(surprise, surprise, (one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(logRatioOf(high)).toBeGreaterThanOrEqual(logRatioOf(low) - 1e-12);
        expect(Number.isFinite(logRatioOf(high))).toBe(true);
      }),
    );
  });
});

describe('a score while too little is bad', () => {
  it('moves to the base rate of the policy, and is unsure at any cost', () => {
    for (const baseRate of [0.5, 0.001, 1e-5]) {
      const prior = logit(baseRate);
      const calibrated = calibrate(CALIBRATION, prior, prior + 2);
      expect(calibrated.score).toBeCloseTo(sigmoid(prior + logRatioOf(4)), 12);
      expect(calibrated.interval).toEqual([0, 1]);
      for (const falseAlarm of [1e-3, 1, 1e3]) {
        expect(verdictOf(calibrated, { falseAlarm, missed: 1 })).toBe('unsure');
      }
    }
  });

  it('keeps the order of all that is stranger than the good', () => {
    const prior = logit(0.001);
    const scores = [3, 3.1, 4, 5, 7].map(evidence => calibrate(CALIBRATION, prior, prior + evidence).score);
    expect(new Set(scores).size).toBe(5);
    expect([...scores].sort((a, b) => a - b)).toEqual(scores);
  });

  it('holds for the bad that it was fitted beside, no more and no less', () => {
    const of = (badRecords: number) => ({
      calibration: { ...CALIBRATION, learntFrom: { ...CALIBRATION.learntFrom, badRecords } },
    });
    const isInForce = (fitted: number, held: number) =>
      calibrationInForce({ parameters: of(fitted), totals: { badRecords: held } }) !== undefined;
    expect([isInForce(0, 0), isInForce(7, 7)]).toEqual([true, true]);
    // A mark that no fit has seen, one that is taken back, an import beside one.
    expect([isInForce(0, 1), isInForce(7, 0), isInForce(7, 9)]).toEqual([false, false, false]);
  });
});

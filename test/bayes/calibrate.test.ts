/** Scores by calibration, and verdicts by cost. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Calibration, calibrate, verdictOf } from '../../src/bayes/calibrate.ts';
import { logit, sigmoid } from '../../src/bayes/log-odds.ts';
import { CALIBRATIONS } from './calibrations.ts';

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
    for (const z of [-40, 0, 40]) {
      const calibrated = calibrate(undefined, logit(0.001), z);
      expect(calibrated).toEqual({ score: Math.min(1 - 1e-6, Math.max(1e-6, sigmoid(z))), interval: [0, 1] });
      expect(verdictOf(calibrated, COSTS)).toBe('unsure');
      expect(verdictOf(calibrated, { falseAlarm: 99, missed: 1 })).toBe('unsure');
    }
  });

  it('refuses costs that have no threshold', () => {
    const calibrated = calibrate(undefined, 0, 0);
    expect(() => verdictOf(calibrated, { falseAlarm: 0, missed: 0 })).toThrow(RangeError);
    expect(() => verdictOf(calibrated, { falseAlarm: -1, missed: 0.5 })).toThrow(RangeError);
  });
});

describe('calibrate', () => {
  const SIZE = { badEpisodes: 40, independentBadEpisodes: 9, goodEpisodes: 400, incidents: 4 };

  it('moves a curve to the base rate of the policy', () => {
    const curve: Calibration = {
      method: 'platt',
      slope: 0.5,
      intercept: -1,
      covariance: [0.01, 0, 0.04],
      learntFrom: SIZE,
    };
    // e = 8: ln Λ = 3, standard deviation √(64·0.01 + 0.04) = 0.8246, 1.96 of them 1.6163.
    for (const baseRate of [0.5, 0.01, 0.0001]) {
      const prior = logit(baseRate);
      const { score, interval } = calibrate(curve, prior, prior + 8);
      expect(score).toBeCloseTo(sigmoid(prior + 3), 9);
      expect(interval[0]).toBeCloseTo(sigmoid(prior + 3 - 1.6163), 4);
      expect(interval[1]).toBeCloseTo(sigmoid(prior + 3 + 1.6163), 4);
    }
  });

  it('believes a curve as far as good episodes of senders of their own reach', () => {
    const curve: Calibration = {
      ...{ method: 'platt', slope: 0.5, intercept: 0, covariance: [0, 0, 0] },
      learntFrom: { ...SIZE, independentGoodEpisodes: 300 },
    };
    const at = (evidence: number) => calibrate(curve, logit(0.01), logit(0.01) + evidence);
    // e = 8: Λ = e⁴ = 54.6, believed 301·54.6/(300 + 54.6) = 46.34; by the rule of three 101·54.6/(100 + 54.6) = 35.67.
    const odds = 0.01 / 0.99;
    const shareOf = (ratio: number) => (odds * ratio) / (1 + odds * ratio);
    const { score, interval } = at(8);
    expect(score).toBeCloseTo(shareOf(46.34), 4);
    expect(interval[0]).toBeCloseTo(shareOf(35.67), 4);
    expect(interval[1]).toBeCloseTo(shareOf(54.6), 4);
    // Far out nothing is surer than that one good episode more would have been so.
    expect(at(200).score).toBeCloseTo(shareOf(301), 9);
    expect(at(200).interval[0]).toBeCloseTo(shareOf(101), 9);
    expect(at(200).interval[1]).toBeCloseTo(1, 9);
  });

  it('tells by steps what either class would make of it', () => {
    const steps: Calibration = {
      method: 'venn-abers',
      low: { at: [2, 5], values: [0.1, 0.5] },
      high: { at: [2, 5], values: [0.2, 0.8] },
      logOdds: { at: [2, 4, 5], values: [Math.log(0.25), Math.log(1), Math.log(2)] },
      sampleLogOdds: logit(0.1),
      learntFrom: SIZE,
    };
    // At the sample's own base rate the numbers are the sample's; between the steps those of the neighbours.
    const at = (evidence: number) => calibrate(steps, logit(0.1), logit(0.1) + evidence).interval;
    const [p0, p1] = at(3);
    expect([p0, p1].map(p => Number(p.toFixed(9)))).toEqual([0.1, 0.8]);
    expect(at(1).map(p => Number(p.toFixed(9)))).toEqual([0, 0.2]);
    expect(at(6).map(p => Number(p.toFixed(9)))).toEqual([0.5, 1]);
    // Half way between odds of 1/4 and 1 they are 1/2.
    expect(calibrate(steps, logit(0.1), logit(0.1) + 3).score).toBeCloseTo(1 / 3, 9);
    expect(calibrate(steps, logit(0.1), logit(0.1) + 4.5).score).toBeCloseTo(sigmoid(Math.log(2) / 2), 9);
  });

  it('never falls, stays in [1e-6, 1 − 1e-6], and its interval holds it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(undefined, ...CALIBRATIONS),
        fc.constantFrom(0.5, 0.001, 1e-6),
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 20 }),
        (calibration, baseRate, logits) => {
          let before = 0;
          for (const z of logits.sort((a, b) => a - b)) {
            const { score, interval } = calibrate(calibration, logit(baseRate), z);
            expect(score).toBeGreaterThanOrEqual(before);
            expect(score >= 1e-6 && score <= 1 - 1e-6).toBe(true);
            expect(interval[0] >= 0 && interval[0] <= score).toBe(true);
            expect(interval[1] <= 1 && interval[1] >= score).toBe(true);
            before = score;
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is plain data: it survives JSON', () => {
    for (const calibration of CALIBRATIONS) {
      const copy = JSON.parse(JSON.stringify(calibration)) as Calibration;
      expect(calibrate(copy, -3, 2)).toEqual(calibrate(calibration, -3, 2));
    }
  });
});

/** Platt's curve: its minimum, its covariance, and what prior shift does to it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../src/bayes/calibrate.ts';
import { plattOf } from '../../../src/bayes/fit/platt.ts';
import { logit, sigmoid } from '../../../src/bayes/log-odds.ts';

const SIZE = { badEpisodes: 0, independentBadEpisodes: 0, goodEpisodes: 0, incidents: 0 };
const some = (count: number, evidence: number, bad: boolean) =>
  Array.from({ length: count }, () => ({ evidence, bad, weight: 1 }));

describe('the curve', () => {
  it('goes through the targets where each class has one evidence', () => {
    const { slope, intercept } = plattOf([...some(100, 1, true), ...some(100, -1, false)], SIZE);
    expect(slope).toBeCloseTo(Math.log(101), 6);
    expect(intercept).toBeCloseTo(0, 6);
  });

  it('is at the minimum of the loss, for any sample', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ evidence: fc.double({ min: -8, max: 8, noNaN: true }), bad: fc.boolean() }), {
          minLength: 4,
          maxLength: 60,
        }),
        drawn => {
          fc.pre(new Set(drawn.map(one => one.bad)).size === 2);
          const samples = drawn.map(one => ({ ...one, weight: 1 }));
          const bad = samples.filter(one => one.bad).length;
          const good = samples.length - bad;
          const { slope, intercept } = plattOf(samples, SIZE);
          const loss = (a: number, b: number) =>
            samples.reduce((sum, one) => {
              const p = sigmoid(a * one.evidence + b + Math.log(bad / good));
              const target = one.bad ? (bad + 1) / (bad + 2) : 1 / (good + 2);
              return sum - target * Math.log(p) - (1 - target) * Math.log(1 - p);
            }, 0);
          const least = loss(slope, intercept);
          expect(slope).toBeGreaterThanOrEqual(0.001);
          for (const [a, b] of [
            [0.01, 0],
            [0, 0.01],
            [0, -0.01],
            [-0.01, 0.01],
          ] as const) {
            if (slope + a >= 0.001) expect(loss(slope + a, intercept + b)).toBeGreaterThan(least - 1e-6);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds the curve that made the sample, whatever share of it is bad', () => {
    // Odds 1:9, 1:1 and 9:1 at −1, 0 and 1: ln Λ = e·ln 9, however often every good one is there.
    for (const copies of [1, 10]) {
      const samples = [
        ...[100, 500, 900].flatMap((count, index) => some(count, index - 1, true)),
        ...[900, 500, 100].flatMap((count, index) => some(count * copies, index - 1, false)),
      ];
      const { slope, intercept } = plattOf(samples, SIZE);
      expect(Math.abs(slope - Math.log(9))).toBeLessThan(0.02);
      expect(Math.abs(intercept)).toBeLessThan(0.02);
    }
  });

  it('rises by a thousandth at least: evidence that misleads keeps its order, and says nothing else', () => {
    // Far above 0, as the evidence of long texts may be.
    const samples = [
      some(50, 399, true),
      some(50, 401, false),
      some(5, 400, true),
      some(5, 400, false),
    ].flat();
    const calibration = plattOf(samples, SIZE);
    expect(calibration.slope).toBe(0.001);
    // At the mean evidence: that of the base rate.
    const { score, interval } = calibrate(calibration, logit(0.001), logit(0.001) + 400);
    expect(score).toBeCloseTo(0.001, 9);
    expect(calibrate(calibration, logit(0.001), logit(0.001) + 408).score).toBeCloseTo(
      0.001 * Math.exp(0.008),
      7,
    );
    expect(interval[0]).toBeLessThan(0.001);
    expect(interval[1]).toBeGreaterThan(0.001);
  });

  it('has the standard error of log-odds where the evidence says nothing', () => {
    // All at e = 0: the intercept alone is seen, Var = 1/(n·p·(1 − p)) with p at the mean of the targets.
    const calibration = plattOf([...some(50, 0, true), ...some(50, 0, false)], SIZE);
    expect(calibration.covariance[2]).toBeCloseTo(1 / (100 * 0.25), 6);
    const { interval } = calibrate(calibration, 0, 0);
    expect(interval[1]).toBeCloseTo(sigmoid(1.96 * 0.2), 6);
    expect(interval[0]).toBeCloseTo(sigmoid(-1.96 * 0.2), 6);
  });
});

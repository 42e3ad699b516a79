/** The Venn-Abers predictor against isotonic regression by its definition, and worked by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate, sharesAt } from '../../../src/bayes/calibrate.ts';
import { vennAbersOf } from '../../../src/bayes/fit/venn-abers.ts';
import { logit } from '../../../src/bayes/log-odds.ts';
import { naiveIsotonicAt } from './naive-isotonic.ts';

const SIZE = { badEpisodes: 0, independentBadEpisodes: 0, goodEpisodes: 0, incidents: 0 };
const samplesArbitrary = fc
  .array(
    fc.record({
      evidence: fc.integer({ min: -5, max: 5 }),
      bad: fc.boolean(),
      weight: fc.constantFrom(1, 0.5, 3),
    }),
    { minLength: 2, maxLength: 14 },
  )
  .filter(samples => new Set(samples.map(one => one.bad)).size === 2);

/** Nats; NaN where both were 0 or both 1. */
function expectWithin(wider: number) {
  if (!Number.isNaN(wider)) expect(wider > -1e-9 && wider < 0.02 + 1e-9, String(wider)).toBe(true);
}

describe('the Venn-Abers predictor', () => {
  it('is what two isotonic regressions say, at every evidence of the sample', () => {
    fc.assert(
      fc.property(samplesArbitrary, samples => {
        const calibration = vennAbersOf(samples, SIZE);
        for (const { evidence } of samples) {
          const withOne = (bad: boolean) =>
            naiveIsotonicAt([...samples, { evidence, bad, weight: 1 }], evidence);
          const [p0, p1] = [withOne(false), withOne(true)];
          // Steps nearer than 0.02 nats are one, so the interval is wider by less than that on each side.
          const told = sharesAt(calibration, evidence);
          expectWithin(logit(p0) - logit(told.p0));
          expectWithin(logit(told.p1) - logit(p1));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('rises with the evidence, the whole interval with it, at any base rate', () => {
    fc.assert(
      fc.property(samplesArbitrary, fc.constantFrom(0.5, 0.001, 1e-5), (samples, baseRate) => {
        const calibration = vennAbersOf(samples, SIZE);
        const prior = logit(baseRate);
        let before = { score: 0, interval: [0, 0] as [number, number] };
        for (let evidence = -6; evidence <= 6; evidence += 0.25) {
          const now = calibrate(calibration, prior, prior + evidence);
          // What differs in evidence differs in score, unless it is at the margin.
          if (before.score < 1 - 1e-6 && now.score > 1e-6) expect(now.score).toBeGreaterThan(before.score);
          expect(now.interval[0]).toBeGreaterThanOrEqual(before.interval[0]);
          expect(now.interval[1]).toBeGreaterThanOrEqual(before.interval[1]);
          expect(now.interval[0] <= now.score && now.score <= now.interval[1]).toBe(true);
          expect(now.interval[0] >= 0 && now.interval[1] <= 1).toBe(true);
          before = now;
        }
      }),
      { numRuns: 100 },
    );
  });

  it('is the same at another base rate as with the classes weighed so that the sample has it', () => {
    // The odds of every pool go with those of the classes: what is learnt does not depend on the base rate.
    const samples = [
      [1, false],
      [2, true],
      [3, false],
      [4, true],
      [5, true],
    ].map(([evidence, bad]) => ({ evidence: Number(evidence), bad: bad === true, weight: 1 }));
    const calibration = vennAbersOf(samples, SIZE);
    for (const evidence of [1, 2, 3, 4, 5]) {
      for (const bad of [false, true]) {
        const asked = [...samples, { evidence, bad, weight: 1 }];
        const reweighed = asked.map(one => ({ ...one, weight: one.weight * (one.bad ? 0.02 : 1) }));
        const expected = naiveIsotonicAt(reweighed, evidence);
        const { sampleLogOdds } = calibration;
        const shifted = { ...calibration, sampleLogOdds: sampleLogOdds - Math.log(1.5 * 0.02) };
        const { interval } = calibrate(shifted, 0, evidence);
        expect(interval[bad ? 1 : 0]).toBeCloseTo(expected, 9);
      }
    }
  });

  it('scores by a line that lies within both at the middle of each stretch', () => {
    fc.assert(
      fc.property(samplesArbitrary, samples => {
        const { logOdds, ...steps } = vennAbersOf(samples, SIZE);
        for (const [index, at] of logOdds.at.slice(2, -2).entries()) {
          const { p0, p1 } = sharesAt(steps, at);
          const value = logOdds.values[index + 2] ?? Number.NaN;
          expect(value).toBeCloseTo(Math.log(p1 / (1 - p0)), 9);
          expect(value >= logit(p0) - 1e-9 && value <= logit(p1) + 1e-9).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('has the steps that can be worked by hand', () => {
    const samples = [1, 2, 3, 4].map(evidence => ({ evidence, bad: evidence > 2, weight: 1 }));
    expect(vennAbersOf(samples, SIZE)).toEqual({
      method: 'venn-abers',
      low: { at: [3, 4], values: [1 / 2, 2 / 3] },
      high: { at: [1, 2], values: [1 / 3, 1 / 2] },
      logOdds: {
        at: [-999, 1, 1.5, 2.5, 3.5, 4, 1_004],
        values: [
          Math.log(1 / 3) - 1,
          Math.log(1 / 3),
          Math.log(1 / 2),
          0,
          Math.log(2),
          Math.log(3),
          Math.log(3) + 1,
        ],
      },
      sampleLogOdds: 0,
      learntFrom: SIZE,
    });
  });

  it('does not depend on the order of the samples', () => {
    fc.assert(
      fc.property(samplesArbitrary, samples => {
        expect(vennAbersOf([...samples].reverse(), SIZE)).toEqual(vennAbersOf(samples, SIZE));
      }),
      { numRuns: 60 },
    );
  });
});

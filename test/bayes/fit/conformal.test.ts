/** How rare evidence is among the good: against its definition, and worked by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logRatioOf, surpriseOf } from '../../../src/bayes/conformal.ts';
import { conformalOf } from '../../../src/bayes/fit/conformal.ts';
import type { WeighedEvidence } from '../../../src/bayes/fit/weighed-evidence.ts';
import { canonicalText } from '../../../src/bayes/model-id.ts';

const sizeOf = (goodEpisodes: number, independentGoodEpisodes = goodEpisodes) => ({
  ...({ badEpisodes: 0, independentBadEpisodes: 0, incidents: 0 } as const),
  ...{ badRecords: 0, goodEpisodes, independentGoodEpisodes },
});
const goodAt = (...evidence: number[]): WeighedEvidence[] =>
  evidence.map(at => ({ evidence: at, bad: false, weight: 1 }));

const samplesArbitrary = fc.array(
  fc.record({
    evidence: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -50, max: 50, noNaN: true })),
    bad: fc.constant(false),
    weight: fc.constantFrom(1, 0.5, 0.25),
  }),
  { minLength: 1, maxLength: 60 },
);
const weightOf = (samples: readonly WeighedEvidence[]) =>
  samples.reduce((sum, { weight }) => sum + weight, 0);

describe('conformalOf', () => {
  it('counts who is as rare, and one more', () => {
    const calibration = conformalOf(goodAt(4, 2, 3, 1), sizeOf(4));
    const p = (evidence: number) => Math.exp(-surpriseOf(calibration, evidence));
    expect([0, 1, 2, 3, 4].map(evidence => Number(p(evidence).toFixed(9)))).toEqual([1, 1, 0.8, 0.6, 0.4]);
    expect(p(4.25)).toBeCloseTo(0.4 / Math.E, 9);
  });

  it('falls off behind the rarest as the rarest tenth does', () => {
    // The rarest tenth of forty: 40, 42, 44, 50, on the average 4 above their lowest.
    const calibration = conformalOf(
      goodAt(...Array.from({ length: 36 }, (_, at) => at), 40, 42, 44, 50),
      sizeOf(40),
    );
    expect(calibration.tailNats).toBeCloseTo(4, 9);
    const rise = surpriseOf(calibration, 58) - surpriseOf(calibration, 50);
    expect(rise).toBeCloseTo(2, 9);
  });

  it('calls nothing of what was seen rarer than independent episodes can tell', () => {
    const many = goodAt(...Array.from({ length: 1_000 }, (_, at) => at / 100));
    const { surprise } = conformalOf(many, sizeOf(1_000, 9));
    expect(surprise.values.at(-1)).toBeLessThan(Math.log(10));
  });

  it('never calls evidence rarer than it is, nor more common by what a point is worth', () => {
    fc.assert(
      fc.property(samplesArbitrary, fc.constantFrom(1, 7.5, 60), (samples, n) => {
        const calibration = conformalOf(samples, sizeOf(samples.length, n));
        for (const { evidence } of samples) {
          const rarer = weightOf(samples.filter(one => one.evidence >= evidence));
          const p = (1 + (n * rarer) / weightOf(samples)) / (n + 1);
          expect(surpriseOf(calibration, evidence)).toBeLessThanOrEqual(-Math.log(p) + 1e-9);
        }
        for (const [index, at] of calibration.surprise.at.entries()) {
          const rarer = weightOf(samples.filter(one => one.evidence >= at));
          const p = (1 + (n * rarer) / weightOf(samples)) / (n + 1);
          expect(-Math.log(p) - (calibration.surprise.values[index] ?? Number.NaN)).toBeLessThan(0.02 + 1e-9);
        }
      }),
    );
  });

  it('lets good records score the base rate at most, by the mean of their odds', () => {
    fc.assert(
      fc.property(samplesArbitrary, fc.constantFrom(1, 7.5, 60, 1e6), (samples, n) => {
        const calibration = conformalOf(samples, sizeOf(samples.length, n));
        const sum = samples.reduce(
          (total, { evidence, weight }) =>
            total + weight * Math.exp(logRatioOf(surpriseOf(calibration, evidence))),
          0,
        );
        expect(sum / weightOf(samples)).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('rises with the evidence, before, between and behind what was seen', () => {
    const evidence = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(samplesArbitrary, fc.array(evidence, { minLength: 2 }), (samples, asked) => {
        const calibration = conformalOf(samples, sizeOf(samples.length));
        const told = asked.sort((a, b) => a - b).map(at => surpriseOf(calibration, at));
        for (const [index, one] of told.entries()) {
          expect(one).toBeGreaterThanOrEqual((told[index - 1] ?? 0) - 1e-12);
        }
      }),
    );
  });

  it('is the same in any order, plain data, and a few hundred points of eight thousand episodes', () => {
    fc.assert(
      fc.property(samplesArbitrary, samples => {
        const calibration = conformalOf(samples, sizeOf(samples.length));
        const other = conformalOf([...samples].reverse(), sizeOf(samples.length));
        expect(canonicalText(other)).toBe(canonicalText(calibration));
        expect(canonicalText(JSON.parse(JSON.stringify(calibration)))).toBe(canonicalText(calibration));
      }),
    );
    const many = goodAt(...Array.from({ length: 8_192 }, (_, at) => Math.sqrt(at)));
    expect(conformalOf(many, sizeOf(8_192)).surprise.at.length).toBeLessThan(450);
  });
});

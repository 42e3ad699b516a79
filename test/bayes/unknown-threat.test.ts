/** The sum of two ways to be bad, and the part that each has in it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_WEIGHTS } from '../../src/bayes/default-weights.ts';
import { eitherThreat, threatShares, UNKNOWN_THREAT, unknownPart } from '../../src/bayes/unknown-threat.ts';

const nats = fc.double({ min: -1e4, max: 1e4, noNaN: true }).map(value => (value === 0 ? 0 : value));
const shares = fc.constantFrom(0, 1e-9, 0.1, 0.5, 0.9);

describe('eitherThreat', () => {
  it('is what the two likelihoods come to by their shares', () => {
    expect(eitherThreat(-6, 4, threatShares(0.5))).toBeCloseTo(
      Math.log(0.5 * Math.exp(-6) + 0.5 * Math.exp(4)),
      12,
    );
    expect(eitherThreat(2, -1, threatShares(0.1))).toBeCloseTo(
      Math.log(0.9 * Math.exp(2) + 0.1 * Math.exp(-1)),
      12,
    );
  });

  it('is between both, at most what a share costs below the higher, and rises with each', () => {
    fc.assert(
      fc.property(nats, nats, nats, shares, (known, strange, more, share) => {
        const e = eitherThreat(known, strange, threatShares(share));
        const slack = 1e-9 * (1 + Math.abs(known) + Math.abs(strange));
        expect(e).toBeLessThanOrEqual(Math.max(known, share === 0 ? known : strange) + slack);
        expect(e).toBeGreaterThanOrEqual(known + Math.log1p(-share) - slack);
        if (share > 0) expect(e).toBeGreaterThanOrEqual(strange + Math.log(share) - slack);
        expect(eitherThreat(Math.max(known, more), strange, threatShares(share))).toBeGreaterThanOrEqual(
          e - slack,
        );
        expect(eitherThreat(known, Math.max(strange, more), threatShares(share))).toBeGreaterThanOrEqual(
          e - slack,
        );
      }),
    );
  });

  it('counts strangeness by its offset', () => {
    fc.assert(
      fc.property(
        nats,
        nats,
        shares,
        fc.double({ min: -40, max: 40, noNaN: true }),
        (known, strange, share, offset) => {
          fc.pre(known !== strange && known !== strange + offset);
          const moved = eitherThreat(known, strange + offset, threatShares(share));
          const slack = 1e-9 * (1 + Math.abs(known) + Math.abs(strange));
          expect(Math.abs(eitherThreat(known, strange, threatShares(share, offset)) - moved)).toBeLessThan(
            slack,
          );
        },
      ),
    );
    expect(threatShares(0, -9).lnUnknown).toBe(Number.NEGATIVE_INFINITY);
  });

  it('is exactly what both say where they say the same, and the known where nothing is unknown', () => {
    fc.assert(
      fc.property(nats, nats, shares, (known, strange, share) => {
        expect(eitherThreat(known, known, threatShares(share))).toBe(known);
        expect(eitherThreat(known, strange, threatShares(0))).toBe(known);
      }),
    );
  });
});

describe('unknownPart', () => {
  it('is the share of the unknown in what was added up', () => {
    expect(unknownPart(4, 4, threatShares(0.1))).toBeCloseTo(0.1, 12);
    expect(unknownPart(-6, 4, threatShares(0.5))).toBeCloseTo(1 / (1 + Math.exp(-10)), 12);
    expect(unknownPart(-6, 4, threatShares(0))).toBe(0);
  });

  it('weighs both so that nothing but the cost of two ways is left', () => {
    fc.assert(
      fc.property(nats, nats, shares, (known, strange, share) => {
        const part = unknownPart(known, strange, threatShares(share));
        const left = eitherThreat(known, strange, threatShares(share)) - (1 - part) * known - part * strange;
        const slack = 1e-9 * (1 + Math.abs(known) + Math.abs(strange));
        expect(left).toBeLessThanOrEqual(slack);
        expect(left).toBeGreaterThanOrEqual((share === 0 ? 0 : Math.log(Math.min(share, 1 - share))) - slack);
      }),
    );
  });
});

it('strangeness weighs what a site is born with, and no kind of it is missing', () => {
  expect(Object.keys(UNKNOWN_THREAT.weights).sort()).toEqual(
    Object.keys(DEFAULT_WEIGHTS)
      .filter(kind => /surprise|unseen/.test(kind))
      .sort(),
  );
  expect(Object.values(UNKNOWN_THREAT.weights).every(weight => weight > 0)).toBe(true);
});

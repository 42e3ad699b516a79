/** How far evidence is believed by the number of good episodes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedLogRatio } from '../../src/bayes/succession.ts';

describe('boundedLogRatio', () => {
  it('is the ratio to good ones of which one in n + 1 is like the bad', () => {
    // Λ = 999: of 1,000 good ones one has the bad's density 999, the others 1: 999 / ((999 + 999) / 1000) = 500.
    expect(boundedLogRatio(Math.log(999), 999)).toBeCloseTo(Math.log(500), 12);
    // Λ = 1/10, n = 9: 0.1 / ((9 + 0.1) / 10).
    expect(boundedLogRatio(Math.log(0.1), 9)).toBeCloseTo(Math.log(0.1 / 0.91), 12);
  });

  it('is nothing where evidence says nothing, and at most n + 1', () => {
    for (const n of [0.5, 1, 30, 8192]) {
      expect(boundedLogRatio(0, n)).toBeCloseTo(0, 12);
      expect(boundedLogRatio(1e4, n)).toBeCloseTo(Math.log(n + 1), 12);
      expect(boundedLogRatio(Number.POSITIVE_INFINITY, n)).toBeCloseTo(Math.log(n + 1), 12);
      expect(boundedLogRatio(Number.NEGATIVE_INFINITY, n)).toBe(Number.NEGATIVE_INFINITY);
    }
  });

  it('rises with evidence, and with the good that were seen where it speaks against a record', () => {
    const nats = fc.double({ min: -30, max: 20, noNaN: true });
    const episodes = fc.double({ min: 1, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(nats, fc.double({ min: 0.01, max: 5, noNaN: true }), episodes, (ratio, more, n) => {
        const believed = boundedLogRatio(ratio, n);
        expect(boundedLogRatio(ratio + more, n)).toBeGreaterThan(believed);
        if (ratio <= 0) return;
        expect(believed).toBeLessThanOrEqual(ratio + 1e-12);
        expect(boundedLogRatio(ratio, 2 * n)).toBeGreaterThanOrEqual(believed - 1e-12);
      }),
    );
  });
});

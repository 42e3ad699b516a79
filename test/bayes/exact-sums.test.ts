/** Decayed sums against BigInt: exact below and beyond what a double counts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayWeight, ExactSums, WHOLE_WEIGHT } from '../../src/bayes/exact-sums.ts';

describe('ExactSums', () => {
  it('are what BigInt says, in any order, however large', () => {
    const term = fc.tuple(
      fc.oneof(fc.integer({ min: -9, max: 9 }), fc.integer()),
      fc.oneof(fc.nat(WHOLE_WEIGHT), fc.constant(WHOLE_WEIGHT)),
    );
    fc.assert(
      fc.property(fc.array(term, { maxLength: 60 }), terms => {
        const [sums, reversed] = [new ExactSums(3), new ExactSums(3)];
        for (const [count, weight] of terms) sums.add(1, count, weight);
        for (const [count, weight] of terms.toReversed()) reversed.add(1, count, weight);
        const exact = terms.reduce((sum, [count, weight]) => sum + BigInt(count) * BigInt(weight), 0n);
        expect(sums.valueOf(1)).toBe(Number(exact) / 2 ** 24);
        expect(reversed.valueOf(1)).toBe(sums.valueOf(1));
        expect([sums.valueOf(0), sums.valueOf(2)]).toEqual([0, 0]);
      }),
    );
  });

  it('keep what they hold when they grow', () => {
    const sums = new ExactSums(1);
    for (let n = 0; n < 1_000; n++) sums.add(0, 2 ** 31 - 1, WHOLE_WEIGHT);
    sums.grow(4);
    sums.add(3, 1, WHOLE_WEIGHT / 2);
    expect(sums.valueOf(0)).toBe(1_000 * (2 ** 31 - 1));
    expect(sums.valueOf(3)).toBe(0.5);
  });
});

describe('dayWeight', () => {
  it.each([
    [0, 30, 2 ** 24],
    [30, 30, 2 ** 23],
    [90, 30, 2 ** 21],
    [15, 30, 11863283],
    [10_000, 30, 0],
    [10_000, Number.POSITIVE_INFINITY, 2 ** 24],
  ])('after %d days at a half-life of %d is %d', (age, halfLife, weight) => {
    expect(dayWeight(age, halfLife)).toBe(weight);
  });
});

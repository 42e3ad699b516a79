import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countBelow, countUpTo } from '../../src/domain/rising.ts';

describe('counts of rising numbers', () => {
  it('tell ties up to a number, and not below it', () => {
    expect(countUpTo([1, 2, 2, 3], 2)).toBe(3);
    expect(countBelow([1, 2, 2, 3], 2)).toBe(1);
  });

  it('tell none of no numbers, and none by what is no number', () => {
    for (const count of [countUpTo, countBelow]) {
      expect(count([], 1)).toBe(0);
      expect(count([1, 2, 3], Number.NaN)).toBe(0);
      expect(count([1, 2, 3], Number.NEGATIVE_INFINITY)).toBe(0);
      expect(count([1, 2, 3], Number.POSITIVE_INFINITY)).toBe(3);
    }
  });

  it('are those of counting one by one, of arrays and of typed ones, with ties or without', () => {
    const number = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom(-0, 0, Number.MIN_VALUE, -Number.MAX_VALUE, Number.MAX_VALUE),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(fc.array(number, { maxLength: 40 }), fc.array(number, { minLength: 1 }), (some, others) => {
        const rising = [...some].sort((a, b) => a - b);
        for (const x of [...some, ...others]) {
          const [upTo, below] = [some.filter(one => one <= x).length, some.filter(one => one < x).length];
          for (const of of [rising, Float64Array.from(rising)]) {
            expect(countUpTo(of, x)).toBe(upTo);
            expect(countBelow(of, x)).toBe(below);
          }
        }
      }),
      { numRuns: 300, seed: 11 },
    );
  });
});

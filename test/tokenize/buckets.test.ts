import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  durationBin,
  ENTROPY_LABELS,
  entropyIndexOf,
  logBin,
  ratioBin,
  SHARE_LABELS,
  shareIndexOf,
} from '../../src/tokenize/buckets.ts';

describe('logBin', () => {
  it.each([
    [0, '0'],
    [0.9, '0'],
    [1, '1'],
    [2, '2'],
    [3, '3'],
    [4, '4'],
    [5, '4'],
    [6, '6'],
    [7, '6'],
    [8, '8'],
    [100, '96'],
    [127, '96'],
    [128, '128'],
    [1500, '1024'],
    [1536, '1536'],
    [2 ** 31 - 1, '1610612736'],
    [2 ** 31, '2147483648'],
    [3 * 2 ** 31, '6442450944'],
    [2 ** 53 - 1, '6755399441055744'],
    [1e300, '6755399441055744'],
    [Number.POSITIVE_INFINITY, '6755399441055744'],
    [-1, 'invalid'],
    [Number.NaN, 'invalid'],
  ])('%d is in %s', (amount, expected) => {
    expect(logBin(amount)).toBe(expected);
  });

  it('names a lower bound that the amount reaches and exceeds by at most half', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), amount => {
        const bound = Number(logBin(amount));
        expect(bound).toBeLessThanOrEqual(amount);
        expect(amount).toBeLessThan(bound * 1.5 + 1);
      }),
    );
  });

  it('never falls when the amount grows', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one];
        expect(Number(logBin(low))).toBeLessThanOrEqual(Number(logBin(high)));
      }),
    );
  });
});

describe('durationBin', () => {
  it.each([
    [0, '0'],
    [0.0001, '0'],
    [0.001, '1us'],
    [0.025, '24us'],
    [0.25, '192us'],
    [1, '1ms'],
    [100, '96ms'],
    [86_400_000, '67108864ms'],
    [-1, 'invalid'],
    [Number.NaN, 'invalid'],
    [Number.POSITIVE_INFINITY, '6755399441055744ms'],
  ])('%d ms is in %s', (durationMs, expected) => {
    expect(durationBin(durationMs)).toBe(expected);
  });
});

describe('shares', () => {
  it.each([
    [0, 10, '0'],
    [1, 100, '>0'],
    [3, 10, '0.25'],
    [1, 2, '0.5'],
    [99, 100, '0.875'],
    [10, 10, '1'],
    [0, 0, 'none'],
  ])('%d of %d is in %s', (part, whole, expected) => {
    expect(SHARE_LABELS[shareIndexOf(part / whole)]).toBe(expected);
  });
});

describe('entropies', () => {
  it.each([
    [0, '0'],
    [0.24, '0'],
    [3 - 1e-12, '3'],
    [3.6, '3.5'],
    [10, '10'],
    [99, '10'],
  ])('%d bits are in %s', (bits, expected) => {
    expect(ENTROPY_LABELS[entropyIndexOf(bits)]).toBe(expected);
  });
});

describe('ratioBin', () => {
  it.each([
    [100, 100, '1:1'],
    [3000, 400, '8:1'],
    [400, 3000, '1:8'],
    [1e9, 1, '1024:1'],
    [1, 1e9, '1:1024'],
    [5, 0, 'source-only'],
    [0, 5, 'destination-only'],
    [0, 0, 'none'],
    [-1, 5, 'invalid'],
    [Number.NaN, 5, 'invalid'],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, '1:1'],
  ])('%d to %d is %s', (source, destination, expected) => {
    expect(ratioBin(source, destination)).toBe(expected);
  });
});

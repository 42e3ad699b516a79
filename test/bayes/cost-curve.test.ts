/** Thresholds and their costs, by numbers that fit on the back of an envelope. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cheapestOf, costAt, costCurve, costOfSilence, thinned } from '../../src/bayes/cost-curve.ts';

const scores = { bad: [0.9, 0.8, 0.3, 0.05], good: [0.6, 0.02, ...Array(8).fill(0.001)] };
/** One in ten is bad, and missing one costs nine false alarms: both mistakes weigh 0.9 a record. */
const weights = { baseRate: 0.1, costs: { falseAlarm: 1, missed: 9 } };

describe('costCurve', () => {
  it('has a point for each threshold at which something changes', () => {
    const told = costCurve(scores, weights).map(({ threshold, detection, falseAlarmRate, expectedCost }) => [
      threshold,
      detection,
      falseAlarmRate,
      Number(expectedCost.toFixed(9)),
    ]);
    expect(told).toEqual([
      [0, 1, 1, 0.9],
      [0.001, 1, 1, 0.9],
      [0.02, 1, 0.2, 0.18],
      [0.05, 1, 0.1, 0.09],
      [0.3, 0.75, 0.1, 0.315],
      [0.6, 0.5, 0.1, 0.54],
      [0.8, 0.5, 0, 0.45],
      [0.9, 0.25, 0, 0.675],
    ]);
  });

  it('is what costAt says of each of its thresholds', () => {
    const score = fc.double({ min: 0, max: 1, noNaN: true });
    const some = fc.array(score, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(some, some, (bad, good) => {
        for (const point of costCurve({ bad, good }, weights))
          expect(costAt(point.threshold, { bad, good }, weights)).toEqual(point);
      }),
    );
  });

  it('has no shares of nothing', () => {
    expect(() => costCurve({ bad: [], good: [0.1] }, weights)).toThrow(RangeError);
    expect(() => costCurve({ bad: [0.1], good: [] }, weights)).toThrow(RangeError);
    expect(() => costAt(0.5, { bad: [0.1], good: [] }, weights)).toThrow(RangeError);
  });
});

describe('costAt', () => {
  it('is the example of its docstring', () => {
    const judged = { bad: [0.9, 0.2], good: [0.6, 0.1, 0.1, 0.1] };
    const point = costAt(0.5, judged, { baseRate: 0.01, costs: { falseAlarm: 1, missed: 99 } });
    expect(point).toMatchObject({ threshold: 0.5, detection: 0.5, falseAlarmRate: 0.25 });
    expect(point.expectedCost).toBeCloseTo(0.7425, 12);
  });
});

describe('cheapestOf', () => {
  it('is the least cost', () => {
    expect(cheapestOf(costCurve(scores, weights), weights)).toMatchObject({ threshold: 0.05 });
  });

  it('is the one with the fewest alarms, of several', () => {
    const even = { baseRate: 0.5, costs: { falseAlarm: 1, missed: 1 } };
    // 0.2 and 0.4: one mistake each, of two. Silence: half the bad, which is as much.
    const judged = { bad: [0.2, 0.4], good: [0.3, 0.1] };
    const curve = costCurve(judged, even);
    expect(curve.filter(({ expectedCost }) => expectedCost === 0.25)).toHaveLength(2);
    expect(cheapestOf(curve, even)).toMatchObject({ threshold: 0.4 });
  });

  it('is none where silence costs no more', () => {
    const rare = { baseRate: 0.001, costs: { falseAlarm: 1, missed: 1 } };
    const judged = { bad: [0.5], good: [0.5, 0.1] };
    expect(costOfSilence(rare)).toBe(0.001);
    expect(cheapestOf(costCurve(judged, rare), rare)).toBeNull();
    expect(cheapestOf([], rare)).toBeNull();
  });
});

describe('thinned', () => {
  it('keeps the ends and spreads the others evenly', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index);
    expect(thinned(hundred, 4)).toEqual([0, 33, 66, 99]);
    expect(thinned(hundred, 100)).toEqual(hundred);
    expect(thinned([], 4)).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLOW_STATISTICS } from '../../src/domain/flow-statistics.ts';
import { CutBins, cutPointsOf, guardedCuts, QUANTILES } from '../../src/tokenize/cut-points.ts';
import { flowBinOf } from '../../src/tokenize/flow-bins.ts';
import { FLOW_CUT_POINTS } from '../../src/tokenize/flow-cut-points.ts';

const measures = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double({ min: 0, max: 1e9, noNaN: true })),
  {
    minLength: 1,
    maxLength: 200,
  },
);

describe('cutPointsOf', () => {
  it('says what its examples say', () => {
    expect(cutPointsOf([0, 0, 0, 0, 5, 7], 3)).toEqual([0, 5, 7]);
    expect(cutPointsOf([])).toEqual([]);
    expect(cutPointsOf([4, 4, 4])).toEqual([4]);
    expect(cutPointsOf(Array.from({ length: 101 }, (_, index) => index))).toEqual(
      Array.from({ length: QUANTILES + 1 }, (_, index) => 5 * index),
    );
  });

  it('gives rising values of the good, from the least to the greatest, whatever their order', () => {
    fc.assert(
      fc.property(measures, values => {
        const cuts = cutPointsOf(values);
        expect(cuts).toEqual([...new Set(cuts)].sort((a, b) => a - b));
        expect(cuts.filter(cut => !values.includes(cut))).toEqual([]);
        expect([cuts[0], cuts.at(-1)]).toEqual([Math.min(...values), Math.max(...values)]);
        expect(cutPointsOf([...values].reverse())).toEqual(cuts);
      }),
    );
  });

  it('leaves a value that fills a bin by itself alone among the good', () => {
    const values = [...Array.from({ length: 60 }, () => 29_200), 100, 200, 30_000, 65_535];
    const cuts = cutPointsOf(values);
    const bins = new CutBins(1, cuts);
    const own = bins.tokenOf(29_200);
    expect(values.filter(value => bins.tokenOf(value) === own && value !== 29_200)).toEqual([]);
  });
});

describe('guardedCuts', () => {
  it('keeps all cuts and leaves no bin much wider than half an octave', () => {
    fc.assert(
      fc.property(measures, values => {
        const cuts = cutPointsOf(values);
        const guarded = guardedCuts(cuts, { from: 1, to: 1_024 });
        expect(cuts.filter(cut => !guarded.includes(cut))).toEqual([]);
        const within = guarded.filter(cut => cut >= 2 && cut <= 1_000);
        const ratios = within.slice(1).map((cut, index) => cut / (within[index] as number));
        expect(Math.max(1, ...ratios)).toBeLessThanOrEqual(1.5 * 1.1 * 1.1);
      }),
    );
    expect(guardedCuts([0, 7], { from: 1, to: 16 })).toEqual([0, 1, 1.5, 2, 3, 4, 6, 7, 8, 12, 16]);
  });
});

describe('CutBins', () => {
  const bins = new CutBins(3, [0, 5, 7]);

  it.each([
    [-1, '3:below'],
    [0, '3:01'],
    [4.9, '3:01'],
    [5, '3:02'],
    [7, '3:02'],
    [7.1, '3:above'],
    [Number.POSITIVE_INFINITY, '3:above'],
    [Number.NaN, undefined],
  ])('of %d is %s', (value, expected) => {
    expect(bins.tokenOf(value)).toBe(expected);
  });

  it('rises with the number, and tells every bin of the good from those beyond', () => {
    fc.assert(
      fc.property(measures, fc.double({ noNaN: true }), fc.double({ noNaN: true }), (values, a, b) => {
        const cuts = cutPointsOf(values);
        fc.pre(cuts.length > 1);
        const rank = (value: number) => {
          const token = new CutBins(1, cuts).tokenOf(value)?.slice(2);
          return token === 'below' ? 0 : token === 'above' ? 100 : Number(token);
        };
        expect(Math.sign(rank(a) - rank(b)) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
        for (const value of values) expect(rank(value)).toBeGreaterThan(0);
        for (const value of values) expect(rank(value)).toBeLessThan(100);
      }),
    );
  });
});

describe('the cut points of this release', () => {
  it.each(FLOW_STATISTICS)('of %s rise, and bin any number', statistic => {
    const cuts = FLOW_CUT_POINTS[statistic] ?? [];
    expect(cuts).toEqual([...new Set(cuts)].sort((a, b) => a - b));
    for (const value of [0, 1e-9, 1, 250, 1e308])
      expect(flowBinOf(statistic, value)).toMatch(/^1:(?:\d\d|above)$/);
    const bins = [1, 2, 4, 64].map(value => flowBinOf(statistic, value));
    if (!statistic.startsWith('init_') && !statistic.endsWith('_tos')) expect(new Set(bins).size).toBe(4);
    expect(flowBinOf(statistic, undefined)).toBeUndefined();
  });
});

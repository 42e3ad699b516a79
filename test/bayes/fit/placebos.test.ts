/** Placebos: what chance shows, worked by hand, and what it leaves of a window's weights. */
import { describe, expect, it } from 'vitest';
import type { FitSample } from '../../../src/bayes/fit/fit-sample.ts';
import {
  contrastOf,
  type PositiveSquares,
  positiveSquaresOf,
  shrinkageOf,
} from '../../../src/bayes/fit/placebos.ts';
import { settledSamples } from '../../../src/bayes/fit/sample-model.ts';
import { logOdds } from '../../../src/bayes/log-odds.ts';

const squares = (...bins: [tokens: number, squares: number][]): PositiveSquares =>
  new Map([['f', bins.map(([tokens, sum]) => ({ tokens, squares: sum }))]]);

describe('shrinkageOf', () => {
  it('leaves the share of a bin that chance does not explain', () => {
    // Bin 0: 8/4 = 2 observed, 5/10 = 0.5 by chance. Bin 1: chance shows more than the window. Bin 2: no placebo tells.
    const shrinkage = shrinkageOf(squares([4, 8], [2, 1], [1, 9]), [
      squares([6, 3], [1, 2]),
      squares([4, 2]),
    ]);
    expect(shrinkage).toEqual({ f: [0.75, 0.05, 1] });
  });

  it('shrinks nothing without placebos, nor what weighs nothing', () => {
    expect(shrinkageOf(squares([4, 8]), [])).toEqual({ f: [1] });
    expect(shrinkageOf(squares([4, 0]), [squares([4, 3])])).toEqual({ f: [1] });
  });
});

describe('contrastOf', () => {
  it('tells how the window stands out', () => {
    expect(contrastOf(squares([4, 8], [1, 2]), [squares([10, 1]), squares([5, 1], [5, 2])])).toEqual({
      observed: 2,
      placebos: { mean: 0.2, max: 0.3, n: 2 },
    });
    expect(contrastOf(new Map(), [])).toEqual({ observed: 0, placebos: { mean: 0, max: 0, n: 0 } });
  });
});

describe('positiveSquaresOf', () => {
  const sample = (bad: boolean, episode: number, ...tokens: string[]): FitSample => ({
    ...{ bad, incident: '', episode: `${bad} ${episode}` },
    observations: {
      ...{ sequences: [], shape: [] },
      categories: tokens.map(token => ({ field: 'destination.port', token })),
    },
  });

  it('bins tokens by the bad episodes that hold them', () => {
    // 4444 in two of two bad episodes and in none good (bin 1), 80 in one and in all (bin 0), 443 in good ones alone (none).
    const samples = [
      sample(true, 1, '4444', '80'),
      sample(true, 2, '4444'),
      sample(false, 1, '80', '443'),
      sample(false, 2, '80'),
    ];
    const bins = positiveSquaresOf(settledSamples(samples).settled, 2).get('destination.port');
    const totals = { bad: 2, good: 2 };
    const square = (bad: number, good: number) => Math.max(0, logOdds({ bad, good }, totals, 2)) ** 2;
    expect(square(1, 2)).toBe(0);
    expect(bins).toEqual([
      { tokens: 1, squares: 0 },
      { tokens: 1, squares: square(2, 0) },
    ]);
  });

  it('counts 1- to 4-grams of texts, not longer ones, and not the presence of a field', () => {
    const text = (bad: boolean, name: string): FitSample => ({
      ...{ bad, incident: '', episode: name },
      observations: {
        ...{ shape: [], categories: [] },
        sequences: [{ field: 'dns.question.name', text: name }],
      },
    });
    const samples = [text(true, 'abcdef'), text(false, 'uvwxyz')];
    const [bin] = positiveSquaresOf(settledSamples(samples).settled, 2).get('dns.question.name') ?? [];
    // With the end mark seven symbols: 7 + 6 + 5 + 4 n-grams. All but the end alone are of the bad only.
    expect(bin?.tokens).toBe(22);
    expect(bin?.squares).toBeCloseTo(21 * logOdds({ bad: 1, good: 0 }, { bad: 1, good: 1 }, 2) ** 2, 9);
  });

  it('finds that a marked stretch of innocent traffic is like its placebos, and a real one is not', () => {
    // Twelve ports that the good use by turns; the intruder's windows hold one that nobody uses.
    const innocent = (bad: boolean, from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) =>
        sample(
          bad,
          from + index,
          `${80 + (((from + index) * 7) % 12)}`,
          `${200 + (((from + index) * 5) % 17)}`,
        ),
      );
    const stretch = (from: number, guilty: string[]) => {
      const marked = innocent(true, from, from + 30).map(one => ({
        ...one,
        observations: {
          ...one.observations,
          categories: [
            ...one.observations.categories,
            ...guilty.map(token => ({ field: 'destination.port', token })),
          ],
        },
      }));
      const good = [...innocent(false, 0, from), ...innocent(false, from + 30, 600)];
      return positiveSquaresOf(settledSamples([...marked, ...good]).settled, 2);
    };
    const placebos = [60, 120, 180, 240].map(from => stretch(from, []));
    const innocentContrast = contrastOf(stretch(400, []), placebos);
    expect(innocentContrast.observed).toBeLessThan(1.5 * innocentContrast.placebos.max);
    const guilty = stretch(400, ['4444']);
    const guiltyContrast = contrastOf(guilty, placebos);
    expect(guiltyContrast.observed).toBeGreaterThan(3 * guiltyContrast.placebos.max);
    // The port of all thirty episodes keeps its weight; what two or three hold more often than the rest, placebos show, too.
    const factors = shrinkageOf(guilty, placebos)['destination.port'] ?? [];
    expect([factors[4], factors[1]]).toEqual([1, 0.05]);
  });
});

/** What is left to tell of the classes once a score is calibrated as well as a curve can. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curveLoss } from '../../../src/bayes/fit/curve-loss.ts';
import type { Scored } from '../../../src/bayes/fit/early-detection.ts';

const bad = (score: number, weight = 1): Scored => ({ bad: true, score, weight });
const good = (score: number, weight = 1): Scored => ({ bad: false, score, weight });

describe('curveLoss', () => {
  it('is the entropy of the classes where scores tell nothing, or mislead', () => {
    expect(curveLoss([bad(1), good(1)])).toBeCloseTo(Math.LN2, 9);
    expect(curveLoss([bad(-3), good(3)])).toBeCloseTo(Math.LN2, 9);
    const entropy = -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75));
    expect(curveLoss([bad(2), good(2, 3)])).toBeCloseTo(entropy, 9);
  });

  it('is nearly none where the classes are apart, and what a curve leaves where they are not', () => {
    expect(curveLoss([bad(9), good(-9)])).toBeLessThan(0.01);
    // Three of four on each side: whatever the slope, σ comes to ¾ there.
    const sides = [bad(1, 3), good(1), bad(-1), good(-1, 3)];
    expect(curveLoss(sides)).toBeCloseTo(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 5);
  });

  it('is that of the best curve, however far out some stand', () => {
    const near = Array.from({ length: 400 }, (_, index) => good(Math.sin(index)));
    for (const top of [20, 150]) {
      const scored = [bad(top, 200), bad(4, 200), ...near];
      const lossOf = (slope: number, level: number) => {
        const each = scored.map(({ bad, score, weight }) => {
          const z = (bad ? -1 : 1) * (slope * score + level);
          return weight * (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))));
        });
        return each.reduce((sum, one) => sum + one, 0) / scored.reduce((sum, { weight }) => sum + weight, 0);
      };
      // A grid of slopes, and for each the middle between the nearer ones.
      const least = Math.min(...Array.from({ length: 80 }, (_, at) => lossOf(at / 10, -(at / 10) * 2.5)));
      expect(curveLoss(scored)).toBeLessThan(least + 0.005);
    }
  });

  it('does not go by where scores begin, nor by their unit', () => {
    const nats = fc.double({ min: -8, max: 8, noNaN: true });
    const scores = fc.array(fc.tuple(fc.boolean(), nats), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(scores, nats, fc.constantFrom(0.5, 2), (all, shift, unit) => {
        const lossAt = (toScore: (nats: number) => number) =>
          curveLoss([
            bad(toScore(0)),
            good(toScore(1)),
            ...all.map(([isBad, one]) => (isBad ? bad : good)(toScore(one))),
          ]);
        expect(lossAt(one => unit * one + shift)).toBeCloseTo(
          lossAt(one => one),
          3,
        );
      }),
    );
  });
});

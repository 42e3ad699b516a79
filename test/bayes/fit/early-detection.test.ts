/** The area while false alarms are few: by hand, and against a plain sum over thresholds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { earlyDetection, FALSE_ALARMS_MAX, scoredBy } from '../../../src/bayes/fit/early-detection.ts';

const sampled = (bad: boolean, incident: string, episode: string) => ({
  ...{ observations: { sequences: [], shape: [], categories: [] }, exact: [], bad, incident, episode },
});
const one = (bad: boolean, score: number, weight = 1) => ({ bad, score, weight });

describe('earlyDetection', () => {
  it('counts what is found before the first of a few good ones', () => {
    expect(earlyDetection([one(true, 3), one(false, 2), one(true, 1)])).toBeCloseTo(0.5, 12);
    expect(earlyDetection([one(true, 3, 3), one(false, 2), one(true, 1)])).toBeCloseTo(0.75, 12);
    expect(earlyDetection([one(false, 3), one(true, 2)])).toBe(0);
    expect(earlyDetection([one(true, 3), one(false, 2)])).toBeCloseTo(1, 12);
  });

  it('is half the rate where every score is the same, and nothing without both classes', () => {
    expect(earlyDetection([one(true, 1), one(false, 1)])).toBeCloseTo(FALSE_ALARMS_MAX / 2, 12);
    expect(earlyDetection([one(true, 1)])).toBeNaN();
    expect(earlyDetection([one(false, 1)])).toBeNaN();
  });

  it('is what single thresholds find, on the average', () => {
    const drawn = fc.array(fc.record({ bad: fc.boolean(), score: fc.integer({ min: 0, max: 9 }) }), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(drawn, some => {
        const bads = some.filter(({ bad }) => bad);
        const goods = some.filter(({ bad }) => !bad);
        fc.pre(bads.length > 0 && goods.length > 0);
        // Between two thresholds both rates are straight lines of each other.
        const rateOf = (of: readonly { score: number }[], from: number) =>
          of.filter(({ score }) => score >= from).length / of.length;
        const foundAt = (alarms: number) => {
          for (let from = 10; from > 0; from--) {
            const [low, high] = [rateOf(goods, from), rateOf(goods, from - 1)];
            if (alarms > high || high === low) continue;
            const share = (alarms - low) / (high - low);
            return rateOf(bads, from) + share * (rateOf(bads, from - 1) - rateOf(bads, from));
          }
          return 1;
        };
        const steps = 2_000;
        let sum = 0;
        for (let step = 0; step < steps; step++) sum += foundAt(((step + 0.5) / steps) * FALSE_ALARMS_MAX);
        const area = earlyDetection(some.map(({ bad, score }) => ({ bad, score, weight: 1 })));
        expect(area).toBeCloseTo(sum / steps, 2);
      }),
    );
  });
});

describe('scoredBy', () => {
  it('weighs every incident the same, however many episodes it has', () => {
    const samples = [
      ...['a', 'b', 'c'].map(episode => sampled(true, 'long', episode)),
      sampled(true, 'short', 'd'),
      sampled(false, '', 'e'),
    ];
    const scored = scoredBy(samples);
    const detection = (scores: number[]) => earlyDetection(scored(scores));
    expect(detection([3, 3, 3, 1, 2])).toBeCloseTo(0.5, 12);
    expect(detection([1, 1, 1, 3, 2])).toBeCloseTo(0.5, 12);
    expect(detection([3, 1, 1, 3, 2])).toBeCloseTo(2 / 3, 12);
  });
});

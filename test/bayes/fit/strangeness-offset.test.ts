/** The level to which strangeness is brought. */
import { describe, expect, it } from 'vitest';
import type { FitSample } from '../../../src/bayes/fit/fit-sample.ts';
import { strangenessOffsetOf } from '../../../src/bayes/fit/strangeness-offset.ts';

const sample = (bad: boolean, episode: string): FitSample => ({
  ...{ bad, incident: bad ? 'incident' : 'client', episode },
  observations: { sequences: [], shape: [], categories: [] },
});

describe('strangenessOffsetOf', () => {
  it('is how far apart the heights are that three in a hundred of the good reach', () => {
    const good = Array.from({ length: 100 }, (_, index) => sample(false, `e${index}`));
    const samples = [sample(true, 'b0'), ...good, sample(true, 'b1')];
    // The bad do not count; of the good the highest are −1, −2, −8, −9 … and 9, 7, 3, 2.
    const known = [50, -1, -2, -8, ...Array.from({ length: 97 }, (_, index) => -9 - index), 60];
    const strange = [90, ...Array.from({ length: 96 }, () => 0), 2, 3, 7, 9, 90];
    expect(strangenessOffsetOf(samples, known, strange)).toBe(-11);
  });

  it('counts episodes, not records', () => {
    // One of a hundred episodes has a hundred records, all of them high: that is a third of three in a hundred.
    const loud = Array.from({ length: 100 }, () => sample(false, 'loud'));
    const quiet = Array.from({ length: 99 }, (_, index) => sample(false, `e${index}`));
    const samples = [...loud, ...quiet, sample(true, 'b')];
    const known = samples.map(({ episode }) => (episode === 'loud' ? 5 : -3));
    expect(
      strangenessOffsetOf(
        samples,
        known,
        known.map(() => 0),
      ),
    ).toBe(-3);
  });

  it('is that of the highest where the good are few, and of nothing without both classes', () => {
    const few = [sample(false, 'a'), sample(false, 'b'), sample(true, 'c')];
    expect(strangenessOffsetOf(few, [-4, -6, 0], [1, 2, 0])).toBe(-6);
    expect(strangenessOffsetOf(few.slice(0, 2), [-4, -6], [1, 2])).toBeUndefined();
    expect(strangenessOffsetOf(few.slice(2), [0], [0])).toBeUndefined();
    expect(strangenessOffsetOf([], [], [])).toBeUndefined();
  });
});

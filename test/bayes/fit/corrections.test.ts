/** δ: what it undoes, what it leaves, and that it is the minimum that it says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CORRECTIONS_MAX,
  correctionsOf,
  ridgeOf,
  SHAPE_RIDGE_INCIDENTS,
} from '../../../src/bayes/fit/corrections.ts';
import type { FitSample } from '../../../src/bayes/fit/fit-sample.ts';
import { sigmoid } from '../../../src/bayes/log-odds.ts';
import type { Correction } from '../../../src/bayes/model.ts';

function sample(bad: boolean, incident: string, episode: number, tokens: readonly string[]): FitSample {
  return {
    ...{ bad, incident, episode: `${bad} ${incident} ${episode}` },
    observations: {
      ...{ sequences: [], shape: [] },
      categories: tokens.map(token => ({ field: 'network.protocol', token })),
    },
  };
}

/** δ of one ridge. */
function corrected(samples: readonly FitSample[], logits: readonly number[], ridge = 1): Correction[] {
  return correctionsOf(samples, logits, [ridgeOf(ridge)])[0] ?? [];
}

describe('correctionsOf', () => {
  it('is what its docstring works out', () => {
    const samples = ['a', 'b', 'c', 'd', 'e'].flatMap((incident, index) => [
      sample(true, incident, index, ['seen']),
      sample(false, incident, index, ['other']),
    ]);
    const zeros = samples.map(() => 0);
    const corrections = corrected(samples, zeros);
    expect(corrections.map(({ token }) => token)).toEqual(['other', 'seen']);
    const [other, seen] = corrections.map(({ delta }) => delta);
    expect(other).toBeCloseTo(-0.784, 3);
    expect(seen).toBeCloseTo(0.784, 3);
    expect(sigmoid(-(seen ?? Number.NaN)) / 2).toBeCloseTo((seen ?? Number.NaN) / 5, 4);
    expect(ridgeOf(0.3)({ field: 'network.transport', token: 'udp' })).toBe(0.3);
    expect(ridgeOf(0.3)({ field: 'url.path#length', token: '8' })).toBe(3);
  });

  it('comes to the same by a ridge behind stronger ones as by that ridge alone', () => {
    // Two tokens that nearly always come together settle in many small steps, which others that settled long ago wait for.
    const samples = Array.from({ length: 400 }, (_, index) => {
      const bad = index % 2 === 0;
      const tokens = [...(index % 5 < (bad ? 4 : 1) ? ['plain'] : []), ...(index % 3 === 0 ? ['one'] : [])];
      return sample(
        bad,
        `i${index % 20}`,
        index,
        index % 3 === 0 && index % 60 !== 3 ? [...tokens, 'two'] : tokens,
      );
    });
    const logits = samples.map(({ bad }, index) => (bad ? 1 : -1) + ((index * 7) % 11) / 4);
    const ridges = [3, 0.3, 0.03, 0.003];
    const inTurn = correctionsOf(samples, logits, ridges.map(ridgeOf));
    for (const [index, ridge] of ridges.entries()) {
      for (const [at, { token, delta }] of corrected(samples, logits, ridge).entries())
        expect(inTurn[index]?.[at]?.delta, `${token} by ${ridge}`).toBeCloseTo(delta, 1);
    }
  });

  it('draws each token as strongly as its own ridge says', () => {
    const samples = ['a', 'b', 'c', 'd', 'e'].flatMap((incident, index) => [
      sample(true, incident, index, ['seen', 'twin']),
      sample(false, incident, index, ['other']),
    ]);
    const [corrections = []] = correctionsOf(
      samples,
      samples.map(() => 0),
      [({ token }) => (token === 'twin' ? 4 : 1)],
    );
    const deltaOf = (wanted: string) =>
      corrections.find(({ token }) => token === wanted)?.delta ?? Number.NaN;
    // Both have the same slope of loss, so δ·r is the same.
    expect(deltaOf('seen') / deltaOf('twin')).toBeCloseTo(4, 2);
  });

  it('takes back what was counted three times', () => {
    // a, b and c always come together, in 4 of 5 bad and 1 of 5 good, else d; e as often, whatever else, else f. Each λ says
    // ln 4, so abc and d are 4·ln 4 apart where the counts say 2·ln 4, as e and f are.
    const each = (bad: boolean, shown: number) =>
      Array.from({ length: 100 }, (_, index) =>
        sample(bad, `i${index % 10}`, index, [
          ...(index % 5 < shown ? ['a', 'b', 'c'] : ['d']),
          Math.floor(index / 10) % 5 < shown ? 'e' : 'f',
        ]),
      );
    const samples = [...each(true, 4), ...each(false, 1)];
    const lambdaOf = (token: string) => (token === 'd' || token === 'f' ? -Math.log(4) : Math.log(4));
    const logits = samples.map(({ observations }) =>
      observations.categories.reduce((sum, { token }) => sum + lambdaOf(token), 0),
    );
    const corrections = corrected(samples, logits, 0.01);
    expect(corrections.map(({ token }) => token)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    const weightOf = (token: string) =>
      lambdaOf(token) + (corrections.find(one => one.token === token)?.delta ?? Number.NaN);
    const [abc, e] = [3 * weightOf('a') - weightOf('d'), weightOf('e') - weightOf('f')];
    expect(abc / e).toBeGreaterThan(0.8);
    expect(abc / e).toBeLessThan(1.5);
  });

  it('is the minimum of its loss', () => {
    const drawn = fc.array(
      fc.record({
        bad: fc.boolean(),
        z: fc.double({ min: -4, max: 4, noNaN: true }),
        tokens: fc.subarray(['a', 'b', 'c', 'd']),
      }),
      { minLength: 12, maxLength: 40 },
    );
    fc.assert(
      fc.property(drawn, fc.constantFrom(0.1, 1, 10), (some, ridgeIncidents) => {
        const samples = some.map(({ bad, tokens }, index) => sample(bad, `i${index % 6}`, index, tokens));
        const incidents = new Set(samples.filter(one => one.bad).map(one => one.incident)).size;
        fc.pre(incidents >= 5 && samples.some(one => !one.bad));
        const corrections = corrected(
          samples,
          some.map(({ z }) => z),
          ridgeIncidents,
        );
        const goods = samples.filter(one => !one.bad).length;
        const sumOf = (held: readonly string[]) =>
          corrections.filter(one => held.includes(one.token)).reduce((sum, one) => sum + one.delta, 0);
        const rows = some.map(({ bad, tokens, z }, index) => {
          const own = samples.filter(one => one.bad && one.incident === samples[index]?.incident).length;
          return { bad, tokens, z, sum: sumOf(tokens), weight: bad ? 0.5 / incidents / own : 0.5 / goods };
        });
        /** Slope of the loss by δ of a token, by the intercept (no token), and by the multiplier. */
        const slopeOf = (of: string, intercept: number, multiplier: number) => {
          let slope = of === 'multiplier' ? (0.01 / incidents) * (multiplier - 1) : 0;
          for (const { bad, tokens, z, sum, weight } of rows) {
            const x = of === 'multiplier' ? z : of === '' || tokens.includes(of as 'a') ? 1 : 0;
            slope += weight * x * (sigmoid(multiplier * z + intercept + sum) - (bad ? 1 : 0));
          }
          return slope;
        };
        /** Where a growing function of one number, from low to high, is 0. */
        const rootOf = (slope: (x: number) => number, low: number, high: number) => {
          for (let round = 0; round < 50; round++) {
            const middle = (low + high) / 2;
            if (slope(middle) < 0) low = middle;
            else high = middle;
          }
          return low;
        };
        const interceptOf = (multiplier: number) => rootOf(x => slopeOf('', x, multiplier), -60, 60);
        const multiplier = rootOf(x => slopeOf('multiplier', interceptOf(x), x), 0, 20);
        const intercept = interceptOf(multiplier);
        for (const { token, delta } of corrections) {
          const ridge = (ridgeIncidents / incidents) * delta;
          expect(Math.abs(slopeOf(token, intercept, multiplier) + ridge), token).toBeLessThan(2e-3);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is empty below five incidents, and leaves tokens of one incident, and addresses', () => {
    const samples = (incidents: number) => [
      ...Array.from({ length: incidents }, (_, index) =>
        sample(true, `i${index}`, index, ['common', `only ${index}`]),
      ),
      ...Array.from({ length: 20 }, (_, index) =>
        sample(false, 'x', index, index < 5 ? ['common'] : ['other']),
      ),
    ];
    const zeros = (some: readonly FitSample[]) => some.map(() => 0);
    expect(corrected(samples(4), zeros(samples(4)))).toEqual([]);
    const some = samples(5);
    expect(corrected(some, zeros(some)).map(({ token }) => token)).toEqual(['common', 'other']);
    const addresses = some.map(one => ({
      ...one,
      observations: {
        ...one.observations,
        categories: one.observations.categories.map(({ token }) => ({ field: 'source.ip', token })),
      },
    }));
    expect(corrected(addresses, zeros(some))).toEqual([]);
  });

  it('draws shapes of texts to nothing more strongly', () => {
    const samples = ['a', 'b', 'c', 'd', 'e'].flatMap((incident, index) => [
      sample(true, incident, index, ['told']),
      sample(false, incident, index, ['other']),
    ]);
    const shapes = samples.map(one => ({
      ...one,
      observations: {
        ...one.observations,
        categories: [],
        shape: one.observations.categories.map(({ token }) => ({ field: 'url.path#length', token })),
      },
    }));
    const deltaOf = (some: readonly FitSample[]) =>
      corrected(
        some,
        some.map(() => 0),
        SHAPE_RIDGE_INCIDENTS / 100,
      ).find(({ token }) => token === 'told')?.delta;
    expect(deltaOf(shapes)).toBeLessThan(0.5 * (deltaOf(samples) ?? Number.NaN));
    expect(deltaOf(shapes)).toBeGreaterThan(0);
  });

  it('leaves it to the calibration that the sum of λ says too little everywhere', () => {
    // Half of what the counts say, of every token: a multiplier of 2 mends it, and no token is at fault.
    const samples = Array.from({ length: 400 }, (_, index) =>
      sample(index % 2 === 0, `i${index % 20}`, index, [
        ...(index % 8 < 6 === (index % 2 === 0) ? ['p'] : ['q']),
        ...(index % 16 < 12 === (index % 2 === 0) ? ['r'] : ['s']),
      ]),
    );
    const lambdas: Record<string, number> = {};
    for (const token of ['p', 'q', 'r', 's']) {
      const counted = (bad: boolean) =>
        samples.filter(one => one.bad === bad && one.observations.categories.some(c => c.token === token))
          .length;
      lambdas[token] = Math.log(counted(true) / counted(false));
    }
    const logits = samples.map(({ observations }) =>
      observations.categories.reduce((sum, { token }) => sum + 0.5 * (lambdas[token] ?? 0), 0),
    );
    const deltas = corrected(samples, logits);
    for (const { delta, token } of deltas) expect(Math.abs(delta), token).toBeLessThan(0.1);
  });

  it('corrects a bounded number of tokens', () => {
    const tokens = Array.from({ length: CORRECTIONS_MAX + 500 }, (_, index) => `t${index}`);
    const samples = [
      ...Array.from({ length: 6 }, (_, index) => sample(true, `i${index}`, index, tokens)),
      ...Array.from({ length: 6 }, (_, index) => sample(false, 'x', index, [])),
    ];
    expect(
      corrected(
        samples,
        samples.map(() => 0),
      ),
    ).toHaveLength(CORRECTIONS_MAX);
  });
});

/** δ: what it undoes, what it leaves, and that it is the minimum that it says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CORRECTIONS_MAX, correctionsOf } from '../../../src/bayes/fit/corrections.ts';
import type { FitSample } from '../../../src/bayes/fit/fit-sample.ts';
import { sigmoid } from '../../../src/bayes/log-odds.ts';

function sample(bad: boolean, incident: string, episode: number, tokens: readonly string[]): FitSample {
  return {
    ...{ bad, incident, episode: `${bad} ${incident} ${episode}` },
    observations: {
      ...{ sequences: [], shape: [] },
      categories: tokens.map(token => ({ field: 'network.protocol', token })),
    },
  };
}

const PLAIN = (ridgeIncidents = 1) => ({ ridgeIncidents, scaleOf: () => 1 });

describe('correctionsOf', () => {
  it('takes back what was counted three times', () => {
    // a, b and c always come together, in 4 of 5 bad and 1 of 5 good: ln 4 − ln 1/4 = 2.77 nats apart, but each λ says so.
    const each = (bad: boolean, with3: number) =>
      Array.from({ length: 50 }, (_, index) =>
        sample(bad, `i${index % 10}`, index, index % 5 < with3 ? ['a', 'b', 'c'] : ['d']),
      );
    const samples = [...each(true, 4), ...each(false, 1)];
    const lambda = 1.3863;
    const logits = samples.map(({ observations }) =>
      observations.categories.reduce((sum, { token }) => sum + (token === 'd' ? -lambda : lambda), 0),
    );
    const corrections = correctionsOf(samples, logits, PLAIN(0.01));
    const deltas = corrections.map(({ token, delta }) => ({ token, delta: Number(delta.toFixed(2)) }));
    const deltaOf = (token: string) => deltas.find(one => one.token === token)?.delta ?? Number.NaN;
    expect(deltas.map(({ token }) => token)).toEqual(['a', 'b', 'c', 'd']);
    expect(deltaOf('a')).toBeLessThan(-0.2);
    // With it the two kinds of records are as far apart as the counts say.
    const apart = 3 * (lambda + deltaOf('a')) - (-lambda + deltaOf('d'));
    expect(Math.abs(apart - 2.77)).toBeLessThan(0.3);
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
        const corrections = correctionsOf(
          samples,
          some.map(({ z }) => z),
          PLAIN(ridgeIncidents),
        );
        const goods = samples.filter(one => !one.bad).length;
        const slopeOf = (token: string, intercept: number) => {
          let slope = 0;
          for (const [index, { bad, incident }] of samples.entries()) {
            const held = some[index]?.tokens ?? [];
            if (token !== '' && !held.includes(token as 'a')) continue;
            const own = samples.filter(one => one.bad && one.incident === incident).length;
            const weight = bad ? 0.5 / incidents / own : 0.5 / goods;
            const delta = corrections
              .filter(one => held.includes(one.token as 'a'))
              .reduce((sum, one) => sum + one.delta, 0);
            slope += weight * (sigmoid((some[index]?.z ?? 0) + intercept + delta) - (bad ? 1 : 0));
          }
          return slope;
        };
        // The free intercept is where the mean error is 0.
        let [low, high] = [-30, 30];
        for (let round = 0; round < 60; round++) {
          const middle = (low + high) / 2;
          if (slopeOf('', middle) < 0) low = middle;
          else high = middle;
        }
        for (const { token, delta } of corrections) {
          const ridge = (ridgeIncidents / incidents) * delta;
          expect(Math.abs(slopeOf(token, low) + ridge), token).toBeLessThan(2e-3);
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
    expect(correctionsOf(samples(4), zeros(samples(4)), PLAIN())).toEqual([]);
    const some = samples(5);
    expect(correctionsOf(some, zeros(some), PLAIN()).map(({ token }) => token)).toEqual(['common', 'other']);
    const addresses = some.map(one => ({
      ...one,
      observations: {
        ...one.observations,
        categories: one.observations.categories.map(({ token }) => ({ field: 'source.ip', token })),
      },
    }));
    expect(correctionsOf(addresses, zeros(some), PLAIN())).toEqual([]);
  });

  it('corrects by λ: what is scaled more moves more, and what weighs nothing stays', () => {
    const samples = ['a', 'b', 'c', 'd', 'e'].flatMap((incident, index) => [
      sample(true, incident, index, ['strong', 'weak', 'none']),
      sample(false, incident, index, ['other']),
    ]);
    const scales: Record<string, number> = { strong: 2, weak: 1, none: 0, other: 1 };
    const deltas = correctionsOf(
      samples,
      samples.map(() => 0),
      { scaleOf: (_, token) => scales[token] ?? 0 },
    );
    const deltaOf = (token: string) => deltas.find(one => one.token === token)?.delta;
    // Equal presence, so the slopes are scaled by λ, and δ once more: four times.
    expect(deltaOf('strong')).toBeCloseTo(4 * (deltaOf('weak') ?? Number.NaN), 2);
    expect(deltaOf('none')).toBeUndefined();
  });

  it('corrects a bounded number of tokens', () => {
    const tokens = Array.from({ length: CORRECTIONS_MAX + 500 }, (_, index) => `t${index}`);
    const samples = [
      ...Array.from({ length: 6 }, (_, index) => sample(true, `i${index}`, index, tokens)),
      ...Array.from({ length: 6 }, (_, index) => sample(false, 'x', index, [])),
    ];
    expect(
      correctionsOf(
        samples,
        samples.map(() => 0),
        PLAIN(),
      ),
    ).toHaveLength(CORRECTIONS_MAX);
  });
});

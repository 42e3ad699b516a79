/** Ridge logistic regression: its minimum, its floor, its prior. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Example, type FitOptions, fitLogistic, logitOf } from '../../../src/bayes/fit/logistic.ts';
import { sigmoid } from '../../../src/bayes/log-odds.ts';

const example = (bad: boolean, ...features: number[]): Example => ({
  bad,
  features: Float64Array.from(features),
  weight: 1,
});
const OPTIONS: FitOptions = { prior: [1], floor: 0, ridge: 0.1, intercept: 0 };

/** The loss by its definition. */
function naiveLoss(examples: readonly Example[], { prior, ridge }: FitOptions, beta: readonly number[]) {
  const total = examples.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (value: (one: Example) => number) =>
    examples.reduce((sum, one) => sum + one.weight * value(one), 0) / total;
  const intercept = beta[prior.length] ?? 0;
  const fitted = { weights: beta.slice(0, prior.length), intercept };
  const drawn = prior.map((towards, j) => {
    const of = (one: Example) => one.features[j] ?? 0;
    const variance = Math.max(1e-6, mean(one => of(one) ** 2) - mean(of) ** 2);
    return (ridge / 2) * variance * ((beta[j] ?? 0) - towards) ** 2;
  });
  return (
    mean(one => -Math.log(sigmoid((one.bad ? 1 : -1) * logitOf(fitted, one.features)))) +
    drawn.reduce((sum, one) => sum + one, 0)
  );
}

describe('fitLogistic', () => {
  it('solves what can be solved by hand', () => {
    // σ(−β) = 0.1·(β − 1) at β = 2.0954: σ(−2.0954) = 0.10954.
    const { weights, intercept } = fitLogistic([example(true, 1), example(false, -1)], OPTIONS);
    expect(weights[0]).toBeCloseTo(2.0954239, 6);
    expect(intercept).toBe(0);
  });

  it('is at the minimum, for any examples', () => {
    const examples = fc.array(
      fc.tuple(
        fc.boolean(),
        fc.double({ min: -4, max: 4, noNaN: true }),
        fc.double({ min: 0, max: 9, noNaN: true }),
      ),
      { minLength: 3, maxLength: 30 },
    );
    fc.assert(
      fc.property(examples, fc.constantFrom(0.01, 0.1, 1), fc.constantFrom(0, 0.5), (drawn, ridge, floor) => {
        const some = drawn.map(([bad, a, b]) => example(bad, a, b));
        const options: FitOptions = { prior: [0.5, 0.2], floor, ridge, intercept: 0 };
        const { weights } = fitLogistic(some, options);
        const least = naiveLoss(some, options, weights);
        for (const [j, step] of [
          [0, 1e-3],
          [0, -1e-3],
          [1, 1e-3],
          [1, -1e-3],
        ] as const) {
          const moved = weights.map((weight, at) => (at === j ? weight + step : weight));
          if ((moved[j] ?? 0) < floor * (options.prior[j] ?? 0)) continue;
          expect(naiveLoss(some, options, moved)).toBeGreaterThan(least - 1e-9);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('stays at the prior under a strong ridge, and above the floor where the evidence misleads', () => {
    const misleading = [example(true, -1), example(false, 1), example(true, -2), example(false, 2)];
    const strong = fitLogistic(misleading, { ...OPTIONS, ridge: 1e6 });
    expect(strong.weights[0]).toBeCloseTo(1, 4);
    expect(fitLogistic(misleading, { ...OPTIONS, floor: 0.25 }).weights[0]).toBe(0.25);
  });

  it('does not depend on the unit of a feature', () => {
    const some = [example(true, 1), example(true, 2), example(false, -1), example(false, 1.5)];
    const scaled = some.map(one => ({ ...one, features: one.features.map(x => x / 10) }));
    const options: FitOptions = { prior: [0], floor: 0, ridge: 0.05, intercept: 'free' };
    const [one, other] = [fitLogistic(some, options), fitLogistic(scaled, options)];
    expect((other.weights[0] ?? 0) / 10).toBeCloseTo(one.weights[0] ?? Number.NaN, 6);
    expect(other.intercept).toBeCloseTo(one.intercept, 6);
  });
});

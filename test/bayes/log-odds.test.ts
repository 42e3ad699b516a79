/** Token weights against bisection, closed forms, and what they must do at any imbalance. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logAddExp, logit, logOdds, logOddsSd, sigmoid } from '../../src/bayes/log-odds.ts';
import { naiveLogOdds } from './naive.ts';

const count = fc.oneof(fc.nat(20), fc.nat(1_000_000), fc.double({ min: 0, max: 1_000, noNaN: true }));

describe('logOdds', () => {
  it('is what bisection finds', () => {
    fc.assert(
      fc.property(
        count,
        count,
        count,
        count,
        fc.constantFrom(0.1, 2, 50),
        (bad, good, moreBad, moreGood, tauSquared) => {
          const field = { bad: bad + moreBad, good: good + moreGood };
          const expected = naiveLogOdds(bad, good, field.bad, field.good, tauSquared);
          const found = logOdds({ bad, good }, field, tauSquared);
          expect(Math.abs(found - expected)).toBeLessThan(1e-7 * (1 + Math.abs(expected)));
        },
      ),
      { numRuns: 1_000, examples: [[0, 16, 429, 7, 2]] },
    );
  });

  it.each([
    { token: { bad: 0, good: 0 }, field: { bad: 3, good: 9 }, lambda: 0 },
    { token: { bad: 1, good: 1 }, field: { bad: 8, good: 8 }, lambda: 0 },
    { token: { bad: 1, good: 9 }, field: { bad: 10, good: 90 }, lambda: 0 },
    { token: { bad: 5, good: 0 }, field: { bad: 10, good: 10 }, lambda: 1.6335 },
    { token: { bad: 1, good: 0 }, field: { bad: 5, good: 5 }, lambda: 0.6748 },
    { token: { bad: 0, good: 1 }, field: { bad: 5, good: 5 }, lambda: -0.6748 },
  ])('is $lambda for $token in $field', ({ token, field, lambda }) => {
    expect(logOdds(token, field, 2)).toBeCloseTo(lambda, 4);
    // Where o = 0 the equation is C⁺ − C·σ(λ) = λ/2, e.g. 1 − 0.6626 = 0.3374.
    if (field.bad !== field.good) return;
    expect(Math.abs(token.bad - (token.bad + token.good) * sigmoid(lambda) - lambda / 2)).toBeLessThan(1e-4);
  });

  it('solves its equation for every small count, at any imbalance', () => {
    let worst = 0;
    for (const field of [
      { bad: 40, good: 40 },
      { bad: 430, good: 24.5 },
      { bad: 40, good: 1e6 },
      { bad: 1e5, good: 33 },
    ]) {
      for (let count = 0; count < 24 * 24; count++) {
        const token = { bad: count % 24, good: Math.floor(count / 24) };
        const lambda = logOdds(token, field, 2);
        const p = sigmoid(lambda + Math.log(field.bad / field.good));
        worst = Math.max(worst, Math.abs(token.bad - (token.bad + token.good) * p - lambda / 2));
      }
    }
    expect(worst).toBeLessThan(1e-11);
  });

  it('is 0 while the field is empty in a class, and for a token never seen', () => {
    expect(logOdds({ bad: 5, good: 0 }, { bad: 5, good: 0 }, 2)).toBe(0);
    expect(logOdds({ bad: 0, good: 5 }, { bad: 0, good: 5 }, 2)).toBe(0);
    for (const bad of [1, 1e9]) expect(logOdds({ bad: 0, good: 0 }, { bad, good: 7 }, 2)).toBe(0);
  });

  it('turns its sign with the classes', () => {
    fc.assert(
      fc.property(count, count, fc.nat(1_000), fc.nat(1_000), (bad, good, moreBad, moreGood) => {
        const field = { bad: bad + moreBad + 1, good: good + moreGood + 1 };
        const there = logOdds({ bad, good }, field, 2);
        const back = logOdds({ bad: good, good: bad }, { bad: field.good, good: field.bad }, 2);
        expect(Math.abs(there + back)).toBeLessThan(1e-9 * (1 + Math.abs(there)));
      }),
    );
  });

  it('lies between 0 and the plain log-odds, nearer to them with a wider prior', () => {
    const plain = Math.log(30 / 2 / (100 / 400));
    const weights = [0.1, 1, 10, 1_000].map(tauSquared =>
      logOdds({ bad: 30, good: 2 }, { bad: 100, good: 400 }, tauSquared),
    );
    expect(weights).toEqual([...weights].sort((a, b) => a - b));
    for (const weight of weights) expect(weight > 0 && weight < plain).toBe(true);
    expect(weights.at(-1)).toBeCloseTo(plain, 2);
  });

  it('ends for any counts', () => {
    for (const field of [
      { bad: 1e15, good: 1 },
      { bad: 1e-9, good: 1e15 },
    ]) {
      for (const token of [
        { bad: 1e15, good: 0 },
        { bad: 0, good: 1e15 },
        { bad: 1e-300, good: 1e-300 },
        { bad: 1e15, good: 1e15 },
      ]) {
        expect(Number.isFinite(logOdds(token, field, 2))).toBe(true);
        expect(Number.isFinite(logOdds(token, field, 1e-9))).toBe(true);
        expect(Number.isFinite(logOdds(token, field, 1e9))).toBe(true);
      }
    }
  });
});

describe('logOddsSd', () => {
  it('is the prior’s where nothing is known, and narrows with counts', () => {
    expect(logOddsSd(0, { bad: 0, good: 0 }, { bad: 3, good: 4 }, 2)).toBeCloseTo(Math.SQRT2, 12);
    expect(logOddsSd(0, { bad: 9, good: 0 }, { bad: 9, good: 0 }, 2)).toBeCloseTo(Math.SQRT2, 12);
    // 8 episodes at σ = ½ and λ = 0: 1/√(8·¼ + ½) = 0.6325.
    expect(logOddsSd(0, { bad: 4, good: 4 }, { bad: 10, good: 10 }, 2)).toBeCloseTo(0.6325, 4);
  });
});

describe('sigmoid and logit', () => {
  it('undo each other and do not overflow', () => {
    for (const x of [-30, -1, 0, 0.5, 12]) expect(logit(sigmoid(x))).toBeCloseTo(x, 3);
    expect([sigmoid(-1e4), sigmoid(1e4)]).toEqual([0, 1]);
  });
});

describe('logAddExp', () => {
  it('adds what would leave the range of a double', () => {
    expect(logAddExp(0, 0)).toBeCloseTo(Math.LN2, 15);
    expect(logAddExp(Math.log(3), Math.log(4))).toBeCloseTo(Math.log(7), 14);
    expect(logAddExp(-1e4, -1e4)).toBeCloseTo(-1e4 + Math.LN2, 10);
    expect(logAddExp(1e4, -1e4)).toBe(1e4);
    expect(logAddExp(Number.NEGATIVE_INFINITY, -3)).toBe(-3);
  });

  it('is the same either way, and at least the greater', () => {
    const nats = fc.double({ min: -700, max: 700, noNaN: true });
    fc.assert(
      fc.property(nats, nats, (a, b) => {
        const sum = logAddExp(a, b);
        expect(sum).toBe(logAddExp(b, a));
        expect(sum).toBeGreaterThanOrEqual(Math.max(a, b));
        expect(sum).toBeLessThanOrEqual(Math.max(a, b) + Math.LN2 + 1e-9);
      }),
    );
  });
});

/** What chance leaves of a weight, and where compiling applies it. */
import { describe, expect, it } from 'vitest';
import { RecordEvidence } from '../../src/bayes/record-evidence.ts';
import { binOf, factorsOf, shrunk } from '../../src/bayes/shrinkage.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import { compiled, PARAMETERS, segmentOf } from './learnt.ts';

describe('bins', () => {
  it.each([
    [0.3, 0],
    [1, 0],
    [1.99, 0],
    [2, 1],
    [7.9, 2],
    [8, 3],
    [1e9, 29],
  ])('of %f episodes is %i', (count, bin) => expect(binOf(count)).toBe(bin));
});

describe('shrunk', () => {
  it('multiplies weights towards bad, by the bin of their count', () => {
    expect(shrunk(2, 5, [0.1, 0.5, 0.75])).toBe(1.5);
    expect(shrunk(2, 1, [0.1, 0.5, 0.75])).toBe(0.2);
    expect(shrunk(2, 100, [0.1])).toBe(2);
    expect(shrunk(-2, 5, [0.1, 0.5, 0.75])).toBe(-2);
    expect(shrunk(0, 0, [0.1])).toBe(0);
    expect(shrunk(2, 5, undefined)).toBe(2);
  });

  it('has no factors for a field that is not there, whatever it is called', () => {
    expect(factorsOf({ a: [0.5] }, 'a')).toEqual([0.5]);
    expect(factorsOf({ a: [0.5] }, '__proto__')).toBeUndefined();
    expect(factorsOf(undefined, 'a')).toBeUndefined();
  });
});

describe('a compiled model', () => {
  const port = (token: string) => ({ field: 'destination.port', token });
  const lesson = (after: 'bad' | 'good', token: string, text: string) => ({
    day: 1,
    records: [
      {
        observations: {
          sequences: [{ field: 'dns.question.name' as const, text }],
          shape: [],
          categories: [port(token)],
        },
        before: 'none' as const,
        after,
      },
    ],
  });
  const segment = segmentOf([lesson('bad', '4444', 'qqq'), lesson('good', '80', 'aaa')]);

  it('holds shrunk weights of categories and n-grams, those towards good as they were', () => {
    const shrinkage = { 'destination.port': [0.25], 'dns.question.name': [0.5] };
    const [plain, shrunken] = [undefined, shrinkage].map(chance =>
      compiled([segment], { ...PARAMETERS, shrinkage: chance }),
    );
    if (plain === undefined || shrunken === undefined) throw new Error('two were compiled');
    const lambdas = (model: typeof plain) => {
      const evidence = new RecordEvidence(model);
      evidence.beginRecord();
      return [evidence.lambdaOf(port('4444')), evidence.lambdaOf(port('80'))];
    };
    const [bad = 0, good = 0] = lambdas(plain);
    expect(bad).toBeGreaterThan(0.3);
    expect(lambdas(shrunken)[0]).toBeCloseTo(0.25 * bad, 6);
    expect(lambdas(shrunken)[1]).toBe(good);

    const logOdds = (model: typeof plain, text: string) =>
      new Scorer(model)
        .evidenceOf({ sequences: [{ field: 'dns.question.name', text }], shape: [], categories: [] })
        .get('dns.question.name.log_odds');
    // `q` is bad alone: all its n-grams are halved; `a` is good alone, but for the end that both have (λ = 0).
    expect(logOdds(shrunken, 'qqq')).toBeCloseTo((logOdds(plain, 'qqq') ?? 0) / 2, 6);
    expect(logOdds(shrunken, 'aaa')).toBe(logOdds(plain, 'aaa'));
    expect(plain.id).not.toBe(shrunken.id);
  });
});

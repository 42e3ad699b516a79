/** What chance leaves of a weight, and where compiling applies it. */
import { describe, expect, it } from 'vitest';
import { logOdds } from '../../src/bayes/log-odds.ts';
import { RecordEvidence } from '../../src/bayes/record-evidence.ts';
import { binOf, factorsOf, noiseOf, PositiveSquares, shrunk } from '../../src/bayes/shrinkage.ts';
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

  it('has no noise for a field that is not there, whatever it is called', () => {
    expect(noiseOf({ a: [0.5] }, 'a')).toEqual([0.5]);
    expect(noiseOf({ a: [0.5] }, '__proto__')).toBeUndefined();
    expect(noiseOf(undefined, 'a')).toBeUndefined();
  });
});

describe('factors', () => {
  it('leave the share of a bin that chance does not explain', () => {
    // Bin 0: 4 + 4 observed, 2 by chance. Bin 1: chance shows more than there is. Bin 2: no noise. Bin 3: nothing positive.
    const squares = new PositiveSquares();
    for (const [lambda, bad] of [
      [2, 1],
      [2, 1],
      [1, 2],
      [3, 4],
      [-1, 8],
      [5, 0],
    ] as const)
      squares.add(lambda, bad);
    expect(squares.sums).toEqual([8, 1, 9, 0]);
    expect([squares.tokens, squares.total]).toEqual([5, 18]);
    expect(squares.factors([2, 3])).toEqual([0.75, 0.05, 1, 1]);
    expect(squares.factors([0, 0, 0, 4])).toEqual([1, 1, 1, 1]);
  });

  it('are none without noise', () => {
    expect(
      factorsOf(
        undefined,
        1,
        () => 1,
        () => 2,
      ),
    ).toBeUndefined();
    expect(
      factorsOf(
        [3],
        1,
        () => 1,
        () => 2,
      ),
    ).toEqual([0.25]);
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
    // The bad hold one port of weight λ, and six n-grams: q, qq, qqq, and each with the end of the name.
    const square = logOdds({ bad: 1, good: 0 }, { bad: 1, good: 1 }, PARAMETERS.tauSquared) ** 2;
    const noise = { 'destination.port': [0.75 * square], 'dns.question.name': [0.5 * 6 * square] };
    const [plain, shrunken] = [undefined, noise].map(chance =>
      compiled([segment], { ...PARAMETERS, noise: chance }),
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

    const evidenceOf = (model: typeof plain, text: string) =>
      new Scorer(model)
        .evidenceOf({ sequences: [{ field: 'dns.question.name', text }], shape: [], categories: [] })
        .get('dns.question.name.log_odds');
    // `q` is bad alone: all its n-grams are halved; `a` is good alone, but for the end that both have (λ = 0).
    expect(evidenceOf(shrunken, 'qqq')).toBeCloseTo((evidenceOf(plain, 'qqq') ?? 0) / 2, 6);
    expect(evidenceOf(shrunken, 'aaa')).toBe(evidenceOf(plain, 'aaa'));
    expect(plain.id).not.toBe(shrunken.id);
  });
});

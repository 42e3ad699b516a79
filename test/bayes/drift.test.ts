/** Drift of a field: the arithmetic against known numbers, its bounds, and which counts are compared. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chiSquaredTail, lnGamma } from '../../src/bayes/chi-squared.ts';
import { Counts } from '../../src/bayes/counts.ts';
import { encodeCounts } from '../../src/bayes/counts-codec.ts';
import { driftOf, EPISODES_MIN, type ValueCount } from '../../src/bayes/drift.ts';
import { SettledCounts } from '../../src/bayes/settled-counts.ts';

const values = (counts: Record<string, [before: number, now: number]>): ValueCount[] =>
  Object.entries(counts).map(([token, [before, now]]) => ({ token, before, now }));

describe('the tail of the chi-squared distribution', () => {
  // scipy.stats.chi2.sf
  it.each([
    [3.841, 1, 0.050013683763956804],
    [25, 10, 0.005345505487134069],
    [0.5, 3, 0.9188914116546758],
    [150, 63, 4.679451669007613e-9],
    [700, 2, 9.929590396265143e-153],
    [0.001, 5, 0.9999999983185123],
    [0, 5, 1],
    [1e6, 5, 0],
  ])('at %f with %i degrees of freedom is %f', (x, degrees, expected) => {
    expect(Math.abs(chiSquaredTail(x, degrees) - expected)).toBeLessThanOrEqual(1e-9 * expected + 1e-300);
  });

  it('rests on the logarithm of the gamma function', () => {
    expect(lnGamma(5)).toBeCloseTo(Math.log(24), 12);
    expect(lnGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 12);
  });
});

describe('drift', () => {
  it('is as worked out by hand', () => {
    const drift = driftOf(values({ A: [90, 60], TXT: [10, 40] }));
    expect(drift).toMatchObject({ degrees: 1, episodes: { before: 100, now: 100 } });
    expect(drift?.g).toBeCloseTo(25.31512976738241, 10);
    expect(drift?.p).toBeCloseTo(4.868747618912641e-7, 15);
    // With as many episodes in both, it is G/2n.
    expect(drift?.divergence).toBeCloseTo(25.31512976738241 / 400, 12);
    expect(drift?.moved).toEqual([
      { token: 'TXT', before: 0.1, now: 0.4 },
      { token: 'A', before: 0.9, now: 0.6 },
    ]);
  });

  it('is nothing where shares are equal, and ln 2 where no value is in both', () => {
    const still = driftOf(values({ A: [900, 90], TXT: [100, 10] }));
    expect(still?.divergence).toBeLessThan(1e-12);
    expect(still?.p).toBeGreaterThan(0.999);
    const all = driftOf(values({ A: [100, 0], TXT: [0, 1_000] }));
    expect(all?.divergence).toBeCloseTo(Math.LN2, 12);
    expect(driftOf(values({ A: [100, 50] }))).toMatchObject({ divergence: 0, g: 0, degrees: 0, p: 1 });
  });

  it('is not told of a stretch that holds too little', () => {
    expect(driftOf(values({ A: [1_000, EPISODES_MIN - 1] }))).toBeNull();
    expect(driftOf(values({ A: [EPISODES_MIN - 1, 1_000] }))).toBeNull();
    expect(driftOf([])).toBeNull();
  });

  it('pools rare values, so that a flood of made-up ones is one that grows', () => {
    const made = Array.from({ length: 100_000 }, (_, index) => ({ token: `x${index}`, before: 0, now: 1 }));
    const drift = driftOf([...values({ A: [5_000, 1_000], B: [5_000, 1_000] }), ...made]);
    expect(drift?.degrees).toBe(2);
    expect(drift?.moved[0]).toEqual({ before: 0, now: 100_000 / 102_000 });
    const many = Array.from({ length: 1_000 }, (_, index) => ({ token: `y${index}`, before: 100, now: 100 }));
    expect(driftOf(many)?.degrees).toBe(64);
  });

  it('is within bounds, the same whatever the order, and by G of scaled counts', () => {
    const count = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ token: fc.string({ maxLength: 3 }), before: count, now: count }), {
          selector: ({ token }) => token,
          maxLength: 100,
        }),
        counts => {
          const drift = driftOf(counts);
          expect(driftOf(counts.toReversed())).toEqual(drift);
          if (drift === null) return;
          expect(drift.divergence).toBeGreaterThanOrEqual(0);
          expect(drift.divergence).toBeLessThanOrEqual(Math.LN2 + 1e-12);
          expect(drift.p).toBeGreaterThanOrEqual(0);
          expect(drift.p).toBeLessThanOrEqual(1);
          expect(drift.g).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('what is compared', () => {
  const TYPE = 'dns.question.type';
  interface Seen {
    day: number;
    token: string;
    good: number;
    isImported: boolean;
  }
  const seen: fc.Arbitrary<Seen> = fc.record({
    day: fc.constantFrom(-1, 20_000, 20_003, 20_004, 20_010),
    token: fc.constantFrom('A', 'TXT', '__proto__'),
    good: fc.integer({ min: 1, max: 9 }),
    isImported: fc.boolean(),
  });

  it('is the good of the days since, and what is left of the good before: dated, of this site, decayed', () => {
    fc.assert(
      fc.property(
        fc.array(seen, { maxLength: 20 }),
        fc.constantFrom(Number.POSITIVE_INFINITY, 5),
        (all, halfLifeDays) => {
          const settled = new SettledCounts(halfLifeDays);
          for (const { day, token, good, isImported } of all) {
            const counts = new Counts();
            const delta = { goodRecords: good, goodEpisodes: good };
            counts.bump(day, TYPE, token, delta);
            counts.bump(day, TYPE, '', delta);
            counts.bump(day, 'record', '', { ...delta, badRecords: 3 });
            settled.addSegment(encodeCounts(counts), isImported);
          }
          const newest = Math.max(-1, ...all.map(({ day }) => day));
          const own = all.filter(({ isImported, day }) => !isImported && day >= 0);
          expect(settled.newestGoodDay).toBe(Math.max(-1, ...own.map(({ day }) => day)));
          const since = settled.newestGoodDay - 6;
          const expected = new Map<string, { before: number; now: number }>();
          for (const { day, token, good } of own) {
            const of = expected.get(token) ?? { before: 0, now: 0 };
            of[day >= since ? 'now' : 'before'] += good * 2 ** (-(newest - day) / halfLifeDays);
            expected.set(token, of);
          }
          const [told] = [...settled.goodSince(since, field => field === TYPE)];
          const found = new Map((told?.values ?? []).map(({ token, ...counts }) => [token, counts]));
          expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
          for (const [token, { before, now }] of expected) {
            expect(found.get(token)?.before).toBeCloseTo(before, 4);
            expect(found.get(token)?.now).toBeCloseTo(now, 4);
          }
          expect([...settled.goodSince(since, () => false)]).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** How many good sightings undo what a token says: against learning them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionalLogOdds } from '../../src/bayes/compile-conditional.ts';
import { logOdds } from '../../src/bayes/log-odds.ts';
import type { ModelParameters } from '../../src/bayes/model.ts';
import { ReasonCounter } from '../../src/bayes/reason-counts.ts';
import { SettledCounts } from '../../src/bayes/settled-counts.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import {
  sightingsToBeUsual,
  sightingsToUndo,
  sightingsToUndoConditional,
  valueSumsOf,
} from '../../src/bayes/undoing.ts';
import { ValueDistribution } from '../../src/bayes/value-distribution.ts';
import type { CategoryObservation, Observations } from '../../src/domain/observation.ts';
import { compiled, PARAMETERS, segmentOf } from './learnt.ts';
import type { Episode } from './naive.ts';

const TAU_SQUARED = 2;
/** More than rounding makes of a weight of 0. */
const ZERO = 1e-9;

interface Pair {
  bad: number;
  good: number;
}
const pair = (max: number) =>
  fc.record({ bad: fc.integer({ min: 0, max }), good: fc.integer({ min: 0, max }) });
const plus = (a: Pair, b: Pair): Pair => ({ bad: a.bad + b.bad, good: a.good + b.good });
const sighted = ({ bad, good }: Pair, n: number): Pair => ({ bad, good: good + n });

/** The number is the smallest: it undoes, and one less does not. */
function expectSmallest(n: number | null, weightAfter: (n: number) => number, target: number): void {
  if (n === null) {
    expect(weightAfter(10_000_000)).toBeGreaterThan(target - ZERO);
    return;
  }
  expect(weightAfter(n)).toBeLessThanOrEqual(target + ZERO);
  if (n > 0) expect(weightAfter(n - 1)).toBeGreaterThan(target - ZERO);
}

describe('a token', () => {
  it.each([
    [{ bad: 5, good: 0 }, { bad: 10, good: 100 }, 100],
    [{ bad: 1, good: 0 }, { bad: 10, good: 9 }, 1],
    [{ bad: 10, good: 0 }, { bad: 10, good: 100 }, null],
    [{ bad: 10, good: 100 }, { bad: 10, good: 100 }, 0],
    [{ bad: 0, good: 3 }, { bad: 10, good: 100 }, 0],
    [{ bad: 5, good: 0 }, { bad: 10, good: 0 }, 0],
  ])('with counts %j of %j needs %s', (token, field, expected) => {
    expect(sightingsToUndo(token, field, TAU_SQUARED)).toBe(expected);
  });

  it('is undone by the smallest number of good sightings that makes its weight the target or less', () => {
    fc.assert(
      fc.property(
        pair(40),
        pair(400),
        fc.constantFrom(0, 0, 0.4, -0.4, 3),
        fc.constantFrom(1, 0.37),
        (of, others, target, decay) => {
          const token = { bad: of.bad * decay, good: of.good * decay };
          const field = plus(token, others);
          const n = sightingsToUndo(token, field, TAU_SQUARED, target);
          const left = (more: number) => logOdds(sighted(token, more), sighted(field, more), TAU_SQUARED);
          expectSmallest(n, left, target);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a value in its context', () => {
  it('is undone by the smallest number of sightings of the pair, which are sightings of the value too', () => {
    fc.assert(
      fc.property(
        pair(20),
        pair(40),
        pair(200),
        fc.constantFrom(0, 0, 0.3, -0.3),
        (of, elsewhere, others, target) => {
          const value = plus(of, elsewhere);
          const totals = plus(value, others);
          const n = sightingsToUndoConditional(of, value, totals, TAU_SQUARED, { target });
          const left = (more: number) =>
            conditionalLogOdds(sighted(of, more), sighted(value, more), sighted(totals, more), TAU_SQUARED);
          expectSmallest(n, left, target);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a rare value', () => {
  const known = (good: number) => ({ good, isPruned: false });
  /** Surprise less its mean over the good, as weightedCategories has it. */
  function centred(counts: readonly number[], own: number): number {
    const distribution = new ValueDistribution(counts);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const mean = counts.reduce((sum, count) => sum + count * distribution.surpriseOf(count), 0) / total;
    return distribution.surpriseOf(own) - mean;
  }

  it('is usual after the smallest number of sightings that brings it to the mean', () => {
    const count = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(
        fc.array(count, { minLength: 1, maxLength: 8 }),
        fc.option(count, { nil: 0 }),
        fc.constantFrom(1, 0.37),
        (others, own, decay) => {
          const decayed = others.map(each => each * decay);
          const before = own === 0 ? decayed : [...decayed, own * decay];
          const n = sightingsToBeUsual(known(own * decay), valueSumsOf(before.map(known)));
          const left = (more: number) => centred([...decayed, own * decay + more], own * decay + more);
          if (n === 0) expect(centred(before, own * decay)).toBeLessThanOrEqual(ZERO);
          else expect(left(n)).toBeLessThanOrEqual(ZERO);
          if (n > 1) expect(left(n - 1)).toBeGreaterThan(-ZERO);
          if (n === 1) expect(centred(before, own * decay)).toBeGreaterThan(-ZERO);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('needs eight where all that is known was seen eight times', () => {
    expect(sightingsToBeUsual(known(0), valueSumsOf([known(8)]))).toBe(8);
    expect(sightingsToBeUsual(known(8), valueSumsOf([known(8)]))).toBe(0);
    expect(sightingsToBeUsual(known(0), valueSumsOf([]))).toBe(0);
  });
});

describe('a reason', () => {
  const record = (...categories: CategoryObservation[]): Observations => ({
    sequences: [],
    shape: [],
    categories,
  });
  const port = (token: string): CategoryObservation => ({ field: 'destination.port', token });
  const times = (count: number, observations: Observations, after: 'good' | 'bad'): Episode[] =>
    Array.from({ length: count }, () => ({
      day: 19_000,
      records: [{ observations, before: 'none', after }],
    }));
  const lessons = [
    ...times(40, record(port('443')), 'good'),
    ...times(3, record(port('4444')), 'good'),
    ...times(6, record(port('4444')), 'bad'),
    ...times(2, record(port('443')), 'bad'),
  ];
  const correction = (delta: number): ModelParameters => ({
    ...PARAMETERS,
    corrections: [{ field: 'destination.port', token: '4444', delta }],
  });

  /** What is said of a record after learning, group by group, and what is told of it. */
  function reasonsAfter(episodes: readonly Episode[], asked: Observations, parameters: ModelParameters) {
    const segment = segmentOf(episodes);
    const settled = new SettledCounts();
    settled.addSegment(segment.counts);
    const counter = new ReasonCounter(settled, parameters);
    const { reasons } = new Scorer(compiled([segment], parameters)).explain(asked, 100);
    return new Map(
      reasons
        .filter(({ field }) => field !== '')
        .map(reason => [
          reason.group,
          {
            ...reason,
            ...counter.of({ ...reason, token: reason.ngram ?? reason.token }),
          },
        ]),
    );
  }

  it.each([
    ['as counts say', PARAMETERS],
    ['with a correction towards bad', correction(0.02)],
    ['with a correction towards good', correction(-0.1)],
    ['less what chance leaves', { ...correction(-0.1), shrinkage: { 'destination.port': [1, 1, 0.6] } }],
  ])('of a category is gone after as many good episodes as it tells: %s', (_, parameters) => {
    const asked = record(port('4444'));
    const before = reasonsAfter(lessons, asked, parameters).get('categories');
    const n = before?.undoneBy ?? Number.NaN;
    expect(n).toBeGreaterThan(0);
    const contribution = (more: number) =>
      reasonsAfter([...lessons, ...times(more, asked, 'good')], asked, parameters).get('categories')
        ?.contribution ?? 0;
    expect(contribution(n)).toBeLessThanOrEqual(1e-7);
    expect(contribution(n - 1)).toBeGreaterThan(0);
  });

  it('of a rare value is gone after as many', () => {
    const asked = record(port('5555'));
    const before = reasonsAfter(lessons, asked, PARAMETERS).get('category_surprise');
    const n = before?.undoneBy ?? Number.NaN;
    expect(n).toBeGreaterThan(0);
    const contribution = (more: number) =>
      reasonsAfter([...lessons, ...times(more, asked, 'good')], asked, PARAMETERS).get('category_surprise')
        ?.contribution ?? 0;
    expect(contribution(n)).toBeLessThanOrEqual(1e-7);
    expect(contribution(n - 1)).toBeGreaterThan(0);
  });

  it('of a correction of a pruned token is gone once the token is back and speaks against it', () => {
    // Two good sightings of 4445, and a correction towards bad: under a floor of 10 nothing else is said of it.
    const pruned = { ...PARAMETERS, pruneBelow: 10 };
    const parameters = {
      ...pruned,
      corrections: [{ field: 'destination.port', token: '4445', delta: 0.02 }],
    };
    const learnt = [...lessons, ...times(2, record(port('4445')), 'good')];
    const asked = record(port('4445'));
    const told = (more: number) =>
      reasonsAfter([...learnt, ...times(more, asked, 'good')], asked, parameters).get('categories');
    expect(told(0)?.undoneBy).toBe(8);
    expect(told(7)?.contribution).toBeGreaterThan(0);
    expect(told(8)?.contribution).toBeLessThanOrEqual(1e-7);
  });

  it.each([0, 1, 2])(
    'of a rare value that is pruned, seen %d times, is gone after as many',
    (seen: number) => {
      const parameters = { ...PARAMETERS, pruneBelow: 6 };
      const asked = record(port('5555'));
      const learnt = [
        ...times(9, record(port('53')), 'good'),
        ...times(4, record(port('123')), 'good'),
        ...times(seen, asked, 'good'),
        ...times(1, record(port('4444')), 'bad'),
      ];
      const contribution = (more: number) =>
        reasonsAfter([...learnt, ...times(more, asked, 'good')], asked, parameters).get('category_surprise')
          ?.contribution ?? 0;
      const n = reasonsAfter(learnt, asked, parameters).get('category_surprise')?.undoneBy ?? Number.NaN;
      expect(n).toBeGreaterThanOrEqual(6 - seen);
      expect(contribution(n)).toBeLessThanOrEqual(1e-7);
      expect(contribution(n - 1)).toBeGreaterThan(0);
    },
  );

  it('of a part of a text tells of the n-gram behind it, and of none where it is merely strange', () => {
    const text = (name: string): Observations => ({
      sequences: [{ field: 'dns.question.name', text: name }],
      shape: [],
      categories: [],
    });
    const learnt = [
      ...times(20, text('www.example.org'), 'good'),
      ...times(4, text('zzzz.evil.test'), 'bad'),
      ...times(4, text('qqq.other.net'), 'bad'),
    ];
    const reasons = reasonsAfter(learnt, text('zzzz.example.org'), PARAMETERS);
    const logOddsReason = reasons.get('dns.question.name.worst_log_odds');
    expect(logOddsReason).toMatchObject({ token: 'zzzz', undoneBy: 20 });
    expect(logOddsReason?.ngram).toMatch(/^z+$/);
    expect(reasons.get('dns.question.name.worst_surprise')?.undoneBy).toBeUndefined();
  });

  it('towards good needs none, and one by a negative weight is never undone', () => {
    const good = reasonsAfter(lessons, record(port('443')), PARAMETERS).get('categories');
    expect(good?.contribution).toBeLessThan(0);
    expect(good?.undoneBy).toBe(0);
    const negative = { ...PARAMETERS, weights: { categories: -1 } };
    expect(reasonsAfter(lessons, record(port('443')), negative).get('categories')?.undoneBy).toBeNull();
  });
});

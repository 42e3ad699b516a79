/** Placebos: what chance shows, worked by hand, and what that leaves of a window's weights. */
import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/bayes/compile.ts';
import { EpisodeCounter } from '../../../src/bayes/episode-counter.ts';
import { ChanceOfSite, type Stretch } from '../../../src/bayes/fit/placebos.ts';
import { TokenSelection } from '../../../src/bayes/fit/token-selection.ts';
import { logOdds } from '../../../src/bayes/log-odds.ts';
import { RecordEvidence } from '../../../src/bayes/record-evidence.ts';
import { SettledCounts } from '../../../src/bayes/settled-counts.ts';
import type { RecordClass } from '../../../src/domain/label.ts';
import type { Observations } from '../../../src/domain/observation.ts';
import { PARAMETERS } from '../learnt.ts';

const PORT = 'destination.port';
const TAU = { halfLifeDays: Number.POSITIVE_INFINITY, tauSquared: 2 };

type Lesson = readonly [day: number, observations: Observations];

const ports = (...tokens: string[]): Observations => ({
  ...{ sequences: [], shape: [] },
  categories: tokens.map(token => ({ field: PORT, token })),
});

/** Each lesson is an episode of its own. */
function counted(lessons: readonly Lesson[], before: RecordClass, after: RecordClass): Uint8Array {
  const counter = new EpisodeCounter();
  for (const [day, observations] of lessons) {
    counter.beginEpisode(day);
    counter.addRecord(observations, before, after);
    counter.endEpisode();
  }
  return counter.finish().counts;
}

const windowOf = (lessons: readonly Lesson[]): Stretch => ({
  records: lessons.length,
  bad: counted(lessons, 'none', 'bad'),
  good: null,
});
const placeboOf = (lessons: readonly Lesson[]): Stretch => ({
  records: lessons.length,
  bad: counted(lessons, 'none', 'bad'),
  good: counted(lessons, 'good', 'none'),
});

/** A site that has learnt some good, and windows. */
function siteOf(good: readonly Lesson[], bad: readonly Lesson[], parameters = TAU) {
  const segments = [counted(good, 'none', 'good'), counted(bad, 'none', 'bad')];
  const selection = new TokenSelection();
  for (const segment of segments) selection.choose(segment);
  for (const segment of segments) selection.add(segment);
  return { chance: new ChanceOfSite(selection.counts, parameters), segments };
}

describe('what chance shows', () => {
  const good: Lesson[] = [
    [1, ports('80', '443')],
    [1, ports('80')],
    [1, ports('443')],
    [1, ports('22')],
  ];
  const window: Lesson[] = [
    [1, ports('4444', '80')],
    [1, ports('4444')],
  ];
  const square = (bad: number, goodEpisodes: number, totals: { bad: number; good: number }) =>
    Math.max(0, logOdds({ bad, good: goodEpisodes }, totals, 2)) ** 2;

  it('is the squared positive weight of what a stretch holds, by bins of its own count', () => {
    const { chance } = siteOf(good, window);
    const squares = chance.squaresOf([windowOf(window)]).get(PORT);
    // 80 in one bad and two good episodes; 4444 in two bad ones alone.
    const totals = { bad: 2, good: 4 };
    expect(squares?.tokens).toBe(2);
    expect(squares?.sums).toEqual([square(1, 2, totals), square(2, 0, totals)]);
    expect(square(2, 0, totals)).toBeGreaterThan(0.5);
  });

  it('takes a placebo out of the good while it is looked at, and puts it back', () => {
    const { chance } = siteOf(good, window);
    const placebo = placeboOf(good.slice(2));
    const first = chance.squaresOf([placebo]).get(PORT);
    // 443 is left in one of two good episodes, 22 in none.
    const totals = { bad: 2, good: 2 };
    expect(first?.sums).toEqual([square(1, 1, totals) + square(1, 0, totals)]);
    expect(chance.squaresOf([placebo]).get(PORT)?.sums).toEqual(first?.sums);
    const totalsAgain = { bad: 2, good: 4 };
    expect(chance.squaresOf([windowOf(window)]).get(PORT)?.sums[1]).toBe(square(2, 0, totalsAgain));
  });

  it('is a mean over the histories, scaled by what was counted of the windows', () => {
    const { chance } = siteOf(good, window);
    const [one, two] = [placeboOf(good.slice(3)), placeboOf(good.slice(2, 3))];
    const sumOf = (stretch: Stretch) => chance.squaresOf([stretch]).get(PORT)?.sums[0] ?? 0;
    const { noise } = chance.of([
      { name: 'w', records: 20, tellsChance: true, own: windowOf(window), placebos: [one, two] },
    ]);
    expect(noise?.[PORT]?.[0]).toBeCloseTo((10 * (sumOf(one) + sumOf(two))) / 2, 12);
    expect(
      chance.of([{ name: 'w', records: 20, tellsChance: true, own: windowOf(window), placebos: [] }]),
    ).toEqual({
      contrasts: {},
    });
  });

  it('hears nothing of the placebos of a window that says whose traffic was guilty, but holds it against them', () => {
    const { chance } = siteOf(good, window);
    const placebos = [placeboOf(good.slice(3))];
    const { noise, contrasts } = chance.of([
      { name: 'w', records: 2, tellsChance: false, own: windowOf(window), placebos },
    ]);
    expect(noise).toBeUndefined();
    expect(contrasts['w']?.placebos.n).toBe(1);
  });

  it('tells how a window stands out, of one that has placebos', () => {
    const { chance } = siteOf(good, window);
    const placebos = [placeboOf(good.slice(3)), placeboOf(good.slice(0, 1))];
    const { contrasts } = chance.of([
      { name: 'w', records: 2, tellsChance: true, own: windowOf(window), placebos },
      { name: 'without', records: 2, tellsChance: true, own: windowOf(window), placebos: [] },
    ]);
    expect(Object.keys(contrasts)).toEqual(['w']);
    const mean = (stretch: Stretch) => {
      const squares = chance.squaresOf([stretch]).get(PORT);
      return (squares?.total ?? 0) / (squares?.tokens ?? 0);
    };
    const means = placebos.map(mean);
    expect(contrasts['w']?.observed).toBeCloseTo(mean(windowOf(window)), 12);
    expect(contrasts['w']?.placebos.n).toBe(2);
    expect(contrasts['w']?.placebos.max).toBe(Math.max(...means));
    expect(contrasts['w']?.placebos.mean).toBeCloseTo(((means[0] ?? 0) + (means[1] ?? 0)) / 2, 12);
  });

  it('weighs values in their context beyond the plain value, as the model does', () => {
    const field = 'destination.port|source.ip';
    const pair = (value: string, host: string): Observations => ({
      ...{ sequences: [], shape: [] },
      categories: [
        { field: PORT, token: value },
        { field, token: `${value} given ${host}` },
      ],
    });
    const lessons: Lesson[] = [
      [1, pair('80', 'a')],
      [1, pair('80', 'b')],
      [1, pair('22', 'b')],
    ];
    const marked: Lesson[] = [[1, pair('22', 'a')]];
    const { chance, segments } = siteOf(lessons, marked);
    const settled = new SettledCounts();
    for (const segment of segments) settled.addSegment(segment);
    const evidence = new RecordEvidence(compileModel(settled, PARAMETERS, { id: '0'.repeat(32), entry: 2 }));
    evidence.beginRecord();
    const lambda = evidence.lambdaOf({ field, token: '22 given a' });
    expect(lambda).toBeGreaterThan(0);
    expect(chance.squaresOf([windowOf(marked)]).get(field)?.sums[0]).toBeCloseTo(lambda ** 2, 6);
  });

  it('lets old stretches weigh what they weigh on the site', () => {
    const old: Lesson[] = [[1, ports('4444')]];
    const { chance } = siteOf([[11, ports('80')]], old, { halfLifeDays: 10, tauSquared: 2 });
    const squares = chance.squaresOf([windowOf(old)]).get(PORT);
    expect(squares?.sums).toEqual([square(0.5, 0, { bad: 0.5, good: 1 })]);
  });
});

describe('a marked stretch', () => {
  /** Ports that the good use by turns: an hour's worth holds two or three of each. */
  const innocent = (from: number): Lesson[] =>
    Array.from({ length: 30 }, (_, index) => [
      1,
      ports(`${80 + (((from + index) * 7) % 12)}`, `${200 + (((from + index) * 5) % 17)}`),
    ]);
  const history = [0, 30, 60, 90, 120, 150].flatMap(innocent);

  function found(guilty: string[]) {
    const window = innocent(400).map(
      ([day, { categories }]): Lesson => [day, ports(...categories.map(({ token }) => token), ...guilty)],
    );
    const { chance, segments } = siteOf(history, window);
    const placebos = [30, 90, 120].map(from => placeboOf(history.slice(from, from + 30)));
    const { noise, contrasts } = chance.of([
      { name: 'w', records: window.length, tellsChance: true, own: windowOf(window), placebos },
    ]);
    const settled = new SettledCounts();
    for (const segment of segments) settled.addSegment(segment);
    const lambdaOf = (token: string, of = noise) => {
      const made = { id: '0'.repeat(32), entry: 2 };
      const evidence = new RecordEvidence(compileModel(settled, { ...PARAMETERS, noise: of }, made));
      evidence.beginRecord();
      return evidence.lambdaOf({ field: PORT, token });
    };
    return { contrast: contrasts['w'], lambdaOf };
  }

  it('is like its placebos where it is innocent, and not where it is not', () => {
    const innocentOne = found([]).contrast;
    expect(innocentOne?.observed).toBeLessThan(1.5 * (innocentOne?.placebos.max ?? 0));
    const guilty = found(['4444']).contrast;
    expect(guilty?.observed).toBeGreaterThan(3 * (guilty?.placebos.max ?? Number.NaN));
  });

  it('keeps the weight of what chance never shows, and loses that of what it does', () => {
    const { lambdaOf } = found(['4444']);
    expect(lambdaOf('4444')).toBe(lambdaOf('4444', {}));
    const plain = Array.from({ length: 17 }, (_, index) => `${200 + index}`).filter(
      token => lambdaOf(token, {}) > 0.1,
    );
    expect(plain.length).toBeGreaterThan(0);
    for (const token of plain) expect(lambdaOf(token)).toBeLessThan(0.5 * lambdaOf(token, {}));
  });
});

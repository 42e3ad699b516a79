/** Settled counts: the same, bit for bit, whatever the order and cutting of segments; decayed as the formula says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileModel } from '../../src/bayes/compile.ts';
import { Counts } from '../../src/bayes/counts.ts';
import { encodeCounts } from '../../src/bayes/counts-codec.ts';
import type { CompiledModel, TokenCounts } from '../../src/bayes/model.ts';
import { SettledCounts } from '../../src/bayes/settled-counts.ts';
import type { RecordClass } from '../../src/domain/label.ts';
import { observationsArbitrary } from './arbitraries.ts';
import { PARAMETERS, records, segmentOf } from './learnt.ts';
import { type Episode, NaiveModel } from './naive.ts';

const MADE = { id: '0'.repeat(32), entry: 1 };

const episodesArbitrary: fc.Arbitrary<Episode[]> = fc.array(
  fc.record({
    day: fc.constantFrom(-1, 19_000, 19_001, 19_009, 19_030),
    records: fc.array(
      fc.record({
        observations: observationsArbitrary,
        before: fc.constant<RecordClass>('none'),
        after: fc.constantFrom<RecordClass>('good', 'bad'),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  { minLength: 1, maxLength: 8 },
);

function settledOf(segments: readonly Uint8Array[], halfLifeDays = 10): SettledCounts {
  const settled = new SettledCounts(halfLifeDays);
  for (const segment of segments) settled.addSegment(segment);
  return settled;
}

function arraysOf(model: CompiledModel): unknown {
  return { ...model, sequences: Object.entries(model.sequences) };
}

function encoded(
  rows: readonly { day: number; field?: string; token?: string; delta: Partial<TokenCounts> }[],
): Uint8Array {
  const counts = new Counts();
  for (const { day, field = 'record', token = '', delta } of rows) counts.bump(day, field, token, delta);
  return encodeCounts(counts);
}

describe('SettledCounts', () => {
  it('compile to the same bits in any order and cutting, asked in between or not', () => {
    const orders = fc.tuple(fc.infiniteStream(fc.nat()), fc.boolean());
    fc.assert(
      fc.property(episodesArbitrary, orders, (episodes, [random, ask]) => {
        const parameters = { ...PARAMETERS, halfLifeDays: 10 };
        const whole = compileModel(settledOf([segmentOf(episodes).counts]), parameters, MADE);
        const parts = episodes
          .flatMap(episode => {
            const forgotten: Episode = {
              ...episode,
              records: episode.records.map(r => ({ ...r, before: r.after, after: r.before })),
            };
            const twice = (random.next().value as number) % 2 === 0;
            return [episode, ...(twice ? [forgotten, episode] : [])].map(one => segmentOf([one]).counts);
          })
          .map(part => [random.next().value as number, part] as const)
          .sort((a, b) => a[0] - b[0]);
        const settled = new SettledCounts(10);
        for (const [, part] of parts) {
          settled.addSegment(part);
          if (ask) settled.totalsOf('message');
        }
        expect(arraysOf(compileModel(settled, parameters, MADE))).toEqual(arraysOf(whole));
        expect([...settled.tokens()]).toEqual([...settledOf([segmentOf(episodes).counts]).tokens()]);
      }),
      { numRuns: 40 },
    );
  });

  it('hold what the naive model counts, whole and decayed', () => {
    fc.assert(
      fc.property(
        episodesArbitrary,
        fc.constantFrom(1, 7.5, Number.POSITIVE_INFINITY),
        (episodes, halfLifeDays) => {
          const settled = settledOf([segmentOf(episodes).counts], halfLifeDays);
          const whole = new NaiveModel(episodes, { ...PARAMETERS, halfLifeDays: Number.POSITIVE_INFINITY });
          const decayed = new NaiveModel(episodes, { ...PARAMETERS, halfLifeDays });
          const tokens = [...settled.tokens()];
          const expected = tokens.map(({ field, token, lastDay }) => {
            return {
              field,
              token,
              counts: whole.countsOf(field, token),
              decayed: decayed.countsOf(field, token),
              lastDay,
            };
          });
          expect(tokens).toEqual(expected);
          expect(tokens.map(({ field, token }) => settled.countsOf(field, token))).toEqual(
            tokens.map(({ counts }) => counts),
          );
          expect(tokens.map(({ field, token }) => settled.decayedOf(field, token))).toEqual(
            tokens.map(({ decayed }) => decayed),
          );
          expect(settled.totals).toEqual(whole.countsOf('record', ''));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('count ages from the newest day that still holds a record', () => {
    const old = encoded([
      { day: 100, delta: { goodRecords: 8 } },
      { day: 100, field: 'x', token: 'a', delta: { goodRecords: 8 } },
    ]);
    const newer = encoded([{ day: 110, delta: { goodRecords: 1 } }]);
    const gone = encoded([{ day: 110, delta: { goodRecords: -1 } }]);
    const undated = encoded([{ day: -1, field: 'x', token: 'a', delta: { goodRecords: 1 } }]);
    const settled = settledOf([old, undated]);
    expect(settled.newestDay).toBe(100);
    expect(settled.decayedOf('x', 'a').goodRecords).toBe(9);
    settled.addSegment(newer);
    expect([settled.oldestDay, settled.newestDay]).toEqual([100, 110]);
    expect(settled.decayedOf('x', 'a').goodRecords).toBe(5);
    settled.addSegment(gone);
    expect(settled.newestDay).toBe(100);
    expect(settled.decayedOf('x', 'a').goodRecords).toBe(9);
    settled.setHalfLife(Number.POSITIVE_INFINITY);
    settled.addSegment(newer);
    expect(settled.decayedOf('x', 'a').goodRecords).toBe(9);
    expect(settledOf([undated]).newestDay).toBe(-1);
    expect(settledOf([undated]).oldestDay).toBe(-1);
    expect(settledOf([undated, newer]).oldestDay).toBe(110);
  });

  it('know when a token was seen last, also after a later sight was taken back', () => {
    const seen = (day: number, goodRecords: number) =>
      encoded([{ day, field: 'x', token: 'a', delta: { goodRecords } }]);
    const settled = settledOf([seen(5, 1), seen(9, 2), seen(-1, 1)]);
    const lastDay = () => [...settled.tokens('x')].map(token => token.lastDay);
    expect(lastDay()).toEqual([9]);
    settled.addSegment(seen(9, -1));
    expect(lastDay()).toEqual([9]);
    settled.addSegment(seen(9, -1));
    expect(lastDay()).toEqual([5]);
    settled.addSegment(seen(5, -1));
    expect(lastDay()).toEqual([-1]);
    settled.addSegment(seen(-1, -1));
    expect(lastDay()).toEqual([]);
  });

  it('stay the same over many small segments of a day, which are merged', () => {
    const settled = new SettledCounts(1);
    for (let n = 0; n < 600; n++) {
      settled.addSegment(
        encoded([
          { day: 7, delta: { goodRecords: 1 } },
          { day: 7, field: 'x', token: `t${n % 50}`, delta: { goodRecords: 1 } },
        ]),
      );
    }
    settled.addSegment(encoded([{ day: 8, delta: { badRecords: 1 } }]));
    expect(settled.decayedOf('x', 't7')).toEqual({
      goodRecords: 6,
      goodEpisodes: 0,
      badRecords: 0,
      badEpisodes: 0,
    });
    expect(settled.decayedOf('record', '').goodRecords).toBe(300);
    expect(settled.countsOf('x', 't7').goodRecords).toBe(12);
  });

  it('hold counts that leave 32 bits together, as those of several imports may', () => {
    const settled = new SettledCounts(10);
    const most = 2 ** 31 - 1;
    const run = (token: string) =>
      encoded([
        { day: 7, delta: { goodRecords: most } },
        { day: 7, field: 'x', token, delta: { goodRecords: most } },
      ]);
    for (let n = 0; n < 3; n++) settled.addSegment(run('seen'), true);
    settled.addSegment(encoded([{ day: 9, delta: { goodRecords: 1 } }]));
    expect(settled.countsOf('x', 'seen').goodRecords).toBe(3 * most);
    expect([...settled.tokens()].filter(({ field }) => field === 'x')).toMatchObject([
      { token: 'seen', counts: { goodRecords: 3 * most } },
    ]);
    // Runs so large that they are merged as they come.
    const tokens = Array.from(
      { length: 20_000 },
      (_, n) => `a token of some length, so that runs grow ${n * 7_919}`,
    );
    const large = encoded(tokens.map(token => ({ day: 7, field: 'y', token, delta: { goodRecords: most } })));
    for (let n = 0; n < 40; n++) settled.addSegment(large, true);
    expect(settled.countsOf('y', tokens[0] ?? '').goodRecords).toBe(40 * most);
  });

  it('list what follows a token, whether that is there or not', () => {
    const settled = settledOf([
      encoded(['b', 'd', 'e'].map(token => ({ day: 1, field: 'x', token, delta: { goodRecords: 1 } }))),
      segmentOf([{ day: 1, records: records(['ab'], 'good', 'message') }]).counts,
    ]);
    const tokensAfter = (field: string, token?: string) =>
      [...settled.tokens(field, token)].map(one => one.token);
    expect(tokensAfter('x', 'b')).toEqual(['d', 'e']);
    expect(tokensAfter('x', 'c')).toEqual(['d', 'e']);
    expect(tokensAfter('x', 'e')).toEqual([]);
    expect(tokensAfter('message', 'b').length).toBe(tokensAfter('message').length - 3);
    expect(tokensAfter('message', 'aa')).toEqual(
      tokensAfter('message').slice(tokensAfter('message').indexOf('ab')),
    );
    expect(tokensAfter('message', 'not an n-gram')).toEqual(tokensAfter('message'));
  });

  it('list fields and tokens for people', () => {
    const episodes: Episode[] = [{ day: 3, records: records(['a b'], 'bad', 'message') }];
    const settled = settledOf([segmentOf(episodes).counts]);
    expect(settled.fields()).toEqual({
      message: { goodRecords: 0, goodEpisodes: 0, badRecords: 1, badEpisodes: 1, tokens: 10 },
    });
    expect([...settled.tokens('message')].map(({ token }) => token).slice(0, 6)).toEqual([
      '',
      'a',
      'b',
      '␠',
      '␃',
      'a␠',
    ]);
    expect([...settled.tokens('nothing')]).toEqual([]);
    expect(settled.countsOf('message', 'not an n-gram').badRecords).toBe(0);
    expect(settled.countsOf('nothing', '').badRecords).toBe(0);
  });

  it('shout about a negative count', () => {
    const settled = settledOf([encoded([{ day: 1, field: 'x', token: 'a', delta: { badEpisodes: -1 } }])]);
    expect(() => settled.assertNoNegative()).toThrow(/negative settled counts.*"a"/);
    expect(() => compileModel(settled, PARAMETERS, MADE)).toThrow(/negative/);
  });

  it('add nothing of a corrupt segment', () => {
    const good = encoded([
      { day: 1, delta: { goodRecords: 5 } },
      { day: 2, delta: { goodRecords: 5 } },
    ]);
    const settled = settledOf([good]);
    expect(() => settled.addSegment(good.slice(0, -1))).toThrow(/corrupt counts/);
    expect(settled.totals.goodRecords).toBe(10);
  });

  it('do not keep the bytes they were given', () => {
    const bytes = encoded([{ day: 1, delta: { goodRecords: 4 } }]);
    const settled = settledOf([bytes], 1);
    bytes.fill(255);
    settled.addSegment(encoded([{ day: 2, delta: { goodRecords: 1 } }]));
    expect(settled.decayedOf('record', '').goodRecords).toBe(3);
  });
});

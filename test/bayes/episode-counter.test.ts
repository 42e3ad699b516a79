/** Counting episodes against a recount with sets, straight from the words of the definition. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Counts } from '../../src/bayes/counts.ts';
import { decodeCounts } from '../../src/bayes/counts-codec.ts';
import { EpisodeCounter } from '../../src/bayes/episode-counter.ts';
import { addSums, ZERO_SUM } from '../../src/bayes/sum128.ts';
import type { Label, RecordClass } from '../../src/domain/label.ts';
import { observationsArbitrary } from './arbitraries.ts';
import { type Classed, type Episode, tokensOf } from './naive.ts';

/** What a counter makes of episodes, chunk by chunk, and whether the sums are those of the counts. */
function counted(
  episodes: readonly Episode[],
  chunks = 1,
  batchRecordsMax?: number,
): { counts: Counts; sum: string } {
  const counts = new Counts();
  let sum = ZERO_SUM;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const counter = new EpisodeCounter({ chunk, chunks }, batchRecordsMax);
    for (const { day, records } of episodes) {
      counter.beginEpisode(day);
      for (const { observations, before, after } of records) counter.addRecord(observations, before, after);
      counter.endEpisode();
    }
    const part = counter.finish();
    const decoded = decodeCounts(part.counts);
    expect(part.sum).toBe(decoded.sum().toString());
    counts.add(decoded);
    sum = addSums(sum, part.sum);
  }
  return { counts, sum };
}

/** The counts that episodes stand for when their records have the classes that `classOf` tells. */
function recount(
  episodes: readonly Episode[],
  classOf: (record: Classed) => RecordClass,
): Map<string, number> {
  const totals = new Map<string, number>();
  const bump = (name: string) => totals.set(name, (totals.get(name) ?? 0) + 1);
  for (const { day, records } of episodes) {
    for (const label of ['good', 'bad'] satisfies Label[]) {
      const held = new Set<string>();
      for (const record of records.filter(record => classOf(record) === label)) {
        for (const token of tokensOf(record.observations)) {
          bump(`${day}\n${token}\n${label}Records`);
          held.add(token);
        }
      }
      for (const token of held) bump(`${day}\n${token}\n${label}Episodes`);
    }
  }
  return totals;
}

function difference(after: Map<string, number>, before: Map<string, number>): Map<string, number> {
  const names = [...new Set([...after.keys(), ...before.keys()])].sort();
  return new Map(
    names
      .map(name => [name, (after.get(name) ?? 0) - (before.get(name) ?? 0)] as const)
      .filter(([, count]) => count !== 0),
  );
}

function asMap(counts: Counts): Map<string, number> {
  const rows: [string, number][] = [];
  for (const { day, field, token, counts: row } of counts.entries()) {
    for (const [unit, count] of Object.entries(row)) {
      if (count !== 0) rows.push([`${day}\n${field}\n${token}\n${unit}`, count]);
    }
  }
  return new Map(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const recordClass = fc.constantFrom<RecordClass>('none', 'good', 'bad');
const episodesArbitrary = fc.array(
  fc.record({
    day: fc.constantFrom(-1, 19_000, 19_001),
    records: fc.array(
      fc.record({ observations: observationsArbitrary, before: recordClass, after: recordClass }),
      {
        maxLength: 5,
      },
    ),
  }),
  { maxLength: 5 },
);

function only(texts: readonly string[], label: RecordClass): Episode {
  return {
    day: 0,
    records: texts.map(text => ({
      observations: { sequences: [{ field: 'message', text }], shape: [], categories: [] },
      before: 'none',
      after: label,
    })),
  };
}

describe('EpisodeCounter', () => {
  it('counts what a recount after says, less what a recount before says', () => {
    fc.assert(
      fc.property(episodesArbitrary, episodes => {
        const expected = difference(
          recount(episodes, record => record.after),
          recount(episodes, record => record.before),
        );
        expect(asMap(counted(episodes).counts)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('counts the same wherever batches end, amid an episode too', () => {
    fc.assert(
      fc.property(episodesArbitrary, fc.integer({ min: 1, max: 4 }), (episodes, batchRecordsMax) => {
        expect(asMap(counted(episodes, 1, batchRecordsMax).counts)).toEqual(asMap(counted(episodes).counts));
      }),
      { numRuns: 150 },
    );
  });

  it('counts the same in chunks', () => {
    fc.assert(
      fc.property(episodesArbitrary, fc.integer({ min: 2, max: 5 }), (episodes, chunks) => {
        const whole = counted(episodes);
        const cut = counted(episodes, chunks);
        expect(cut.counts.equals(whole.counts)).toBe(true);
        expect(cut.sum).toBe(whole.sum);
      }),
      { numRuns: 40 },
    );
  });

  it('spreads tokens over the chunks', () => {
    const episodes = [only(['the quick brown fox jumps over the lazy dog'], 'good')];
    const sizes = [0, 1, 2, 3].map(chunk => {
      const counter = new EpisodeCounter({ chunk, chunks: 4 });
      for (const { day, records } of episodes) {
        counter.beginEpisode(day);
        for (const { observations } of records) counter.addRecord(observations, 'none', 'good');
        counter.endEpisode();
      }
      return [...decodeCounts(counter.finish().counts).entries()].length;
    });
    for (const size of sizes) expect(size).toBeGreaterThan(25);
  });

  it('forgets exactly what it learnt', () => {
    fc.assert(
      fc.property(episodesArbitrary, episodes => {
        const there = counted(episodes);
        const back = counted(
          episodes.map(({ day, records }) => ({
            day,
            records: records.map(({ observations, before, after }) => ({
              observations,
              before: after,
              after: before,
            })),
          })),
        );
        there.counts.add(back.counts);
        expect(there.counts.isZero()).toBe(true);
        expect(addSums(there.sum, back.sum)).toBe(ZERO_SUM);
      }),
      { numRuns: 60 },
    );
  });

  it('counts an episode once, a record once, and classes apart', () => {
    const { counts } = counted([only(['aa', 'aa', 'ab'], 'bad'), only(['aa'], 'bad'), only(['aa'], 'good')]);
    expect(counts.countsOf(0, 'message', 'a')).toEqual({
      goodRecords: 1,
      goodEpisodes: 1,
      badRecords: 4,
      badEpisodes: 2,
    });
    expect(counts.countsOf(0, 'message', 'ab')).toEqual({
      goodRecords: 0,
      goodEpisodes: 0,
      badRecords: 1,
      badEpisodes: 1,
    });
    expect(counts.countsOf(0, 'record', '')).toEqual({
      goodRecords: 1,
      goodEpisodes: 1,
      badRecords: 4,
      badEpisodes: 2,
    });
    expect(counts.countsOf(0, 'message', '')).toEqual(counts.countsOf(0, 'record', ''));
  });

  it('keeps the presence of an episode while another record of the class still holds the token', () => {
    const record = (before: RecordClass, after: RecordClass): Classed => ({
      ...(only(['a'], after).records[0] as Classed),
      before,
    });
    const { counts } = counted([{ day: 0, records: [record('good', 'bad'), record('good', 'good')] }]);
    expect(counts.countsOf(0, 'message', 'a')).toEqual({
      goodRecords: -1,
      goodEpisodes: 0,
      badRecords: 1,
      badEpisodes: 1,
    });
  });

  it('counts nothing where nothing changes', () => {
    const { records } = only(['a', 'b'], 'good');
    expect(
      counted([{ day: 5, records: records.map(record => ({ ...record, before: 'good' })) }]).counts.isZero(),
    ).toBe(true);
  });

  it('refuses calls out of order and chunks that are not there', () => {
    const counter = new EpisodeCounter();
    expect(() => counter.addRecord({ sequences: [], shape: [], categories: [] }, 'none', 'good')).toThrow(
      /outside/,
    );
    expect(() => counter.endEpisode()).toThrow(/no episode/);
    counter.beginEpisode(0);
    expect(() => counter.beginEpisode(0)).toThrow(/inside/);
    expect(() => counter.finish()).toThrow(/not ended/);
    expect(() => new EpisodeCounter({ chunk: 2, chunks: 2 })).toThrow(RangeError);
    expect(() => new EpisodeCounter({ chunk: 0, chunks: 0.5 })).toThrow(RangeError);
  });
});

/** Pruning: what goes, that nothing else does, that probabilities stay so, and that what returns is learnt anew. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slotOf } from '../../src/bayes/category-table.ts';
import { compileModel } from '../../src/bayes/compile.ts';
import { CompiledFields } from '../../src/bayes/compiled-fields.ts';
import { tokenHash } from '../../src/bayes/content-hash.ts';
import { Counts } from '../../src/bayes/counts.ts';
import { encodeCounts } from '../../src/bayes/counts-codec.ts';
import type { CompiledModel, ModelParameters } from '../../src/bayes/model.ts';
import { keyOfNgram } from '../../src/bayes/ngrams.ts';
import { isPruned, sightingsToBeKept } from '../../src/bayes/pruning.ts';
import { pruningBy } from '../../src/bayes/pruning-preview.ts';
import { LN_BAD, LN_GOOD } from '../../src/bayes/sequence.ts';
import { SettledCounts } from '../../src/bayes/settled-counts.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import type { RecordClass } from '../../src/domain/label.ts';
import { compiled, PARAMETERS, records, segmentOf } from './learnt.ts';
import type { Episode } from './naive.ts';
import { lnPOfText, totalAfter } from './read-automaton.ts';

const MADE = { id: '0'.repeat(32), entry: 1 };
const FIELD = 'dns.question.name';

const text = fc.string({ unit: fc.constantFrom(...'ab.c'), minLength: 1, maxLength: 8 });
const episode: fc.Arbitrary<Episode> = fc
  .record({
    day: fc.constantFrom(-1, 20_000, 20_003),
    texts: fc.array(text, { minLength: 1, maxLength: 3 }),
    after: fc.constantFrom<RecordClass>('good', 'good', 'bad'),
    port: fc.constantFrom('53', '80', '443', '4444'),
    source: fc.constantFrom('10.0.0.1', '10.0.0.2'),
  })
  .map(({ day, texts, after, port, source }) => ({
    day,
    records: records(texts, after).map(record => ({
      ...record,
      observations: {
        ...record.observations,
        categories: [
          { field: 'destination.port', token: port },
          { field: 'destination.port|source.ip', token: `${port} given ${source}` },
        ],
      },
    })),
  }));
const episodes = fc.array(episode, { minLength: 1, maxLength: 8 });
const floor = fc.constantFrom(0.2, 0.5, 1, 2, 3);

function settledOf(segments: readonly Uint8Array[], halfLifeDays = 3): SettledCounts {
  const settled = new SettledCounts(halfLifeDays);
  for (const segment of segments) settled.addSegment(segment);
  return settled;
}

function withFloor(pruneBelow?: number): ModelParameters {
  return { ...PARAMETERS, halfLifeDays: 3, pruneBelow };
}

const good = (...texts: string[]): Episode => ({ day: 20_000, records: records(texts, 'good') });
const bad = (...texts: string[]): Episode => ({ day: 20_000, records: records(texts, 'bad') });

describe('a token', () => {
  it.each([
    [{ good: 0.4, bad: 0 }, 0, false],
    [{ good: 1.9, bad: 0.49 }, 2, true],
    [{ good: 2, bad: 0 }, 2, false],
    [{ good: 0, bad: 0.5 }, 2, false],
    [{ good: 0.1, bad: 0.3 }, 0.2, false],
    [{ good: 0.1, bad: 0.1 }, 0.2, true],
  ])('with %j under a floor of %d is left out: %s', (counts, below, expected) => {
    expect(isPruned(counts, below)).toBe(expected);
  });

  it('is back after as many good sightings as are told, and not before', () => {
    expect(sightingsToBeKept({ good: 13.6, bad: 0 }, 17.6)).toBe(4);
    const count = fc.integer({ min: 0, max: 300 }).map(tenths => tenths / 10);
    fc.assert(
      fc.property(count, count, count, (goodCount, badCount, below) => {
        const counts = { good: goodCount, bad: badCount };
        const n = sightingsToBeKept(counts, below);
        expect(isPruned({ ...counts, good: goodCount + n }, below)).toBe(false);
        if (n > 0) expect(isPruned({ ...counts, good: goodCount + n - 1 }, below)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a pruned model', () => {
  it('has probabilities that sum to 1 over the 64 symbols, after any context and in both classes', () => {
    fc.assert(
      fc.property(episodes, floor, fc.array(text, { maxLength: 4 }), (lessons, pruneBelow, contexts) => {
        const model = compiled([segmentOf(lessons)], withFloor(pruneBelow));
        const automaton = model.sequences[FIELD];
        if (automaton === undefined) return;
        for (const context of ['', 'a', 'ab', ...contexts]) {
          for (const which of [LN_GOOD, LN_BAD] as const)
            expect(totalAfter(automaton, context, which), context).toBeCloseTo(1, 5);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives what it left out after a context to the shorter one: worked by hand', () => {
    // Good: ab three times, ac once; the floor is 2. After a: b 3, c 1; n = 4, u = 2, m = 1 (ac), so P(·|a) backs off with 3/6.
    // Single symbols: a 4, b 3, c 1 (pruned), ␃ 4; n = 12, u = 4, m = 1: P(b) = (3 + 5/64)/16.
    const model = compiled([segmentOf([good('ab'), good('ab'), good('ab'), good('ac')])], {
      ...PARAMETERS,
      pruneBelow: 2,
    });
    const automaton = model.sequences[FIELD];
    if (automaton === undefined) throw new Error('nothing is left');
    const pB = (3 + 5 / 64) / 16;
    const pC = 5 / 64 / 16;
    const lnP = (word: string) => lnPOfText(automaton, word, LN_GOOD);
    expect(lnP('b')).toBeCloseTo(Math.log(pB), 6);
    expect(lnP('ab') - lnP('a')).toBeCloseTo(Math.log((3 + 3 * pB) / 6), 6);
    expect(lnP('ac') - lnP('a')).toBeCloseTo(Math.log((3 / 6) * pC), 6);
  });

  it('weighs what it keeps as the whole model does, and holds nothing else', () => {
    fc.assert(
      fc.property(episodes, floor, (lessons, below) => {
        const { counts } = segmentOf(lessons);
        const whole = compileModel(settledOf([counts]), withFloor(), MADE);
        const settled = settledOf([counts]);
        const pruned = compileModel(settled, withFloor(below), MADE);
        for (const { token, decayed } of settled.tokens('destination.port')) {
          if (token === '') continue;
          const isLeftOut = isPruned({ good: decayed.goodEpisodes, bad: decayed.badEpisodes }, below);
          const expected = isLeftOut ? 0 : lambdaIn(whole, token);
          expect(lambdaIn(pruned, token), token).toBe(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps what a single episode was marked for, whatever the floor, until that is half decayed', () => {
    const lessons = [...Array.from({ length: 5 }, () => good('www.example.org')), bad('zq.evil.test')];
    const held = (model: CompiledModel) => model.sizes.get(FIELD);
    const one = compiled([segmentOf(lessons)], withFloor(1_000));
    expect(held(one)?.kept).toBeGreaterThan(0);
    const later: Episode = { day: 20_003, records: records(['www.example.org'], 'good') };
    expect(held(compiled([segmentOf([...lessons, later])], withFloor(1_000)))).toEqual(held(one));
    const muchLater = { ...later, day: 20_004 };
    expect(held(compiled([segmentOf([...lessons, muchLater])], withFloor(1_000)))?.kept).toBe(0);
  });

  it('is without a field of which all is pruned, and says nothing of it', () => {
    const model = compiled([segmentOf([good('abc')])], withFloor(2));
    expect(model.sequences).toEqual({});
    expect(model.sizes.get(FIELD)?.kept).toBe(0);
    const asked = records(['abc'], 'none')[0]?.observations;
    if (asked === undefined) throw new Error('no record');
    expect([...new Scorer(model).evidenceOf(asked)]).toEqual([]);
  });

  it('holds n-grams that can be reached alone, also of counts that no text has', () => {
    const row = fc.record({
      token: fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'aba', 'bab', 'abab', 'ababa', 'bb', 'abb'),
      episodes: fc.integer({ min: 0, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), floor, (rows, below) => {
        const counts = new Counts();
        for (const { token, episodes: n } of rows)
          counts.bump(20_000, FIELD, keyOfNgram(token) ?? 0, { goodRecords: n, goodEpisodes: n });
        const model = compileModel(settledOf([encodeCounts(counts)]), withFloor(below), MADE);
        const automaton = model.sequences[FIELD];
        if (automaton === undefined) return;
        expect(automaton.ngrams).toBe(model.sizes.get(FIELD)?.kept);
        for (const context of ['', 'a', 'b', 'ab', 'aba', 'bbbb'])
          expect(totalAfter(automaton, context, LN_GOOD), context).toBeCloseTo(1, 5);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a token that was pruned and returns', () => {
  it('is learnt anew: the model is the one that is compiled of the same counts from nothing, bit for bit', () => {
    fc.assert(
      fc.property(episodes, episodes, fc.constantFrom(1, 2, 3), (before, sightings, below) => {
        const kept = new CompiledFields();
        const settled = settledOf([]);
        const segments: Uint8Array[] = [];
        const learn = (lessons: readonly Episode[]) => {
          const { counts } = segmentOf(lessons);
          segments.push(counts);
          settled.addSegment(counts);
          return compileModel(settled, withFloor(below), MADE, kept);
        };
        learn(before);
        // As often as the floor asks for, and of the newest day, so that none of it has decayed.
        const again = sightings.map(lesson => ({ ...lesson, day: 20_003 }));
        let model = learn(again);
        for (let times = 1; times < below; times++) model = learn(again);
        expect(model).toEqual(compileModel(settledOf(segments), withFloor(below), MADE));
        const whole = compileModel(settledOf(segments), withFloor(), MADE);
        for (const { records: seen } of again) {
          for (const { observations } of seen) {
            for (const { field, token } of observations.categories)
              if (field === 'destination.port') expect(lambdaIn(model, token)).toBe(lambdaIn(whole, token));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('and goes again with the segment that brought it back', () => {
    const lessons = [good('www.example.org'), good('www.example.org'), good('rare.example.org')];
    const back: Episode = { day: 20_000, records: records(['rare.example.org'], 'good') };
    const taken: Episode = {
      ...back,
      records: back.records.map(record => ({ ...record, before: record.after, after: 'none' })),
    };
    const first = compiled([segmentOf(lessons)], withFloor(2));
    const returned = compiled([segmentOf(lessons), segmentOf([back])], withFloor(2));
    const retracted = compiled([segmentOf(lessons), segmentOf([back]), segmentOf([taken])], withFloor(2));
    expect(returned.sizes.get(FIELD)?.kept).toBeGreaterThan(first.sizes.get(FIELD)?.kept ?? 0);
    expect({ ...retracted, entry: 1 }).toEqual(first);
  });
});

describe('the preview', () => {
  it('tells what the compiled model then holds: tokens of every field, and the bytes of texts', () => {
    fc.assert(
      fc.property(episodes, floor, (lessons, below) => {
        const { counts } = segmentOf(lessons);
        const settled = settledOf([counts]);
        const preview = pruningBy(settled, below);
        const whole = compileModel(settledOf([counts]), withFloor(), MADE);
        const model = compileModel(settled, withFloor(below), MADE);
        expect([...preview.keys()]).toEqual([...model.sizes.keys()]);
        for (const [field, { kept, pruned }] of preview)
          expect({ kept: kept.tokens, pruned: pruned.tokens }).toEqual(model.sizes.get(field));
        const { kept, pruned } = preview.get(FIELD) ?? expect.fail('no names');
        expect(kept.bytes).toBe(model.sequences[FIELD]?.nodes.byteLength ?? 0);
        expect(kept.bytes + pruned.bytes).toBe(whole.sequences[FIELD]?.nodes.byteLength);
      }),
      { numRuns: 60 },
    );
  });
});

/** λ of a port in the model; 0 where it is not there. */
function lambdaIn({ categories }: CompiledModel, token: string): number {
  const { low, high } = tokenHash('destination.port', token);
  return categories.lambda[slotOf(categories, low, high)] as number;
}

/** Following counts segment by segment: models that keep what has not changed are those compiled from nothing, bit for bit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileModel } from '../../src/bayes/compile.ts';
import { CompiledFields } from '../../src/bayes/compiled-fields.ts';
import { logOdds } from '../../src/bayes/log-odds.ts';
import { LogOddsCache } from '../../src/bayes/log-odds-cache.ts';
import type { ModelParameters } from '../../src/bayes/model.ts';
import { SettledCounts } from '../../src/bayes/settled-counts.ts';
import type { Observations } from '../../src/domain/observation.ts';
import { PARAMETERS, segmentOf } from './learnt.ts';

const MADE = { id: '0'.repeat(32), entry: 1 };
const DAYS = [20_000, 20_001, 20_010];

const category = fc.constantFrom(
  { field: 'destination.port', token: '80' },
  { field: 'destination.port', token: '22' },
  { field: 'source.ip', token: '10.0.0.7' },
  { field: 'destination.port|source.ip', token: '22 given 10.0.0.7' },
  { field: 'dns.question.name#length', token: '12' },
);
const observations: fc.Arbitrary<Observations> = fc.record({
  sequences: fc.array(
    fc.record({
      field: fc.constantFrom('dns.question.name' as const, 'message' as const),
      text: fc.string({ unit: fc.constantFrom(...'ab.'), minLength: 1, maxLength: 8 }),
    }),
    { maxLength: 1 },
  ),
  shape: fc.constant([]),
  categories: fc.uniqueArray(category, { maxLength: 4 }),
});
const lesson = fc.record({
  day: fc.constantFrom(...DAYS),
  records: fc.array(
    fc.record({
      observations,
      before: fc.constant('none' as const),
      after: fc.constantFrom('good' as const, 'bad' as const),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});
const step = fc.record({
  lessons: fc.array(lesson, { minLength: 1, maxLength: 4 }),
  halfLifeDays: fc.constantFrom(1, 30),
  pruneBelow: fc.constantFrom(undefined, 0.4, 1, 2),
  noise: fc.constantFrom(undefined, {}, { 'destination.port': [0.3] }, { 'dns.question.name': [0.5, 0.1] }),
});

describe('a model that follows its counts', () => {
  it('is the model compiled from nothing, after every segment and change of parameters', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), steps => {
        const kept = new CompiledFields();
        const settled = new SettledCounts();
        const segments: Uint8Array[] = [];
        for (const { lessons, halfLifeDays, noise, pruneBelow } of steps) {
          const { counts } = segmentOf(lessons);
          segments.push(counts);
          settled.addSegment(counts);
          const parameters: ModelParameters = { ...PARAMETERS, halfLifeDays, noise, pruneBelow };
          const fresh = new SettledCounts(halfLifeDays);
          for (const segment of segments) fresh.addSegment(segment);
          expect(compileModel(settled, parameters, MADE, kept)).toEqual(
            compileModel(fresh, parameters, MADE),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('compiles the fields that changed and no others', () => {
    const of = (field: 'dns.question.name' | 'message', text: string) => ({
      day: 1,
      records: [
        {
          observations: { sequences: [{ field, text }], shape: [], categories: [] },
          before: 'none' as const,
          after: 'good' as const,
        },
      ],
    });
    const settled = new SettledCounts();
    const kept = new CompiledFields();
    settled.addSegment(segmentOf([of('message', 'one'), of('dns.question.name', 'example')]).counts);
    const first = compileModel(settled, PARAMETERS, MADE, kept);
    settled.addSegment(segmentOf([of('message', 'two')]).counts);
    const second = compileModel(settled, PARAMETERS, MADE, kept);
    expect(second.sequences['dns.question.name']).toBe(first.sequences['dns.question.name']);
    expect(second.sequences.message).not.toBe(first.sequences.message);
  });
});

describe('LogOddsCache', () => {
  const count = fc.oneof(
    fc.integer({ min: 0, max: 5 }),
    fc.integer({ min: 0, max: 2 ** 30 }).map(whole => whole / 2 ** 24),
    fc.constantFrom(256, 512, 1e6, 2 ** 40),
  );
  it('tells what logOdds tells, however often it is asked', () => {
    fc.assert(
      fc.property(
        fc.record({ bad: count, good: count }),
        fc.array(fc.record({ bad: count, good: count }), { minLength: 1, maxLength: 30 }),
        (field, tokens) => {
          const cache = new LogOddsCache(field, 2);
          for (const token of [...tokens, ...tokens])
            expect(cache.lambdaOf(token.bad, token.good)).toBe(logOdds(token, field, 2));
        },
      ),
    );
  });
});

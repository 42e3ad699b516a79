/** What properties in this folder draw from: rows of counts, observations, strings as people and attackers write them. */
import fc from 'fast-check';
import { Counts } from '../../src/bayes/counts.ts';
import type { TokenCounts } from '../../src/bayes/model.ts';
import { keyOfNgram } from '../../src/bayes/ngrams.ts';
import type { CategoryObservation, Observations, SequenceObservation } from '../../src/domain/observation.ts';

export interface Row {
  day: number;
  field: string;
  token: string | number;
  delta: Partial<TokenCounts>;
}

const day = fc.oneof(fc.constant(-1), fc.integer({ min: 19_000, max: 19_004 }));
const count = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -9, max: 9 }) },
  { weight: 1, arbitrary: fc.integer({ min: -2_000_000, max: 2_000_000 }) },
);
const delta = fc.oneof(
  fc.record({ goodRecords: count, goodEpisodes: count, badRecords: count, badEpisodes: count }),
  fc.record({ badRecords: count }),
  count.map(all => ({ goodRecords: all, goodEpisodes: all })),
);
const ngram = fc
  .string({ unit: fc.constantFrom(...'abc.-9□'), maxLength: 5 })
  .map(text => keyOfNgram(text) ?? 1);
const categoryText = fc.oneof(
  fc.constantFrom('', 'A', 'AAAA', 'TXT', '__proto__', '\ud800', '\0', 'AAA\0'),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

const row: fc.Arbitrary<Row> = fc.oneof(
  fc.record({ day, field: fc.constantFrom('message', 'dns.question.name'), token: ngram, delta }),
  fc.record({ day, field: fc.constantFrom('record', 'source.ip', 'a'), token: categoryText, delta }),
);

export const rowsArbitrary = fc.array(row, { maxLength: 40 });

export const countsArbitrary = rowsArbitrary.map(rows => {
  const counts = new Counts();
  for (const { day, field, token, delta } of rows) counts.bump(day, field, token, delta);
  return counts;
});

/** Strings of a small alphabet, so that they share n-grams, and hostile ones. */
export const textArbitrary = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom(...'ab.c'), minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\0', '...', '😀', '\ud800', 'A'.repeat(1_030), '/a//b/', ' ', '__proto__'),
  },
);

const sequence: fc.Arbitrary<SequenceObservation> = fc.record({
  field: fc.constantFrom('dns.question.name', 'message'),
  text: textArbitrary,
  /** Anywhere, beyond the end too. */
  core: fc.constantFrom(undefined, 0, 1, 4, 40),
});

const category: fc.Arbitrary<CategoryObservation> = fc.record({
  field: fc.constantFrom('dns.question.type', 'source.ip', 'source.ip.network', 'destination.port'),
  token: fc.constantFrom('A', 'TXT', '10.0.0.1', '10.0.0.0/24', '53', '__proto__'),
});

/** A value in its context, and the value, as a record always shows both. */
const pair = fc
  .record({
    valueField: fc.constantFrom('dns.question.type', 'destination.port'),
    value: fc.constantFrom('A', 'TXT', '53'),
    context: fc.constantFrom('10.0.0.1', '10.0.0.2', 'x given y'),
  })
  .map(({ valueField, value, context }): CategoryObservation[] => [
    { field: valueField, token: value },
    { field: `${valueField}|source.ip`, token: `${value} given ${context}` },
  ]);

const shape: fc.Arbitrary<CategoryObservation> = fc.record({
  field: fc.constantFrom('dns.question.name#length', 'dns.question.name#core_length', 'message#digits'),
  token: fc.constantFrom('1', '2', '3'),
});

export const observationsArbitrary: fc.Arbitrary<Observations> = fc.record({
  sequences: fc.array(sequence, { maxLength: 3 }),
  shape: fc.array(shape, { maxLength: 3 }),
  categories: fc
    .tuple(fc.array(category, { maxLength: 4 }), fc.array(pair, { maxLength: 2 }))
    .map(([plain, pairs]) => [...plain, ...pairs.flat()]),
});

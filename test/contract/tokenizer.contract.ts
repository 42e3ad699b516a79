/** What every tokenizer promises; one case per promise, run for every row of the table. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECORD_TOKENS_MAX, SEQUENCE_SYMBOLS_MAX, TOKEN_CHARACTERS_MAX } from '../../src/domain/limits.ts';
import { type Observations, SEQUENCE_FIELDS } from '../../src/domain/observation.ts';
import type { RecordKind, TrafficRecord } from '../../src/domain/record.ts';
import { tokenize } from '../../src/tokenize/tokenize.ts';
import { arbitraryRecord, HOSTILE_TEXTS, recordOf } from '../tokenize/hostile.ts';
import { workOf } from '../tokenize/work.ts';

/** Controls, line separators, zero-width and bidirectional marks, lone surrogates. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tested.
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\p{Surrogate}]/u;

/** One assertion for all tokens of a record: a property looks at hundreds of thousands. */
function expectBounded({ sequences, shape, categories }: Observations): void {
  const tokens = [...shape, ...categories];
  expect(tokens.length).toBeLessThanOrEqual(RECORD_TOKENS_MAX);
  const seen = new Set(tokens.map(({ field, token }) => `${field}\n${token}`));
  expect(seen.size, 'each (field, token) at most once').toBe(tokens.length);
  const unfit = tokens.filter(
    ({ token }) => token.length === 0 || token.length > TOKEN_CHARACTERS_MAX || HIDDEN.test(token),
  );
  expect(unfit, 'tokens that nobody can read').toEqual([]);
  expect(shape.filter(({ field }) => !/^[a-z0-9_.]+#[a-z_]+$/.test(field))).toEqual([]);
  expect(categories.filter(({ field }) => !/^[a-z0-9_.]+(?:[|][a-z0-9_.]+)?$/.test(field))).toEqual([]);
  const fields = sequences.map(({ field }) => field);
  expect(new Set(fields).size, 'each sequence field at most once').toBe(fields.length);
  expect(fields.filter(field => !SEQUENCE_FIELDS.includes(field))).toEqual([]);
  const lengths = sequences.map(({ text }) => text.length);
  expect(lengths.filter(length => length === 0 || length > SEQUENCE_SYMBOLS_MAX)).toEqual([]);
}

export function tokenizerContract({ kind, sample }: { kind: RecordKind; sample: TrafficRecord }): void {
  describe(`tokenizer of ${kind} records`, () => {
    it('sees something in a usual record', () => {
      const observations = tokenize(sample);
      expect(observations.categories.length).toBeGreaterThan(3);
      expectBounded(observations);
    });

    it('never throws, and is bounded, whatever is in the record', () => {
      fc.assert(
        fc.property(arbitraryRecord(kind), record => expectBounded(tokenize(record))),
        {
          numRuns: 300,
          seed: 1,
        },
      );
    });

    it('says the same twice, and whatever it was asked in between', () => {
      fc.assert(
        fc.property(arbitraryRecord(kind), arbitraryRecord(kind), (record, other) => {
          const first = tokenize(record);
          tokenize(other);
          expect(tokenize(structuredClone(record))).toEqual(first);
        }),
        { numRuns: 100, seed: 2 },
      );
    });

    it('leaves the record as it was', () => {
      fc.assert(
        fc.property(arbitraryRecord(kind), record => {
          const before = structuredClone(record);
          tokenize(record);
          expect(record).toEqual(before);
        }),
        { numRuns: 50, seed: 3 },
      );
    });

    it.each(HOSTILE_TEXTS)('does bounded work on 64 KiB of %s', (_, text) => {
      const record = recordOf(kind, text);
      const { characters, regexCharactersMax, regexCalls } = workOf(() => expectBounded(tokenize(record)));
      expect(characters).toBeGreaterThan(0);
      // Some twenty texts, each read a few times over at most SEQUENCE_SYMBOLS_MAX characters.
      expect(characters).toBeLessThan(65_536);
      expect(regexCharactersMax).toBeLessThanOrEqual(256);
      expect(regexCalls).toBeLessThan(10_000);
    });
  });
}

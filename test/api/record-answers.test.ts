/** What is written by hand is what JSON.stringify would write. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { arrayShape, linesShape } from '../../src/api/record-answers.ts';
import type { Receipt, Result } from '../../src/services/result.ts';

const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 });
const kind = fc.constantFrom('dns', 'flow', 'http', 'log');
const id = hex.map(identity => `u7.${identity}`);
const hostile = fc.string({ unit: 'binary', maxLength: 12 });
const reason = fc.record({
  group: fc.constant('categories'),
  field: hostile,
  token: hostile,
  contribution: fc.double({ noNaN: true, noDefaultInfinity: true }),
  good: fc.nat(),
  bad: fc.nat(),
});
const result: fc.Arbitrary<Result> = fc.record(
  {
    id,
    kind,
    score: fc.double({ min: 1e-6, max: 1, noNaN: true }),
    verdict: fc.constantFrom('bad', 'unsure', 'good'),
    interval: fc.constantFrom<[number, number]>([0, 1], [0, 0.5], [1e-6, 1]),
    model: fc.constantFrom('0'.repeat(32), 'f'.repeat(32)),
    reasons: fc.array(reason, { maxLength: 3 }),
    duplicate: fc.constant(true as const),
  },
  { requiredKeys: ['id', 'kind', 'score', 'verdict', 'interval', 'model'] },
);
const receipt: fc.Arbitrary<Receipt> = fc.record(
  { id, kind, duplicate: fc.constant(true as const) },
  { requiredKeys: ['id', 'kind'] },
);
const outcomes = fc.array(fc.oneof(result, receipt), { maxLength: 12 });

it('writes the lines that JSON.stringify would write, whatever was written before', () => {
  fc.assert(
    fc.property(outcomes, batch => {
      const shape = linesShape({ minimal: false });
      const lines = batch.map((outcome, index) => shape.accepted(index + 1, outcome));
      expect(lines).toEqual(
        batch.map((outcome, index) => `${JSON.stringify({ line: index + 1, ...outcome })}\n`),
      );
    }),
    { seed: 1 },
  );
});

it('writes the array that JSON.stringify would write', () => {
  fc.assert(
    fc.property(outcomes, batch => {
      const shape = arrayShape();
      const pieces = batch.map((outcome, index) => shape.accepted(index + 1, outcome));
      const text = pieces.join('') + shape.end({ accepted: 0, duplicates: 0, rejected: 0, model: 'm' });
      expect(text).toBe(JSON.stringify({ results: batch, rejected: [], model: 'm' }));
    }),
    { seed: 2 },
  );
});

/** The highest of many, in order, first come first. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MostSuspicious } from '../../src/cli/most-suspicious.ts';

it('keeps what a stable sort of all would put first', () => {
  const scores = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 });
  fc.assert(
    fc.property(scores, fc.integer({ min: 0, max: 12 }), (all, max) => {
      const results = all.map((score, index) => ({ score, index }));
      const most = new MostSuspicious<{ score: number; index: number }>(max);
      for (const result of results) most.add(result);
      expect(most.list()).toEqual([...results].sort((a, b) => b.score - a.score).slice(0, max));
    }),
  );
});

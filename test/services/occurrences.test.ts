import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Occurrences } from '../../src/services/occurrences.ts';

const digestOf = (line: string) => createHash('sha256').update(line).digest('hex').slice(0, 32);

describe('occurrence numbers', () => {
  it('tell equal lines apart in their order: 0 for the first, then 1, 2 …', () => {
    const occurrences = new Occurrences();
    const lines = ['a', 'b', 'a', 'a', 'b', 'c'];
    expect(lines.map(line => occurrences.next(digestOf(line)))).toEqual([0, 0, 1, 2, 1, 0]);
  });

  it('are those of counting each line, however many lines there are', () => {
    const line = fc.oneof({ arbitrary: fc.nat(3_000), weight: 9 }, { arbitrary: fc.nat(3), weight: 1 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5_000, size: 'max' }), lines => {
        const occurrences = new Occurrences();
        const counts = new Map<number, number>();
        for (const line of lines) {
          const count = counts.get(line) ?? 0;
          counts.set(line, count + 1);
          if (occurrences.next(digestOf(String(line))) !== count) return false;
        }
        return true;
      }),
      { numRuns: 20 },
    );
  });

  it('repeat when the request is sent again', () => {
    const lines = Array.from({ length: 4_000 }, (_, index) => digestOf(String(index % 1_500)));
    const numbersOf = () => {
      const occurrences = new Occurrences();
      return lines.map(line => occurrences.next(line));
    };
    expect(numbersOf()).toEqual(numbersOf());
    expect(Math.max(...numbersOf())).toBe(2);
  });

  it('tell apart digests that share their first half', () => {
    const occurrences = new Occurrences();
    const [one, other] = [`${'5'.repeat(16)}${'0'.repeat(16)}`, `${'5'.repeat(16)}${'1'.repeat(16)}`];
    expect([one, other, one, other].map(digest => occurrences.next(digest))).toEqual([0, 1, 1, 2]);
  });
});

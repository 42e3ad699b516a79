/** Signed counts: they add up, cancel, keep their order and never hide a negative one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Counts, type CountsEntry } from '../../src/bayes/counts.ts';
import { keyOfNgram } from '../../src/bayes/ngrams.ts';
import { countsArbitrary, type Row, rowsArbitrary } from './arbitraries.ts';

function countsOf(rows: readonly Row[]): Counts {
  const counts = new Counts();
  for (const { day, field, token, delta } of rows) counts.bump(day, field, token, delta);
  return counts;
}

describe('Counts', () => {
  it('add up per day, field and token', () => {
    const counts = countsOf([
      { day: 3, field: 'message', token: keyOfNgram('a') ?? 0, delta: { goodRecords: 2 } },
      { day: 3, field: 'message', token: keyOfNgram('a') ?? 0, delta: { goodRecords: 3, badEpisodes: -1 } },
      { day: -1, field: 'record', token: '', delta: { badRecords: 1 } },
    ]);
    expect([...counts.entries()]).toEqual<CountsEntry[]>([
      {
        day: -1,
        field: 'record',
        token: '',
        counts: { goodRecords: 0, goodEpisodes: 0, badRecords: 1, badEpisodes: 0 },
      },
      {
        day: 3,
        field: 'message',
        token: 'a',
        counts: { goodRecords: 5, goodEpisodes: 0, badRecords: 0, badEpisodes: -1 },
      },
    ]);
    expect(counts.countsOf(3, 'message', 'a').goodRecords).toBe(5);
    expect(counts.countsOf(3, 'message', 'zz')).toEqual({
      goodRecords: 0,
      goodEpisodes: 0,
      badRecords: 0,
      badEpisodes: 0,
    });
    expect(counts.countsOf(4, 'nothing', '').goodRecords).toBe(0);
  });

  it('list tokens in one order, whatever the order they came in', () => {
    fc.assert(
      fc.property(rowsArbitrary, fc.infiniteStream(fc.nat()), (rows, random) => {
        const shuffled = rows
          .map(row => [random.next().value as number, row] as const)
          .sort((a, b) => a[0] - b[0]);
        const a = countsOf(rows);
        const b = countsOf(shuffled.map(([, row]) => row));
        expect([...a.entries()]).toEqual([...b.entries()]);
        expect(a.equals(b)).toBe(true);
        expect(a.sum().toString()).toBe(b.sum().toString());
      }),
    );
  });

  it('come to nothing when what was added is taken away', () => {
    fc.assert(
      fc.property(countsArbitrary, countsArbitrary, (a, b) => {
        const sum = new Counts();
        sum.add(a);
        sum.add(b);
        expect(sum.equals(a)).toBe(b.isZero());
        sum.add(a, -1);
        expect(sum.equals(b)).toBe(true);
        sum.add(b, -1);
        expect(sum.isZero()).toBe(true);
        expect([...sum.entries()]).toEqual([]);
        expect(sum.sum().toString()).toBe('0'.repeat(32));
      }),
    );
  });

  it('add up in their sums', () => {
    fc.assert(
      fc.property(countsArbitrary, countsArbitrary, (a, b) => {
        const both = new Counts();
        both.add(a);
        both.add(b);
        const sum = a.sum();
        sum.addSum(b.sum());
        expect(sum.toString()).toBe(both.sum().toString());
      }),
    );
  });

  it('find a negative count instead of flooring it', () => {
    const counts = countsOf([{ day: 1, field: 'destination.port', token: '53', delta: { goodEpisodes: 1 } }]);
    expect(() => counts.assertNoNegative()).not.toThrow();
    counts.bump(1, 'destination.port', '53', { goodEpisodes: -2 });
    expect(counts.findNegative()).toMatchObject({ day: 1, token: '53', counts: { goodEpisodes: -1 } });
    expect(() => counts.assertNoNegative()).toThrow(/negative settled counts.*53/);
  });

  it('refuse to wrap, and refuse tokens that do not fit their field', () => {
    const counts = countsOf([{ day: 1, field: 'x', token: 'y', delta: { goodRecords: 2 ** 31 - 1 } }]);
    expect(() => counts.bump(1, 'x', 'y', { goodRecords: 1 })).toThrow(RangeError);
    expect(counts.countsOf(1, 'x', 'y').goodRecords).toBe(2 ** 31 - 1);
    expect(() => counts.bump(1, 'x', 64, {})).toThrow(RangeError);
    expect(() => counts.bump(1, 'message', 'text', {})).toThrow(RangeError);
    expect(() => counts.bump(1, 'message', 2, {})).toThrow(RangeError);
    expect(() => counts.bump(-2, 'x', 'y', {})).toThrow(RangeError);
  });

  it('keep tokens with the names of object members', () => {
    const counts = countsOf(
      ['__proto__', 'constructor', 'toString'].map(token => ({
        day: 0,
        field: '__proto__',
        token,
        delta: { badRecords: 1 },
      })),
    );
    expect([...counts.entries()].map(entry => entry.token)).toEqual(['__proto__', 'constructor', 'toString']);
  });
});

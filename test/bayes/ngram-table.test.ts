/** The hash table of n-grams against a Map, and its radix sort against the language's. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NgramTable, rowsByKey } from '../../src/bayes/ngram-table.ts';

const key = fc.integer({ min: 1, max: 2 ** 31 - 1 });

describe('NgramTable', () => {
  it('numbers keys in order of first appearance, as a Map would', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 300 }), keys => {
        const table = new NgramTable();
        const rows = new Map<number, number>();
        for (const key of keys) {
          expect(table.findRow(key)).toBe(rows.get(key) ?? -1);
          if (!rows.has(key)) rows.set(key, rows.size);
          expect(table.rowOf(key)).toBe(rows.get(key));
        }
        expect(table.size).toBe(rows.size);
        expect([...table.keys.subarray(0, table.size)]).toEqual([...rows.keys()]);
      }),
    );
  });

  it('keeps keys apart that fall on one stretch of slots', () => {
    // The inverse of 0x9e3779b1 mod 2³² turns neighbouring hashes into keys.
    const inverse = 0xe8b2f51;
    expect(Math.imul(inverse, 0x9e3779b1)).toBe(1);
    const table = new NgramTable();
    const keys = Array.from({ length: 20_000 }, (_, n) => Math.imul(inverse, n + 1) >>> 0);
    expect(keys.map(key => table.rowOf(key))).toEqual([...keys.keys()]);
    expect(keys.map(key => table.findRow(key))).toEqual([...keys.keys()]);
  });

  it('keeps its rows in order while they come', () => {
    fc.assert(
      fc.property(fc.array(fc.array(key, { maxLength: 40 }), { maxLength: 6 }), batches => {
        const table = new NgramTable();
        for (const keys of batches) {
          for (const one of keys) table.rowOf(one);
          expect(table.rowsInOrder()).toEqual(table.sortedRows());
        }
      }),
    );
  });

  it('has no row for 0, which is no key', () => {
    const table = new NgramTable();
    expect(table.rowOf(64)).toBe(0);
    expect(table.findRow(0)).toBe(-1);
  });

  it('sorts rows by key', () => {
    fc.assert(
      fc.property(fc.uint32Array({ maxLength: 200 }), keys => {
        const sorted = [...rowsByKey(keys, keys.length)].map(row => keys[row]);
        expect(sorted).toEqual([...keys].sort((a, b) => a - b));
      }),
    );
  });
});

/** Shares of what there is only so much of. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pool } from '../../src/api/pool.ts';

/** A key takes one after the other for as long as it may. @returns how many it has */
function takeAll(pool: Pool, keyId: string): number {
  while (pool.fits(keyId, 1)) pool.count(keyId, 1);
  return pool.takenBy(keyId);
}

describe('a pool', () => {
  it('leaves half to others, and each of them half of the rest', () => {
    const pool = new Pool(256);
    expect(['a', 'b', 'c', 'a', 'b'].map(keyId => takeAll(pool, keyId))).toEqual([128, 64, 32, 128, 64]);
  });

  it('gives the one and only to whoever comes first', () => {
    const pool = new Pool(1);
    expect([takeAll(pool, 'a'), takeAll(pool, 'b')]).toEqual([1, 0]);
    pool.count('a', -1);
    expect(takeAll(pool, 'b')).toBe(1);
  });

  it('always has some left for a key that has nothing, as long as fewer keys than places are there', () => {
    const turns = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 200 });
    fc.assert(
      fc.property(turns, keys => {
        const pool = new Pool(64);
        for (const keyId of keys) takeAll(pool, keyId);
        expect(pool.fits('newcomer', 1)).toBe(true);
        expect(pool.total).toBe(['a', 'b', 'c', 'd'].reduce((sum, keyId) => sum + pool.takenBy(keyId), 0));
      }),
    );
  });
});

/** Leases: each epoch once, and the highest counts. */
import { expect } from 'vitest';
import type { Cases } from '../store.contract.ts';
import { OTHER_SITE, SITE } from './builders.ts';

export const leaseCases: Cases = {
  'of many who insert an epoch one wins, and the highest counts': async ({ store, other }) => {
    expect(await other.lastLease(SITE)).toBeNull();
    const racing = Array.from({ length: 8 }, (_, index) => ({ epoch: 1, holder: `worker-${index}` }));
    const outcomes = await Promise.all(
      racing.map((lease, index) => (index % 2 === 0 ? store : other).putLease(SITE, lease)),
    );
    expect(outcomes.filter(outcome => outcome === 'inserted')).toHaveLength(1);
    expect(await store.lastLease(SITE)).toEqual(racing[outcomes.indexOf('inserted')]);
    expect(await store.putLease(SITE, { epoch: 10, holder: 'ten' })).toBe('inserted');
    expect(await store.putLease(SITE, { epoch: 9, holder: 'late' })).toBe('inserted');
    expect(await other.lastLease(SITE)).toEqual({ epoch: 10, holder: 'ten' });
    expect(await other.putLease(SITE, { epoch: 11, holder: null })).toBe('inserted');
    expect(await store.lastLease(SITE)).toEqual({ epoch: 11, holder: null });
    expect(await store.lastLease(OTHER_SITE)).toBeNull();
  },

  'lower epochs go, of one site': async ({ store, other }) => {
    for (const epoch of [1, 2, 3]) {
      await store.putLease(SITE, { epoch, holder: 'a' });
      await store.putLease(OTHER_SITE, { epoch, holder: 'b' });
    }
    await store.purgeLeases(SITE, 3);
    await store.purgeLeases('no-such-site', 3);
    expect(await other.lastLease(SITE)).toEqual({ epoch: 3, holder: 'a' });
    expect(await other.putLease(SITE, { epoch: 3, holder: 'late' })).toBe('already-there');
    expect(await other.putLease(SITE, { epoch: 2, holder: 'gone' })).toBe('inserted');
    expect(await other.putLease(OTHER_SITE, { epoch: 2, holder: 'late' })).toBe('already-there');
  },
};

/** Policies: each number once, and the highest is in force. */
import { expect } from 'vitest';
import type { SetPolicy } from '../../../src/domain/policy.ts';
import type { Cases } from '../store.contract.ts';
import { OTHER_SITE, SITE } from './builders.ts';

function policy(number: number, by: string): SetPolicy {
  return {
    number,
    policy: {
      quarantineHours: 0.1,
      halfLifeDays: 36_500,
      retentionDays: 90,
      baseRate: 1e-6,
      costs: { falseAlarm: 1, missed: 1e9 },
      pruneBelow: 2.5,
      timeZone: 'Europe/Berlin',
    },
    setAtMs: 1_768_392_000_000.25,
    by,
  };
}

export const policyCases: Cases = {
  'of many who set a policy of one number one wins, and the highest is in force': async ({
    store,
    other,
  }) => {
    expect(await other.lastPolicy(SITE)).toBeNull();
    const racing = Array.from({ length: 8 }, (_, index) => policy(1, `key-${index}`));
    const outcomes = await Promise.all(
      racing.map((each, index) => (index % 2 === 0 ? store : other).putPolicy(SITE, each)),
    );
    expect(outcomes.filter(outcome => outcome === 'inserted')).toHaveLength(1);
    expect(await other.lastPolicy(SITE)).toEqual(racing[outcomes.indexOf('inserted')]);
    expect(await store.putPolicy(SITE, policy(10, 'ten'))).toBe('inserted');
    expect(await store.putPolicy(SITE, policy(9, 'late'))).toBe('inserted');
    expect(await other.putPolicy(SITE, policy(10, 'second'))).toBe('already-there');
    expect(await other.lastPolicy(SITE)).toEqual(policy(10, 'ten'));
    expect(await store.lastPolicy(OTHER_SITE)).toBeNull();
  },

  'a policy is there again after closing and opening, whatever its setter is called': async ({
    store,
    reopen,
  }) => {
    const by = 'local:half a \ud83d surrogate, \0 and "quotes"';
    await store.putPolicy(SITE, policy(1, by));
    const again = await reopen();
    expect(await again.lastPolicy(SITE)).toEqual(policy(1, by));
  },
};

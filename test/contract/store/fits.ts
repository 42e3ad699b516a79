/** Fits: each entry once, and the highest counts. */
import { expect } from 'vitest';
import type { Cases } from '../store.contract.ts';
import { OTHER_SITE, SITE } from './builders.ts';

export const fitCases: Cases = {
  'the first fit of an entry stays, and the one of the highest entry counts': async ({ store, other }) => {
    expect(await other.lastFit(SITE)).toBeNull();
    expect(await store.putFit(SITE, { entry: 7, content: '{"weights":{"surprise":0.8}}' })).toBe('inserted');
    expect(await other.putFit(SITE, { entry: 7, content: '{}' })).toBe('already-there');
    expect(await other.lastFit(SITE)).toEqual({ entry: 7, content: '{"weights":{"surprise":0.8}}' });
    expect(await other.putFit(SITE, { entry: 12, content: '{}' })).toBe('inserted');
    expect(await store.putFit(SITE, { entry: 9, content: '{"late":true}' })).toBe('inserted');
    expect(await store.lastFit(SITE)).toEqual({ entry: 12, content: '{}' });
    expect(await store.lastFit(OTHER_SITE)).toBeNull();
  },

  'fits of lower entries go, of one site': async ({ store, other }) => {
    for (const entry of [1, 2, 3]) {
      await store.putFit(SITE, { entry, content: `{"n":${entry}}` });
      await store.putFit(OTHER_SITE, { entry, content: '{}' });
    }
    await store.purgeFits(SITE, 3);
    await store.purgeFits('no-such-site', 3);
    expect(await other.lastFit(SITE)).toEqual({ entry: 3, content: '{"n":3}' });
    expect(await other.putFit(SITE, { entry: 2, content: '{}' })).toBe('inserted');
    expect(await other.putFit(OTHER_SITE, { entry: 2, content: '{}' })).toBe('already-there');
  },
};

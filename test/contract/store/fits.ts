/** Fits: each version and entry once, and of a version the highest entry counts. */
import { expect } from 'vitest';
import type { Cases } from '../store.contract.ts';
import { OTHER_SITE, SITE } from './builders.ts';

const VERSION = 3;
const fitOf = (entry: number, content = '{}', version = VERSION) => ({ version, entry, content });

export const fitCases: Cases = {
  'the first fit of an entry stays, and the one of the highest entry counts': async ({ store, other }) => {
    expect(await other.lastFit(SITE, VERSION)).toBeNull();
    expect(await store.putFit(SITE, fitOf(7, '{"weights":{"surprise":0.8}}'))).toBe('inserted');
    expect(await other.putFit(SITE, fitOf(7))).toBe('already-there');
    expect(await other.lastFit(SITE, VERSION)).toEqual(fitOf(7, '{"weights":{"surprise":0.8}}'));
    expect(await other.putFit(SITE, fitOf(12))).toBe('inserted');
    expect(await store.putFit(SITE, fitOf(9, '{"late":true}'))).toBe('inserted');
    expect(await store.lastFit(SITE, VERSION)).toEqual(fitOf(12));
    expect(await store.lastFit(OTHER_SITE, VERSION)).toBeNull();
  },

  'fits of other versions are others': async ({ store, other }) => {
    for (const version of [1, 2, 10]) {
      expect(await store.putFit(SITE, fitOf(version === 1 ? 9 : 5, `{"v":${version}}`, version))).toBe(
        'inserted',
      );
    }
    expect(await other.lastFit(SITE, 1)).toEqual(fitOf(9, '{"v":1}', 1));
    expect(await other.lastFit(SITE, 2)).toEqual(fitOf(5, '{"v":2}', 2));
    expect(await other.lastFit(SITE, 3)).toBeNull();
    await store.purgeFits(SITE, { version: 2, before: 20, since: 0 });
    expect(await other.lastFit(SITE, 1)).toEqual(fitOf(9, '{"v":1}', 1));
    expect(await other.lastFit(SITE, 2)).toBeNull();
    expect(await other.lastFit(SITE, 10)).toEqual(fitOf(5, '{"v":10}', 10));
  },

  'fits of lower entries go, of one site': async ({ store, other }) => {
    for (const entry of [1, 2, 3]) {
      await store.putFit(SITE, fitOf(entry, `{"n":${entry}}`));
      await store.putFit(OTHER_SITE, fitOf(entry));
    }
    await store.purgeFits(SITE, { version: VERSION, before: 3, since: VERSION - 1 });
    await store.purgeFits('no-such-site', { version: VERSION, before: 3, since: VERSION - 1 });
    expect(await other.lastFit(SITE, VERSION)).toEqual(fitOf(3, '{"n":3}'));
    expect(await other.putFit(SITE, fitOf(2))).toBe('inserted');
    expect(await other.putFit(OTHER_SITE, fitOf(2))).toBe('already-there');
  },

  'fits of versions that nobody goes by any more go, whatever their entry, of one site': async ({
    store,
    other,
  }) => {
    for (const version of [1, 2, 3, 4]) {
      await store.putFit(SITE, fitOf(9, '{}', version));
      await store.putFit(OTHER_SITE, fitOf(9, '{}', version));
    }
    await store.putFit(SITE, fitOf(2, '{}', 2));
    await store.purgeFits(SITE, { version: 3, before: 5, since: 2 });
    expect(await other.lastFit(SITE, 1)).toBeNull();
    for (const version of [2, 3, 4])
      expect(await other.lastFit(SITE, version)).toEqual(fitOf(9, '{}', version));
    expect(await other.putFit(SITE, fitOf(2, '{}', 2))).toBe('already-there');
    expect(await other.lastFit(OTHER_SITE, 1)).toEqual(fitOf(9, '{}', 1));
  },
};

/** Keys, revocations and secrets. */
import { expect } from 'vitest';
import type { ApiKey } from '../../../src/domain/key.ts';
import type { Cases } from '../store.contract.ts';
import { HOSTILE_TEXTS, HOUR_MS, OTHER_SITE, SITE } from './builders.ts';

export const keyCases: Cases = {
  'a key is inserted once and found by its id, whatever its name': async ({ store, other }) => {
    const keys = HOSTILE_TEXTS.map((name, index) => apiKey(`key-${index}`, { name, createdAtMs: index }));
    for (const key of keys) expect(await store.putKey(key)).toBe('inserted');
    expect(await other.putKey({ ...apiKey('key-0'), role: 'ingest' })).toBe('already-there');
    for (const key of keys) expect(await other.findKey(key.id)).toEqual(key);
    expect(await store.findKey('nobody')).toBeNull();
    expect(await store.findKey("' OR ''='")).toBeNull();
    expect(await store.findKey('key-0\0')).toBeNull();
  },

  'keys are listed by site and counted over all sites': async ({ store }) => {
    expect(await store.countKeys()).toBe(0);
    const mine = [apiKey('a'), apiKey('b')];
    for (const key of [...mine, apiKey('c', { site: OTHER_SITE })]) await store.putKey(key);
    const listed = await store.listKeys(SITE);
    expect(listed).toHaveLength(2);
    expect(listed).toEqual(expect.arrayContaining(mine));
    expect(await store.listKeys('no-such-site')).toEqual([]);
    expect(await store.countKeys()).toBe(3);
  },

  'revoking a key keeps its first time; of another site or nobody it revokes nothing': async ({
    store,
    other,
  }) => {
    await store.putKey(apiKey('a'));
    expect(await store.revokeKey(OTHER_SITE, 'a', 4)).toBe(false);
    expect(await store.revokeKey(SITE, 'nobody', 4)).toBe(false);
    expect(await store.findKey('a')).toEqual(apiKey('a'));
    expect(await store.revokeKey(SITE, 'a', 5)).toBe(true);
    expect(await other.revokeKey(SITE, 'a', 6)).toBe(true);
    const revoked = { ...apiKey('a'), revokedAtMs: 5 };
    expect(await other.findKey('a')).toEqual(revoked);
    expect(await store.listKeys(SITE)).toEqual([revoked]);
    expect(await store.putKey(apiKey('a'))).toBe('already-there');
  },

  'the first secret put under a name wins, also in a race': async ({ store, other }) => {
    const candidates = Array.from({ length: 10 }, (_, index) => `candidate-${index}\0"`);
    const secrets = await Promise.all(
      candidates.map((candidate, index) => (index % 2 ? store : other).secret('pepper', candidate)),
    );
    expect(new Set(secrets).size).toBe(1);
    expect(candidates).toContain(secrets[0]);
    expect(await other.secret('pepper', 'too late')).toBe(secrets[0]);
    expect(await store.secret('another', 'its own')).toBe('its own');
  },
};

function apiKey(id: string, given: Partial<ApiKey> = {}): ApiKey {
  return { id, site: SITE, role: 'admin', name: 'n', hash: 'ab'.repeat(32), createdAtMs: HOUR_MS, ...given };
}

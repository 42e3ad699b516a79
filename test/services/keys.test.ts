import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import type { ApiKey } from '../../src/domain/key.ts';
import { DAY_MS } from '../../src/domain/time.ts';
import { createKey, ensureAdminKey, KeyProver, revokeKey } from '../../src/services/keys.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';

let store: SqliteStore;
let nowMs = 0;
const clock = { nowMs: () => nowMs, monotonicMs: () => 0 };
const deps = () => ({ store, clock });

beforeEach(() => {
  nowMs = 1_000_000;
  store = new SqliteStore(':memory:');
});
afterEach(() => store.close());

describe('keys', () => {
  it('are proved by their secret alone', async () => {
    const keys = new KeyProver(deps());
    const { key, secret } = await createKey(deps(), 'default', 'viewer', 'n');
    expect(await keys.authenticate(secret)).toMatchObject({ id: key.id, site: 'default', role: 'viewer' });
    const last = secret.at(-1) === 'a' ? 'b' : 'a';
    for (const wrong of [
      `${secret.slice(0, -1)}${last}`,
      secret.toUpperCase(),
      `${secret} `,
      'x'.repeat(47),
      '',
      'x'.repeat(5_000),
    ]) {
      expect(await keys.authenticate(wrong)).toBeNull();
    }
  });

  it('are kept as hashes only', async () => {
    const { secret } = await createKey(deps(), 'default', 'admin', 'n');
    expect(JSON.stringify(await store.listKeys('default'))).not.toContain(secret.slice(-32));
  });

  it('that are revoked are refused: here at once, elsewhere after ten seconds', async () => {
    const here = new KeyProver(deps());
    const elsewhere = new KeyProver(deps());
    const { key, secret } = await createKey(deps(), 'default', 'viewer', 'n');
    await here.authenticate(secret);
    await elsewhere.authenticate(secret);
    await revokeKey(deps(), 'default', key.id);
    here.forget(key.id);
    expect(await here.authenticate(secret)).toBeNull();
    nowMs += 9_999;
    expect(await elsewhere.authenticate(secret)).not.toBeNull();
    nowMs += 1;
    expect(await elsewhere.authenticate(secret)).toBeNull();
  });

  it('that are revoked elsewhere are refused after the clock was set back, too', async () => {
    const keys = new KeyProver(deps());
    const { key, secret } = await createKey(deps(), 'default', 'viewer', 'n');
    await keys.authenticate(secret);
    await revokeKey(deps(), 'default', key.id);
    nowMs -= 400 * DAY_MS;
    expect(await keys.authenticate(secret)).toBeNull();
  });

  it('that are revoked while the store is asked about them are not believed after', async () => {
    const { key, secret } = await createKey(deps(), 'default', 'viewer', 'n');
    const keys = new KeyProver(deps());
    const { findKey } = SqliteStore.prototype;
    store.findKey = async id => {
      const found = await findKey.call(store, id);
      await revokeKey(deps(), 'default', id);
      keys.forget(id);
      return found;
    };
    expect(await keys.authenticate(secret)).toMatchObject({ id: key.id });
    expect(await keys.authenticate(secret)).toBeNull();
  });

  it('go on to be believed while the store is away', async () => {
    const keys = new KeyProver(deps());
    const { secret } = await createKey(deps(), 'default', 'ingest', 'n');
    await keys.authenticate(secret);
    await store.close();
    nowMs += 3_600_000;
    expect(await keys.authenticate(secret)).toMatchObject({ role: 'ingest' });
    store = new SqliteStore(':memory:');
  });

  it('are not believed where the store answers what is damaged', async () => {
    const keys = new KeyProver(deps());
    const { key, secret } = await createKey(deps(), 'default', 'ingest', 'n');
    await keys.authenticate(secret);
    nowMs += 3_600_000;
    const { findKey } = SqliteStore.prototype;
    store.findKey = async () => JSON.parse('{"id":"');
    await expect(keys.authenticate(secret)).rejects.toThrow(SyntaxError);
    store.findKey = () => Promise.reject(new AppError('store-unavailable', 'away'));
    await expect(keys.authenticate(secret)).rejects.toMatchObject({ code: 'store-unavailable' });
    store.findKey = findKey;
    expect(await keys.authenticate(secret)).toMatchObject({ id: key.id });
  });

  it('wait for a store that does not answer a moment, not as long as it takes, and ask it once', async () => {
    const keys = new KeyProver(deps());
    const { secret } = await createKey(deps(), 'default', 'ingest', 'n');
    await keys.authenticate(secret);
    nowMs += 3_600_000;
    let asked = 0;
    let answer: (key: ApiKey | null) => void = () => {};
    store.findKey = () => {
      asked += 1;
      return new Promise(resolve => {
        answer = resolve;
      });
    };
    const believed = await Promise.all([1, 2, 3].map(() => keys.authenticate(secret)));
    expect(believed).toEqual(Array(3).fill(expect.objectContaining({ role: 'ingest' })));
    expect(asked).toBe(1);
    answer(null);
    store.findKey = SqliteStore.prototype.findKey;
    await vi.waitFor(async () => expect(await keys.authenticate(secret)).not.toBeNull());
  });

  it('are not asked about at each request while the store is away', async () => {
    const keys = new KeyProver(deps());
    const { secret } = await createKey(deps(), 'default', 'ingest', 'n');
    await keys.authenticate(secret);
    nowMs += 3_600_000;
    let asked = 0;
    store.findKey = () => {
      asked += 1;
      return Promise.reject(new AppError('store-unavailable', 'away'));
    };
    for (let i = 0; i < 5; i++) expect(await keys.authenticate(secret)).not.toBeNull();
    expect(asked).toBe(1);
    nowMs += 10_000;
    await keys.authenticate(secret);
    expect(asked).toBe(2);
  });

  it('of another site are not there to be revoked', async () => {
    const { key } = await createKey(deps(), 'default', 'admin', 'n');
    await expect(revokeKey(deps(), 'other', key.id)).rejects.toThrow(AppError);
  });
});

describe('the last admin key', () => {
  const make = async (role: 'admin' | 'viewer', site = 'default') =>
    (await createKey(deps(), site, role, 'n')).key.id;

  it('of a site cannot be revoked, until there is another one', async () => {
    const only = await make('admin');
    await make('admin', 'other');
    await make('viewer');
    await revokeKey(deps(), 'default', await make('admin'));
    const refused = { code: 'last-admin-key', message: expect.stringContaining('keys create --role admin') };
    await expect(revokeKey(deps(), 'default', only)).rejects.toMatchObject(refused);
    const next = await make('admin');
    await revokeKey(deps(), 'default', only);
    await revokeKey(deps(), 'default', only);
    await expect(revokeKey(deps(), 'default', next)).rejects.toMatchObject(refused);
  });

  it('keeps no other key in force', async () => {
    await make('admin');
    const viewer = await make('viewer');
    await revokeKey(deps(), 'default', viewer);
    expect(await store.findKey(viewer)).toMatchObject({ revokedAtMs: nowMs });
    await expect(revokeKey(deps(), 'default', 'nobodys')).rejects.toMatchObject({ code: 'key-not-found' });
  });
});

describe('the first admin key', () => {
  const problems: AppError[] = [];
  const made: string[] = [];
  const ensure = (chosen: string | undefined) =>
    ensureAdminKey(deps(), 'default', {
      chosen,
      onMade: async ({ id }) => void made.push(id),
      onRevoked: problem => problems.push(problem),
    });
  const keyId = (secret: string | null) => secret?.split('_')[1] ?? '';
  beforeEach(() => {
    problems.splice(0);
    made.splice(0);
  });

  it('is made once', async () => {
    const secret = await ensure(undefined);
    expect(secret).toMatch(/^bw_[a-z2-7]{12}_[a-z2-7]{32}$/);
    expect(await ensure(undefined)).toBeNull();
    expect(made).toEqual([keyId(secret)]);
    expect(await new KeyProver(deps()).authenticate(secret ?? '')).toMatchObject({ role: 'admin' });
  });

  it.each([undefined, 'correct horse battery'])(
    'is made by one of many that start at once (%s)',
    async chosen => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => ensure(chosen)));
      const shown = answers.filter(answer => answer !== null);
      expect(shown).toHaveLength(chosen === undefined ? 1 : 0);
      expect(made).toHaveLength(1);
      const [key, ...others] = await store.listKeys('default');
      expect(others).toEqual([]);
      expect(await new KeyProver(deps()).authenticate(chosen ?? shown[0] ?? '')).toMatchObject({
        id: key?.id,
      });
    },
  );

  it('is not made again where it was revoked, for there is another one', async () => {
    const secret = await ensure(undefined);
    await createKey(deps(), 'default', 'admin', 'n');
    await revokeKey(deps(), 'default', keyId(secret));
    expect(await ensure(undefined)).toBeNull();
    expect(await store.listKeys('default')).toHaveLength(2);
  });

  it('that was revoked stays so at the next start, which says it and goes on', async () => {
    const chosen = 'correct horse battery';
    await ensure(chosen);
    expect(problems).toEqual([]);
    await createKey(deps(), 'default', 'admin', 'n');
    const first = (await store.listKeys('default')).find(({ name }) => name === 'BAYESWATCH_ADMIN_KEY');
    await revokeKey(deps(), 'default', first?.id ?? '');
    expect(await ensure(chosen)).toBeNull();
    expect(problems).toMatchObject([{ code: 'config-invalid' }]);
    expect(problems[0]?.message).toMatch(
      /^BAYESWATCH_ADMIN_KEY is key \w+, which was revoked on 1970-01-01T00:16:40/,
    );
    expect(problems[0]?.message).not.toContain(chosen);
    expect(await new KeyProver(deps()).authenticate(chosen)).toBeNull();
  });

  it('cannot be the text of a key with another role, another site or another secret', async () => {
    const invalid = { code: 'config-invalid' };
    const { secret: viewer } = await createKey(deps(), 'default', 'viewer', 'n');
    await expect(ensure(viewer)).rejects.toMatchObject(invalid);
    const { secret: elsewhere } = await createKey(deps(), 'other', 'admin', 'n');
    await expect(ensure(elsewhere)).rejects.toMatchObject(invalid);
    const { secret: admin } = await createKey(deps(), 'default', 'admin', 'n');
    expect(await ensure(admin)).toBeNull();
    await expect(ensure(`${admin.slice(0, -1)}${admin.endsWith('a') ? 'b' : 'a'}`)).rejects.toMatchObject(
      invalid,
    );
  });

  it('may be chosen, and then again at every start', async () => {
    const chosen = 'correct horse battery';
    for (let start = 0; start < 2; start++) expect(await ensure(chosen)).toBeNull();
    expect(await store.listKeys('default')).toHaveLength(1);
    expect(await new KeyProver(deps()).authenticate(chosen)).toMatchObject({ role: 'admin' });
  });
});

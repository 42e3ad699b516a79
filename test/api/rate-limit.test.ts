/** Requests a minute of a key: counted alone, or by all processes together. */
import { describe, expect, it } from 'vitest';
import { type CountHit, rateLimitOf } from '../../src/api/rate-limit.ts';
import { openApi } from './api-under-test.ts';

/** What several processes count by. */
function shared(): CountHit & { isAway: boolean } {
  const hits = new Map<string, number>();
  const count = async (name: string) => {
    if (count.isAway) throw new Error('away');
    hits.set(name, (hits.get(name) ?? 0) + 1);
    return { hits: hits.get(name) ?? 0, leftMs: 30_000 };
  };
  count.isAway = false;
  return count;
}

describe('a limit of requests a minute', () => {
  it('holds for each key, is told of, and ends in a problem', async () => {
    const api = await openApi({ rateLimit: rateLimitOf(2, null) });
    const first = await api.as('viewer').get('/v1/model').expect(200);
    expect(first.headers['ratelimit-policy']).toContain('q=2; w=60');
    await api.as('viewer').get('/v1/model').expect(200);
    const refused = await api.as('viewer').get('/v1/model').expect(429);
    expect(refused.body).toMatchObject({ type: '/problems/overloaded', status: 429 });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(1);
    await api.as('admin').get('/v1/model').expect(200);
  });

  it('is not asked of who shows no key', async () => {
    const api = await openApi({ rateLimit: rateLimitOf(1, null) });
    for (let i = 0; i < 3; i++) await api.as('viewer').get('/healthz').expect(200);
  });

  it('is one for processes that count together', async () => {
    const countHit = shared();
    const [one, two] = [rateLimitOf(2, countHit), rateLimitOf(2, countHit)];
    const api = await openApi({
      rateLimit: (request, response, keyId) =>
        (request.path === '/v1/model' ? one : two)(request, response, keyId),
    });
    await api.as('viewer').get('/v1/model').expect(200);
    await api.as('viewer').get('/v1/windows').expect(200);
    await api.as('viewer').get('/v1/model').expect(429);
    const refused = await api.as('viewer').get('/v1/windows').expect(429);
    expect(refused.headers['retry-after']).toBe('30');
  });

  it('is each process’ own while they cannot count together', async () => {
    const countHit = shared();
    countHit.isAway = true;
    const api = await openApi({ rateLimit: rateLimitOf(2, countHit) });
    for (const status of [200, 200, 429]) await api.as('viewer').get('/v1/model').expect(status);
    countHit.isAway = false;
    await api.as('viewer').get('/v1/model').expect(200);
  });
});

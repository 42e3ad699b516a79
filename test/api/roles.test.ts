/** Who may do what: every route by every role, and nothing by a key of another site. */
import supertest, { type Response } from 'supertest';
import { describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../src/domain/key.ts';
import { checkDescribed, codeOf, dnsLine, openApi } from './api-under-test.ts';

/** The table of the interface, by hand: it is what PERMISSIONS must say. */
const MATRIX: readonly [method: 'get' | 'post' | 'put' | 'delete', path: string, may: readonly Role[]][] = [
  ['post', '/v1/score', ['ingest', 'viewer', 'responder', 'admin']],
  ['post', '/v1/records', ['ingest', 'admin']],
  ['post', '/_bulk', ['ingest', 'admin']],
  ['post', '/{index}/_bulk', ['ingest', 'admin']],
  ['post', '/v1/logs', ['ingest', 'admin']],
  ['get', '/v1/records', ['viewer', 'responder', 'admin']],
  ['get', '/v1/records/{id}', ['viewer', 'responder', 'admin']],
  ['post', '/v1/windows', ['responder', 'admin']],
  ['get', '/v1/windows', ['viewer', 'responder', 'admin']],
  ['get', '/v1/windows/{id}', ['viewer', 'responder', 'admin']],
  ['delete', '/v1/windows/{id}', ['responder', 'admin']],
  ['post', '/v1/labels', ['responder', 'admin']],
  ['get', '/v1/model', ['viewer', 'responder', 'admin']],
  ['get', '/v1/models', ['viewer', 'responder', 'admin']],
  ['get', '/v1/models/{id}/diff', ['viewer', 'responder', 'admin']],
  ['post', '/v1/models/{id}/activate', ['admin']],
  ['get', '/v1/tokens', ['viewer', 'responder', 'admin']],
  ['get', '/v1/tokens/export', ['viewer', 'responder', 'admin']],
  ['post', '/v1/tokens/import', ['admin']],
  ['post', '/v1/keys', ['admin']],
  ['get', '/v1/keys', ['admin']],
  ['delete', '/v1/keys/{id}', ['admin']],
  ['get', '/v1/policy', ['viewer', 'responder', 'admin']],
  ['put', '/v1/policy', ['admin']],
  ['get', '/v1/policy/curve', ['viewer', 'responder', 'admin']],
  ['get', '/v1/policy/pruning', ['viewer', 'responder', 'admin']],
  ['get', '/v1/learning', ['admin']],
  ['post', '/v1/learning', ['admin']],
  ['get', '/v1/audit', ['admin']],
  ['post', '/v1/backup', ['admin']],
  ['get', '/v1/audit/export', ['admin']],
];

/** The code of a failure, in whichever form its route tells it. */
function failureOf(response: Response): string {
  if (response.type === 'application/problem+json') return codeOf(response);
  const { error, message } = response.body;
  return error === undefined ? String(message).replace(/:.*/, '') : error.type;
}

describe('roles', () => {
  it('are told for every route that takes a key', async () => {
    const { routes } = await openApi();
    const keyed = routes.filter(({ permission }) => permission !== null);
    expect(keyed.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      MATRIX.map(([method, path]) => `${method} ${path}`).sort(),
    );
  });

  it.each(MATRIX)('%s %s is for %j', async (method, path, may) => {
    const api = await openApi();
    for (const role of ROLES) {
      const response = await api.as(role)[method](path.replace(/\{\w+\}/, 'x'));
      checkDescribed(api, path, response);
      expect([role, response.status === 403]).toEqual([role, !may.includes(role)]);
      if (response.status === 403) expect(failureOf(response)).toBe('forbidden');
      else expect(response.status).not.toBe(401);
    }
    const response = await supertest(api.app)[method](path.replace(/\{\w+\}/, 'x'));
    expect(failureOf(response)).toBe('unauthenticated');
  });

  it('are asked for before a body is read', async () => {
    const api = await openApi();
    const response = await api.as('viewer').post('/v1/records').set('Content-Encoding', 'nonsense').send('x');
    expect(codeOf(response)).toBe('forbidden');
  });
});

describe('a key of another site', () => {
  it('finds nothing that is not its own', async () => {
    const api = await openApi();
    const stored = await api.as('admin').post('/v1/records').type('json').send(dnsLine('own.example.org'));
    const window = await api.as('admin').post('/v1/windows').send({ from: 0, to: 1, label: 'bad' });
    const keys = await api.as('admin').get('/v1/keys');
    const { secret } = await api.world.services.createKey(
      { site: 'elsewhere', keyId: 'test' },
      'admin',
      'a neighbour',
    );
    const ask = (method: 'get' | 'post' | 'delete', path: string) =>
      supertest(api.app)[method](path).set('X-API-Key', secret);

    const { id } = stored.body;
    expect(codeOf(await ask('get', `/v1/records/${id}`))).toBe('record-not-found');
    const judged = await ask('post', '/v1/labels').send({ items: [{ id, label: 'bad' }] });
    expect(codeOf(judged)).toBe('record-not-found');
    expect(codeOf(await ask('get', `/v1/windows/${window.body.id}`))).toBe('window-not-found');
    expect(codeOf(await ask('delete', `/v1/windows/${window.body.id}`))).toBe('window-not-found');
    expect(codeOf(await ask('get', `/v1/records?window=${window.body.id}`))).toBe('window-not-found');
    expect(codeOf(await ask('delete', `/v1/keys/${keys.body.items[0].id}`))).toBe('key-not-found');
    for (const path of ['/v1/records', '/v1/windows', '/v1/tokens']) {
      expect((await ask('get', path)).body).toEqual({ items: [] });
    }
    expect((await ask('get', '/v1/keys')).body.items).toHaveLength(1);
    expect((await api.as('viewer').get('/v1/model')).body.totals).toBeDefined();
  });
});

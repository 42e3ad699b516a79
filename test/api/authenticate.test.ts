/** The key in a request, and what a wrong one costs. */
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { secretOf } from '../../src/api/authenticate.ts';
import { codeOf, openApi } from './api-under-test.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('secretOf', () => {
  it.each([
    [{}, null],
    [{ authorization: 'Bearer abc' }, 'abc'],
    [{ authorization: 'bearer  abc ' }, 'abc'],
    [{ authorization: basic('elastic:abc') }, 'abc'],
    [{ authorization: basic(':a:b') }, 'a:b'],
    [{ authorization: basic('abc') }, null],
    [
      { authorization: 'ApiKey bw_k5wq2mzt7rdn_aaaabbbbccccddddeeeeffffgggg2222' },
      'bw_k5wq2mzt7rdn_aaaabbbbccccddddeeeeffffgggg2222',
    ],
    [{ authorization: basic('any:abc').replace('Basic', 'ApiKey') }, 'abc'],
    [{ authorization: 'ApiKey abcd' }, 'abcd'],
    [{ authorization: basic('any:\u0001').replace('Basic', 'ApiKey') }, 'YW55OgE='],
    [{ authorization: 'Digest abc' }, null],
    [{ authorization: 'abc' }, null],
    [{ 'x-api-key': 'abc' }, 'abc'],
    [{ authorization: 'Bearer one', 'x-api-key': 'two' }, 'one'],
  ])('of %j is %j', (headers, secret) => {
    expect(secretOf(headers)).toBe(secret);
  });
});

describe('a request', () => {
  it('is let in by Bearer, X-API-Key, Basic and ApiKey alike', async () => {
    const { app, keys } = await openApi();
    const headers = [
      { Authorization: `Bearer ${keys.viewer}` },
      { 'X-API-Key': keys.viewer },
      { Authorization: basic(`shipper:${keys.viewer}`) },
      { Authorization: `ApiKey ${keys.viewer}` },
      { Authorization: basic(`shipper:${keys.viewer}`).replace('Basic', 'ApiKey') },
    ];
    for (const header of headers) {
      expect((await supertest(app).get('/v1/model').set(header)).status).toBe(200);
    }
  });

  it.each([
    ['no key', {}],
    ['an unknown key', { Authorization: `Bearer bw_${'a'.repeat(12)}_${'b'.repeat(32)}` }],
    ['an empty key', { 'X-API-Key': '' }],
    ['a short key', { 'X-API-Key': 'x' }],
    ['an endless key', { 'X-API-Key': 'x'.repeat(10_000) }],
    ['a key that is an operator', { Authorization: 'Bearer {"$gt":""}' }],
    ['another scheme', { Authorization: 'Negotiate abc' }],
  ])('with %s is told to send one', async (_what, headers) => {
    const { app } = await openApi();
    const response = await supertest(app).get('/v1/model').set(headers);
    expect([response.status, codeOf(response)]).toEqual([401, 'unauthenticated']);
    expect(response.headers['www-authenticate']).toBe('Bearer realm="bayeswatch"');
  });

  it('with a key that differs in its last character is refused', async () => {
    const { app, keys } = await openApi();
    const wrong = keys.admin.slice(0, -1) + (keys.admin.endsWith('a') ? 'b' : 'a');
    const response = await supertest(app).get('/v1/model').set('X-API-Key', wrong);
    expect(codeOf(response)).toBe('unauthenticated');
  });

  it('with a revoked key is refused from then on', async () => {
    const api = await openApi();
    const { body } = await api.as('admin').post('/v1/keys').send({ role: 'viewer', name: 'short-lived' });
    const ask = () => supertest(api.app).get('/v1/model').set('X-API-Key', body.secret);
    expect((await ask()).status).toBe(200);
    await api.as('admin').delete(`/v1/keys/${body.id}`).expect(204);
    expect(codeOf(await ask())).toBe('unauthenticated');
  });

  it('never puts a key into the log', async () => {
    const api = await openApi();
    await supertest(api.app).get('/v1/model').set('X-API-Key', 'sixteen-characters-of-secret');
    await api.as('viewer').get('/v1/records?q=needle&nope=1');
    const log = api.log.join('');
    expect(log).toContain('unauthenticated');
    for (const secret of ['sixteen-characters', 'needle', api.keys.viewer]) expect(log).not.toContain(secret);
  });
});

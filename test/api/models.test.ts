/** Versions of the model over HTTP: listed, and the decision which one scores. */
import { describe, expect, it } from 'vitest';
import { type Api, checkDescribed, codeOf, dnsLine, openApi } from './api-under-test.ts';

async function taught(): Promise<Api> {
  const api = await openApi();
  for (const label of ['bad', 'good']) {
    await api
      .as('admin')
      .post(`/v1/records?label=${label}&window=the-${label}`)
      .type('application/x-ndjson')
      .send(dnsLine(`${label}.example`))
      .expect(200);
    await api.world.jobs.idle();
  }
  return api;
}

const modelOf = async (api: Api) => (await api.as('viewer').get('/v1/model')).body;

describe('GET /v1/models', () => {
  it('lists versions with what made them, in pages', async () => {
    const api = await taught();
    const page = await api.as('viewer').get('/v1/models?limit=1');
    checkDescribed(api, '/v1/models', page);
    expect(page.body.items).toMatchObject([
      { id: (await modelOf(api)).id, served: true, cause: { type: 'mark', label: 'good', note: 'the-good' } },
    ]);
    const rest = await api.as('viewer').get(`/v1/models?cursor=${page.body.nextCursor}`);
    checkDescribed(api, '/v1/models', rest);
    expect(rest.body).toMatchObject({ items: [{ served: false, cause: { label: 'bad' } }] });
    expect(rest.body.nextCursor).toBeUndefined();
    for (const cursor of ['0', '-1', 'x', '1e3']) {
      const refused = await api.as('viewer').get(`/v1/models?cursor=${cursor}`);
      expect(codeOf(refused)).toBe('invalid-request');
    }
  });
});

describe('POST /v1/models/{id}/activate', () => {
  it('serves that version, as GET /v1/model tells, until the newest is followed again', async () => {
    const api = await taught();
    const path = '/v1/models/{id}/activate';
    const newest = await modelOf(api);
    const [, first] = (await api.as('viewer').get('/v1/models')).body.items;
    const activated = await api.as('admin').post(`/v1/models/${first.id}/activate`);
    checkDescribed(api, path, activated);
    expect(activated.body).toEqual({ id: first.id, entry: first.entry, current: false });
    const model = await api.as('viewer').get('/v1/model');
    checkDescribed(api, '/v1/model', model);
    expect(model.body).toMatchObject({ id: first.id, activated: { entry: first.entry, served: true } });
    const { body } = await api
      .as('viewer')
      .post('/v1/score')
      .send(JSON.parse(dnsLine('good.example')));
    expect(body.model).toBe(first.id);
    await api.as('admin').post('/v1/models/current/activate').expect(200);
    expect(await modelOf(api)).toMatchObject({ id: newest.id, totals: newest.totals });
    expect((await modelOf(api)).activated).toBeUndefined();
  });

  it('is 404 for what is no version', async () => {
    const api = await taught();
    for (const id of ['0'.repeat(32), '999', '%00', 'x'.repeat(2_000)]) {
      const response = await api.as('admin').post(`/v1/models/${id}/activate`);
      checkDescribed(api, '/v1/models/{id}/activate', response);
      expect(codeOf(response)).toBe('model-not-found');
    }
  });
});

describe('GET /v1/models/{id}/diff', () => {
  it('says that nothing differs between a version and itself', async () => {
    const api = await taught();
    const diff = await api.as('viewer').get('/v1/models/current/diff');
    checkDescribed(api, '/v1/models/{id}/diff', diff);
    const { from, to, totals, moved, items } = diff.body;
    expect([to, totals.after, moved, items]).toEqual([from, totals.before, 0, []]);
  });

  it('tells what moved, and what would without a window', async () => {
    const api = await taught();
    const path = '/v1/models/{id}/diff';
    const [newest, first] = (await api.as('viewer').get('/v1/models')).body.items;
    const diff = await api.as('viewer').get(`/v1/models/${first.id}/diff?limit=3`);
    checkDescribed(api, path, diff);
    expect(diff.body).toMatchObject({ from: { id: first.id }, to: { id: newest.id } });
    expect(diff.body.items).toHaveLength(3);
    const whole = await api.as('viewer').get(`/v1/models/${first.id}/diff?limit=1000`);
    expect([diff.body.moved, whole.body.moved]).toEqual(Array(2).fill(whole.body.items.length));
    expect(diff.body.items[0].entries).toMatchObject([{ entry: newest.entry }]);
    const without = await api
      .as('viewer')
      .get(`/v1/models/current/diff?without=${newest.cause.window}&cursor=${diff.body.nextCursor}`);
    checkDescribed(api, path, without);
    expect(without.body.totals.after).toEqual(diff.body.totals.before);
    for (const [query, code] of [
      ['without=none', 'window-not-found'],
      ['to=none', 'model-not-found'],
      ['cursor=-1', 'invalid-request'],
      ['to=', 'invalid-request'],
    ]) {
      const refused = await api.as('viewer').get(`/v1/models/current/diff?${query}`);
      checkDescribed(api, path, refused);
      expect(codeOf(refused)).toBe(code);
    }
  });
});

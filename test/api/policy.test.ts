/** The policy over HTTP: read, set, refused, and its curve. */
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { POLICY } from '../world.ts';
import { checkDescribed, codeOf, dnsLine, openApi } from './api-under-test.ts';

const { costs, ...rest } = POLICY;
const told = { costs, ...rest, ownDomains: [], ownRanges: [] };

describe('/v1/policy', () => {
  it('is what the environment says until it is set, and then who set it when', async () => {
    const api = await openApi();
    const first = await api.as('viewer').get('/v1/policy');
    checkDescribed(api, '/v1/policy', first);
    expect(first.body).toEqual(told);
    const wanted = { ...told, costs: { falseAlarm: 1, missed: 50 }, timeZone: 'Europe/Vienna' };
    const set = await api.as('admin').put('/v1/policy').send(wanted);
    checkDescribed(api, '/v1/policy', set);
    expect(set.body).toEqual({
      ...wanted,
      set: { number: 1, at: '2026-01-15T12:00:00.000Z', by: expect.stringMatching(/^[a-z2-7]{12}$/) },
    });
    expect((await api.as('viewer').get('/v1/policy')).body).toEqual(set.body);
  });

  it('is what records are scored by once it is answered', async () => {
    const api = await openApi();
    const scoreOf = async () =>
      (await api.as('ingest').post('/v1/score').type('json').send(dnsLine('a.example'))).body.score;
    expect(await scoreOf()).toBeCloseTo(0.001, 12);
    await api
      .as('admin')
      .put('/v1/policy')
      .send({ ...told, baseRate: 0.2 });
    expect(await scoreOf()).toBeCloseTo(0.2, 12);
  });

  it('reads times without an offset in its zone from then on', async () => {
    const api = await openApi();
    const atOf = async (id: string) => {
      const line = `{"event":{"id":"${id}"},"@timestamp":"2026-01-15T11:00:00","message":"m"}`;
      const sent = await api.as('admin').post('/v1/records').type('json').send(line);
      return (await api.as('admin').get(`/v1/records/${sent.body.id}`)).body.at;
    };
    expect(await atOf('a')).toBe('2026-01-15T11:00:00.000Z');
    await api
      .as('admin')
      .put('/v1/policy')
      .send({ ...told, timeZone: 'Europe/Vienna' });
    expect(await atOf('b')).toBe('2026-01-15T10:00:00.000Z');
  });

  it('is not overwritten by who has read another one', async () => {
    const api = await openApi();
    const put = (body: object) => api.as('admin').put('/v1/policy').send(body);
    expect((await put({ ...told, baseRate: 0.01, after: 0 })).status).toBe(200);
    const late = await put({ ...told, baseRate: 0.02, after: 0 });
    checkDescribed(api, '/v1/policy', late);
    expect([late.status, codeOf(late)]).toEqual([409, 'policy-changed']);
    expect(late.body.detail).toContain('number 1');
    expect((await put({ ...told, baseRate: 0.02, after: 1 })).body).toMatchObject({
      baseRate: 0.02,
      set: { number: 2 },
    });
  });

  it.each<[string, object, string, string]>([
    ['a part', { costs }, '#/baseRate', 'is missing'],
    ['a field that is none', { ...told, half: 1 }, '#/half', 'there is no such field'],
    ['text for a number', { ...told, baseRate: '0.1' }, '#/baseRate', 'must be a number from'],
    ['no rate at all', { ...told, baseRate: 0 }, '#/baseRate', 'must be a number from 0.000001'],
    [
      'a cost below nothing',
      { ...told, costs: { falseAlarm: -1, missed: 1 } },
      '#/costs/falseAlarm',
      'must be a number',
    ],
    [
      'a cost too many',
      { ...told, costs: { ...costs, other: 1 } },
      '#/costs/other',
      'there is no such field',
    ],
    ['a quarantine that never ends', { ...told, quarantineHours: 1e9 }, '#/quarantineHours', 'to 87600'],
    [
      'a URL for a domain',
      { ...told, ownDomains: ['https://example.org'] },
      '#/ownDomains/0',
      'must be a domain',
    ],
    ['too many domains', { ...told, ownDomains: Array(65).fill('example.org') }, '#/ownDomains', '64'],
    [
      'a range of no network',
      { ...told, ownRanges: ['10.0.0.0/40'] },
      '#/ownRanges/0',
      'must be an address or',
    ],
    ['a zone of no map', { ...told, timeZone: 'Mars/Olympus' }, '#/timeZone', 'must be an IANA time zone'],
    [
      'a retention within the quarantine',
      { ...told, retentionDays: 1, quarantineHours: 24 },
      '#/retentionDays',
      'must be longer than the quarantine',
    ],
  ])('refuses %s, and nothing is set', async (_, body, pointer, detail) => {
    const api = await openApi();
    const response = await api.as('admin').put('/v1/policy').send(body);
    checkDescribed(api, '/v1/policy', response);
    expect([response.status, codeOf(response)]).toEqual([400, 'invalid-request']);
    const problem = response.body.errors.find((error: { pointer: string }) => error.pointer === pointer);
    expect(problem?.detail).toContain(detail);
    expect((await api.as('viewer').get('/v1/policy')).body).toEqual(told);
  });

  it('keeps the policy of each site to itself', async () => {
    const api = await openApi();
    await api
      .as('admin')
      .put('/v1/policy')
      .send({ ...told, baseRate: 0.5 });
    const neighbour = { site: 'elsewhere', keyId: 'test' };
    expect(await api.world.services.getPolicy(neighbour.site)).toEqual({ policy: POLICY, set: null });
  });
});

describe('GET /v1/policy/curve', () => {
  it('tells what each threshold costs, once something is judged', async () => {
    const api = await openApi();
    const path = '/v1/policy/curve';
    const nothing = await api.as('viewer').get(path);
    checkDescribed(api, path, nothing);
    expect(nothing.body).toMatchObject({
      judged: { bad: 0, good: 0 },
      inForce: null,
      cheapest: null,
      points: [],
    });
    expect(nothing.body.traffic).toEqual({ records: 0 });
    for (const [label, name] of [
      ['good', 'www.example.org'],
      ['bad', 'qxzkj.tunnel.example'],
    ])
      await api
        .as('admin')
        .post(`/v1/records?label=${label}&window=${label}`)
        .type('json')
        .send(dnsLine(name ?? ''));
    await api.world.jobs.idle();
    const curve = await api.as('viewer').get(path);
    checkDescribed(api, path, curve);
    expect(curve.body).toMatchObject({
      costs,
      baseRate: 0.001,
      judged: { bad: 1, good: 1 },
      costOfSilence: 0.099,
      inForce: { threshold: 0.01, detection: 0, falseAlarmRate: 0, alertsPerDay: null, expectedCost: 0.099 },
      cheapest: null,
    });
    expect(curve.body.points[0]).toMatchObject({ threshold: 0, detection: 1, falseAlarmRate: 1 });
  });
});

describe('GET /v1/policy/pruning', () => {
  const path = '/v1/policy/pruning';

  it('tells what a floor would leave out, and after it is set what it does', async () => {
    const api = await openApi();
    const nothing = await api.as('viewer').get(path);
    checkDescribed(api, path, nothing);
    expect(nothing.body).toEqual({
      ...{ below: 0, inForce: 0, fields: [] },
      ...{ kept: { tokens: 0, bytes: 0 }, pruned: { tokens: 0, bytes: 0 } },
    });
    const names = ['www.example.org', 'www.example.org', 'qxzkj.example.net']
      .map(name => dnsLine(name))
      .join('\n');
    await api.as('admin').post('/v1/records?label=good&window=good').type('application/x-ndjson').send(names);
    await api.world.jobs.idle();
    const preview = await api.as('viewer').get(`${path}?below=1.5`);
    checkDescribed(api, path, preview);
    const nameField = preview.body.fields.find(
      ({ field }: { field: string }) => field === 'dns.question.name',
    );
    expect(nameField.kept.tokens).toBeGreaterThan(0);
    expect(nameField.pruned.tokens).toBeGreaterThan(0);
    await api
      .as('admin')
      .put('/v1/policy')
      .send({ ...told, pruneBelow: 1.5 });
    const model = await api.as('viewer').get('/v1/model');
    checkDescribed(api, '/v1/model', model);
    expect(model.body.pruneBelow).toBe(1.5);
    expect(model.body.fields['dns.question.name'].pruned).toBe(nameField.pruned.tokens);
    const { text } = await supertest(api.app).get('/metrics');
    for (const outcome of ['kept', 'pruned'] as const) {
      expect(text).toContain(
        `\nbayeswatch_model_tokens{field="dns.question.name",outcome="${outcome}"} ${nameField[outcome].tokens}\n`,
      );
    }
    const { pruneBelow: _, ...before } = told;
    expect((await api.as('admin').put('/v1/policy').send(before)).body.pruneBelow).toBe(0);
  });

  it.each(['-1', '1e3', '1001', 'two', ''])('refuses a floor of %j', async below => {
    const response = await (await openApi()).as('viewer').get(`${path}?below=${below}`);
    expect([response.status, codeOf(response)]).toEqual([400, 'invalid-request']);
  });
});

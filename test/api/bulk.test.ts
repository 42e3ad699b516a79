/** The bulk interface, by requests as real clients send them (docs/shippers.md tells which were listened to). */
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { BATCH_RECORDS_MAX } from '../../src/domain/limits.ts';
import type { Services } from '../../src/services/services.ts';
import { type Api, checkDescribed, dnsLine, openApi } from './api-under-test.ts';

const ACCESS = '10.0.0.7 - - [14/Jan/2026:12:00:01 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl/8"';
const PRODUCT = 'x-elastic-product';

/** What @elastic/elasticsearch 8.19 sends, but for the body. */
const CLIENT = {
  'Content-Type': 'application/vnd.elasticsearch+x-ndjson; compatible-with=8',
  Accept: 'application/vnd.elasticsearch+json; compatible-with=8',
};
const asItIs = (body: unknown) => body as string;

async function bulk(api: Api, body: string, headers: Record<string, string> = CLIENT, path = '/_bulk') {
  const response = await api.as('ingest').post(path).set(headers).serialize(asItIs).send(body);
  checkDescribed(api, path.startsWith('/_bulk') ? '/_bulk' : '/{index}/_bulk', response);
  expect(response.headers[PRODUCT]).toBe('Elasticsearch');
  return response;
}

const lines = (...values: (object | string)[]) =>
  values.map(value => `${typeof value === 'string' ? value : JSON.stringify(value)}\n`).join('');
const statuses = (body: { items: Record<string, { status: number }>[] }) =>
  body.items.map(item => Object.values(item)[0]?.status);

async function stored(api: Api) {
  const { body } = await api.as('viewer').get('/v1/records?limit=100');
  return body.items as { id: string; kind: string; format: string }[];
}

describe('POST /_bulk', () => {
  it('answers item by item, and one that is refused harms no other', async () => {
    const api = await openApi();
    const body = lines(
      { create: { _index: 'records' } },
      dnsLine('a.example.org'),
      { index: { _index: 'records' } },
      { a: 1 },
      { delete: { _id: '1' } },
      { update: { _id: '1' } },
      { doc: {} },
      { index: { _id: 'x' } },
      { host: 'web1', message: ACCESS },
    );
    const response = await bulk(api, body);
    expect(response.body).toMatchObject({
      errors: true,
      items: [
        { create: { _index: 'records', status: 201, result: 'created' } },
        { index: { _id: null, status: 400, error: { type: 'unknown-record-kind' } } },
        { delete: { _id: '1', status: 400, error: { type: 'not-a-record' } } },
        { update: { _id: '1', status: 400, error: { type: 'not-a-record' } } },
        { index: { _id: 'x', status: 201, result: 'created' } },
      ],
    });
    expect((await stored(api)).map(({ kind, format }) => [kind, format]).sort()).toEqual([
      ['dns', 'ecs'],
      ['http', 'combined'],
    ]);
    const { _id } = response.body.items[0].create;
    expect((await api.as('viewer').get(`/v1/records/${_id}`)).status).toBe(200);
  });

  it('has errors before items where there are none, as Fluent Bit looks for them', async () => {
    const api = await openApi();
    const response = await bulk(api, lines({ create: {} }, dnsLine('a.example.org')));
    expect(response.text).toMatch(/^\{"took":\d+,"errors":false,"items":\[\{"create":/);
  });

  it('stores each once, however often and in whatever company it is sent', async () => {
    const api = await openApi();
    const documents = ['a', 'b', 'c'].map(name => dnsLine(`${name}.example.org`));
    const bodyOf = (some: string[]) => some.map(document => lines({ index: {} }, document)).join('');
    const first = await bulk(api, bodyOf(documents));
    const again = await bulk(api, bodyOf([...documents].reverse().slice(0, 2)));
    expect([statuses(first.body), statuses(again.body)]).toEqual([
      [201, 201, 201],
      [201, 201],
    ]);
    expect(again.body.items[0].index).toMatchObject({ result: 'noop', _id: first.body.items[2].index._id });
    expect(await stored(api)).toHaveLength(3);
  });

  it('takes _id for the identity: 409 to a create that comes again, as clients know it', async () => {
    const api = await openApi();
    const one = (action: string, name: string) => lines({ [action]: { _id: 'my-1' } }, dnsLine(name));
    expect(statuses((await bulk(api, one('create', 'a.example.org'))).body)).toEqual([201]);
    const again = await bulk(api, one('create', 'b.example.org'));
    expect(again.body).toMatchObject({
      errors: true,
      items: [{ create: { _id: 'my-1', status: 409, error: { type: 'version_conflict_engine_exception' } } }],
    });
    const index = await bulk(api, one('index', 'c.example.org'));
    expect(index.body.items).toEqual([{ index: { _index: '', _id: 'my-1', status: 201, result: 'noop' } }]);
    const posted = await api
      .as('ingest')
      .post('/v1/records')
      .type('json')
      .send(dnsLine('d', { event: { id: 'my-1' } }));
    expect(posted.body.duplicate).toBe(true);
    const [record, ...others] = await stored(api);
    expect([JSON.stringify(record).includes('a.example.org'), others]).toEqual([true, []]);
  });

  it('names the index of the path in the answer, and passes over what else Elasticsearch takes', async () => {
    const api = await openApi();
    const body = lines({ create: {} }, dnsLine('a.example.org'), { create: { _index: 'b' } }, dnsLine('b'));
    const path = '/logs-2026/_bulk?filter_path=errors&pipeline=x&refresh=wait_for&timeout=1m';
    const { items } = (await bulk(api, body, CLIENT, path)).body;
    expect(items.map((item: { create: { _index: string } }) => item.create._index)).toEqual([
      'logs-2026',
      'b',
    ]);
  });

  it('refuses the item whose _id is not whole: two of them would be one', async () => {
    const api = await openApi();
    const ids = ['\\ud800', '\\ud801', '\ufffd', '\\ud83d\\ude00'];
    const body = ids.map(id => `{"index":{"_id":"${id}"}}\n${dnsLine('a')}\n`).join('');
    const response = await bulk(api, body);
    expect(statuses(response.body)).toEqual([400, 400, 400, 201]);
    expect(response.body.items[0].index.error.type).toBe('wrong-type');
    expect(await stored(api)).toHaveLength(1);
  });

  it('takes lines as programs logged them, in whatever bytes', async () => {
    const api = await openApi();
    const body = Buffer.from(
      lines({ create: {} }, { message: ACCESS.replace('/a', '/caf\u00e9') }),
      'latin1',
    );
    const posted = api.as('ingest').post('/_bulk').set(CLIENT).serialize(asItIs);
    expect(statuses((await posted.send(body)).body)).toEqual([201]);
  });

  it('reads messages as the format that is asked for', async () => {
    const api = await openApi();
    const body = lines({ create: {} }, { message: ACCESS }, { create: {} }, { message: 'else' });
    const response = await bulk(api, body, CLIENT, '/_bulk?format=combined');
    expect(statuses(response.body)).toEqual([201, 400]);
    expect((await bulk(api, body, CLIENT, '/_bulk?format=nonsense')).body).toMatchObject({
      error: { type: 'unknown-format' },
      status: 400,
    });
  });

  it.each([
    'application/json; charset=utf-8',
    'application/x-ndjson',
    'application/vnd.elasticsearch+json; compatible-with=7',
    'application/vnd.elasticsearch+x-ndjson; compatible-with=9',
  ])('takes %s', async type => {
    const api = await openApi();
    const response = await bulk(api, lines({ create: {} }, dnsLine('a')), { 'Content-Type': type });
    expect(response.body.errors).toBe(false);
  });

  it.each([
    ['another type', 'text/plain', lines({ create: {} }, '{}'), 415, 'unsupported-media-type'],
    ['nothing', 'application/json', '', 400, 'bad-request'],
    ['blank lines alone', 'application/json', '\n\n', 400, 'bad-request'],
    ['no actions', 'application/json', lines({ message: 'a' }), 400, 'bad-request'],
  ])('with %s is told in the form of Elasticsearch', async (_what, type, body, status, code) => {
    const api = await openApi();
    const response = await bulk(api, body, { 'Content-Type': type });
    expect([response.status, response.body.status, response.body.error.type]).toEqual([status, status, code]);
    expect(response.body.error.root_cause).toHaveLength(1);
  });

  it('that is cut short stores nothing', async () => {
    const api = await openApi();
    const response = await bulk(api, `${lines({ create: {} }, dnsLine('a'))}{"create":{}}\n`);
    expect(response.body.error).toMatchObject({
      type: 'bad-request',
      reason: 'line 3: the action has no document',
    });
    expect(await stored(api)).toEqual([]);
  });

  it('keeps the limits of records', async () => {
    const limits = {
      lineBytesMax: 200,
      jsonBodyBytesMax: 1_000,
      bodyBytesMax: 9_999,
      bodyDecompressedBytesMax: 9_999,
      requestRecordsMax: 9,
    };
    const api = await openApi({ limits });
    const long = lines({ create: {} }, dnsLine('x'.repeat(300)), { create: {} }, dnsLine('a'));
    expect((await bulk(api, long)).body.items).toMatchObject([
      { create: { status: 400, error: { type: 'line-too-long' } } },
      { create: { status: 201 } },
    ]);
    const longer = await bulk(api, lines({ create: {} }, dnsLine('x'.repeat(2_000))));
    expect([longer.status, longer.body.error.type]).toEqual([413, 'body-too-large']);
  });

  it('tells the audit once, with its counts', async () => {
    const api = await openApi();
    await bulk(api, lines({ create: {} }, dnsLine('a'), { create: {} }, '{}'));
    const { body } = await api.as('admin').get('/v1/audit');
    const entries = body.items.filter(({ action }: { action: string }) => action === 'records.store');
    expect(entries).toMatchObject([
      { outcome: 'done', details: { accepted: 1, duplicates: 0, rejected: 1 } },
    ]);
  });
});

/** The store goes away after so many batches. */
function failingAfter(batches: number, services: Services, error: Error): Services {
  return {
    ...services,
    async openIngest(caller, options) {
      const session = await services.openIngest(caller, options);
      let left = batches;
      return {
        get model() {
          return session.model;
        },
        add(batch, isLast) {
          left -= 1;
          return left < 0 ? Promise.reject(error) : session.add(batch, isLast);
        },
        close: (counts, failure) => session.close(counts, failure),
      };
    },
  };
}

/** An api whose services fail so, the one behind it that is whole, and how a client with a key of theirs posts to either. */
async function failingApi(batches: number, error: Error) {
  const whole = await openApi();
  const { services } = whole.world;
  const api = await openApi({ services: failingAfter(batches, services, error) });
  const { secret } = await services.createKey({ site: 'default', keyId: 'test' }, 'ingest', 'k');
  const send = (app: Api['app'], body: string) =>
    supertest(app).post('/_bulk').set('X-API-Key', secret).set(CLIENT).serialize(asItIs).send(body);
  return { whole, api, send };
}

describe('what stops a bulk request half-way', () => {
  const documents = Array.from({ length: BATCH_RECORDS_MAX + 3 }, (_, n) =>
    lines({ create: { _id: `n${n}` } }, dnsLine(`n${n}.example.org`)),
  ).join('');

  it('is answered 429 for the items that are not stored, and sending those again stores all of them once', async () => {
    const away = new AppError('store-unavailable', 'the store cannot be reached');
    const { whole, api, send } = await failingApi(1, away);
    const response = await send(api.app, documents);
    checkDescribed(api, '/_bulk', response);
    expect(response.status).toBe(200);
    const told = statuses(response.body);
    expect(told.filter(status => status === 201)).toHaveLength(BATCH_RECORDS_MAX);
    expect(told.slice(BATCH_RECORDS_MAX)).toEqual([429, 429, 429]);
    expect(response.body.items.at(-1).create.error.type).toBe('store-unavailable');

    const rest = documents
      .split('\n')
      .slice(2 * BATCH_RECORDS_MAX)
      .join('\n');
    expect(statuses((await send(whole.app, rest)).body)).toEqual([201, 201, 201]);
    const again = await send(whole.app, documents);
    expect(new Set(statuses(again.body))).toEqual(new Set([409]));
  });

  it('before anything is stored is the answer to the request, with the time to wait', async () => {
    const { api, send } = await failingApi(0, new AppError('overloaded', 'too much'));
    const response = await send(api.app, documents);
    expect([response.status, response.headers['retry-after'], response.body.error.type]).toEqual([
      429,
      '1',
      'overloaded',
    ]);
    expect(response.headers[PRODUCT]).toBe('Elasticsearch');
  });

  it('that is a fault of ours tells nothing of it', async () => {
    const { api, send } = await failingApi(0, new Error('secret words'));
    const response = await send(api.app, documents);
    expect([response.status, response.body.error.type]).toEqual([500, 'internal']);
    expect(response.text).not.toContain('secret');
    expect(api.log.join('')).toContain('secret words');
  });
});

describe('GET / and GET /_license', () => {
  it.each(['/', '/_license'])(
    '%s tells clients what they look for, without a key and with a good one',
    async path => {
      const api = await openApi();
      for (const headers of [{}, { 'X-API-Key': api.keys.ingest }]) {
        const response = await supertest(api.app).get(path).set(headers);
        checkDescribed(api, path, response);
        expect([response.status, response.headers[PRODUCT]]).toEqual([200, 'Elasticsearch']);
      }
      const head = await supertest(api.app).head(path);
      expect([head.status, head.headers[PRODUCT], head.text ?? '']).toEqual([200, 'Elasticsearch', '']);
    },
  );

  it.each(['/', '/_license'])('%s tells of a wrong key', async path => {
    const api = await openApi();
    const response = await supertest(api.app).get(path).set('Authorization', 'ApiKey wrong');
    checkDescribed(api, path, response);
    expect([response.status, response.body.error.type]).toEqual([401, 'unauthenticated']);
  });
});

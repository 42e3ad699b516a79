/** What attackers and mistakes send: each gets a clear answer, and harms no other line. */
import { isUtf8 } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { type Api, checkDescribed, codeOf, dnsLine, linesOf, openApi } from './api-under-test.ts';

const line = (fields: object) => Buffer.from(JSON.stringify({ kind: 'dns', ...fields }));
const named = (name: unknown) => line({ dns: { question: { name } } });
const deep = (open: string, close: string, levels: number) =>
  `${open.repeat(levels)}1${close.repeat(levels)}`;

/** A hostile line, and the code of its rejection; `null` where it is a record like any other. */
const LINES: readonly [what: string, bytes: Buffer, code: string | null][] = [
  ['broken JSON', Buffer.from('{"dns": {'), 'invalid-json'],
  ['JSON that is no object', Buffer.from('[1, 2]'), 'not-a-record'],
  ['two objects on a line', Buffer.concat([named('a.example.org'), named('b.example.org')]), 'invalid-json'],
  ['a number for a name', named(4), 'wrong-type'],
  ['an operator for a name', named({ $gt: '' }), 'wrong-type'],
  ['an operator for an address', line({ source: { ip: { $ne: null } } }), 'wrong-type'],
  ['a port beyond all ports', line({ source: { port: 65_536 } }), 'wrong-type'],
  ['unknown fields', line({ dns: { question: { name: 'a.example.org' } }, nonsense: { a: [1] } }), null],
  ['a day that no month has', line({ '@timestamp': '2026-02-30T00:00:00Z' }), 'invalid-time'],
  ['a time before all sensors', line({ '@timestamp': '1979-12-31T23:59:59Z' }), 'invalid-time'],
  ['a time far ahead', line({ '@timestamp': '2099-01-01T00:00:00Z' }), 'invalid-time'],
  ['a time that is none', line({ '@timestamp': 'yesterday' }), 'invalid-time'],
  ['a name of 255 bytes', named(`${'a.'.repeat(127)}b`), null],
  ['a name of 64 KiB', named('a'.repeat(65_536)), null],
  ['a label of 64 KiB of dots', named('.'.repeat(65_536)), null],
  [
    'bytes that are not UTF-8',
    Buffer.concat([
      Buffer.from('{"kind":"dns","dns":{"question":{"name":"'),
      Buffer.from([0xff, 0xfe, 0xc0]),
      Buffer.from('.org"}}}'),
    ]),
    'invalid-json',
  ],
  ['U+FFFD that was sent', named('\ufffd.org'), null],
  ['half a surrogate pair', Buffer.from('{"kind":"dns","dns":{"question":{"name":"\\ud800.org"}}}'), null],
  ['half a surrogate pair in an identity', Buffer.from('{"kind":"dns","event.id":"\\ud800"}'), 'wrong-type'],
  ['U+FFFD in an identity', line({ event: { id: 'a\ufffd' } }), 'wrong-type'],
  ['half a surrogate pair in a sensor', Buffer.from('{"kind":"dns","sensor.id":"\\udbff"}'), 'wrong-type'],
  ['half a surrogate pair in a dataset', line({ event: { dataset: 'a\udc00' } }), 'wrong-type'],
  ['an identity beyond what is kept', line({ event: { id: 'a'.repeat(65_537) } }), 'wrong-type'],
  ['an identity with a whole pair', line({ event: { id: '\u{1f600}'.repeat(32_768) } }), null],
  ['a NUL in a name', named('a\0b.example.org'), null],
  ['raw NUL bytes', Buffer.from([0, 0, 0]), 'invalid-json'],
  ['a line of 10 MB', named('a'.repeat(10_000_000)), 'line-too-long'],
  ['a bomb of brackets', Buffer.from(`{"kind":"dns","x":${deep('[', ']', 100_000)}}`), 'too-deep'],
  ['a bomb of objects', Buffer.from(`{"kind":"dns","x":${deep('{"a":', '}', 50_000)}}`), 'too-deep'],
  [
    '__proto__',
    Buffer.from(
      '{"__proto__":{"admin":true},"source.ip":"10.0.0.9","kind":"dns","dns":{"__proto__":{"x":1}}}',
    ),
    null,
  ],
  [
    'constructor',
    Buffer.from('{"constructor":{"prototype":{"admin":true}},"kind":"dns","source.ip":"10.0.0.9"}'),
    null,
  ],
  ['a known kind and names of another tool', line({ query: 'a.example.org' }), 'missing-field'],
  ['a formula', named('=cmd|/c calc!A1'), null],
  ['HTML', named('<script>alert(1)</script>'), null],
  ['a line separator', named('a\u2028b\r\nc'), null],
];

/** Superagent would make JSON of a buffer that is sent as JSON. */
const asItIs = (body: unknown) => body as string;

async function post(api: Api, body: Buffer, query = 'format=ecs') {
  return api.as('admin').post(`/v1/records?${query}`).type('application/x-ndjson').send(body);
}

describe('a line with', () => {
  it.each(LINES)(
    '%s is answered in its place, and the lines around it are stored',
    async (_what, bytes, code) => {
      const api = await openApi();
      const around = [dnsLine('before.example.org'), dnsLine('after.example.org')].map(text =>
        Buffer.from(text),
      );
      const [before = Buffer.of(), after = Buffer.of()] = around;
      const end = Buffer.from('\n');
      const response = await post(api, Buffer.concat([before, end, bytes, end, after, end]));
      checkDescribed(api, '/v1/records', response);
      expect(response.status).toBe(200);
      const [first, hostile, last, end2] = linesOf(response.text);
      expect([first?.['kind'], last?.['kind']]).toEqual(['dns', 'dns']);
      if (code === null) expect(hostile).toMatchObject({ line: 2, kind: 'dns' });
      else expect(hostile).toEqual({ line: 2, rejected: { code, detail: expect.any(String) } });
      const counts = { accepted: code === null ? 3 : 2, rejected: code === null ? 0 : 1, duplicates: 0 };
      expect(end2?.['summary']).toMatchObject(counts);

      const found = await api.as('viewer').get('/v1/records');
      checkDescribed(api, '/v1/records', found);
      expect(found.body.items).toHaveLength(counts.accepted);
      expect({}).not.toHaveProperty('admin');
    },
  );

  it.each(LINES.filter(([, { length }, code]) => code !== null && length < 9_000_000))(
    '%s is a problem where it is posted alone as JSON',
    async (_what, bytes, code) => {
      const api = await openApi();
      const lone = bytes.toString().startsWith('[') ? Buffer.from('null') : bytes;
      const posted = api.as('admin').post('/v1/records?format=ecs').type('json').serialize(asItIs);
      const response = await posted.send(lone);
      checkDescribed(api, '/v1/records', response);
      expect(response.status).toBe(400);
      const isObject = lone.toString().startsWith('{') && isUtf8(lone);
      expect(codeOf(response)).toBe(isObject ? 'invalid-request' : 'invalid-json');
      expect(response.body.rejected?.code).toBe(isObject ? code : undefined);
    },
  );
});

describe('bytes that are not UTF-8', () => {
  const record = JSON.stringify({ kind: 'log', message: 'caf\u00e9' });
  const access = '10.0.0.7 - - [14/Jan/2026:12:00:01 +0000] "GET /caf\u00e9 HTTP/1.1" 200 5';
  const postAs = async (api: Api, type: string, text: string) => {
    const posted = api.as('admin').post('/v1/score').type(type).serialize(asItIs);
    const response = await posted.send(Buffer.from(text, 'latin1'));
    checkDescribed(api, '/v1/score', response);
    return response;
  };

  it('are no JSON: the body is refused, and of NDJSON the line', async () => {
    const api = await openApi();
    for (const body of [record, `[${record}]`]) {
      const response = await postAs(api, 'application/json', body);
      expect([response.status, codeOf(response)]).toEqual([400, 'invalid-json']);
    }
    const { text } = await postAs(api, 'application/x-ndjson', `${record}\n${record.replace('\u00e9', 'e')}`);
    expect(linesOf(text)).toMatchObject([
      { line: 1, rejected: { code: 'invalid-json' } },
      { line: 2, kind: 'log' },
      { summary: { accepted: 1, rejected: 1 } },
    ]);
  });

  it('are what programs logged in raw lines and in JSON of theirs, and nobody hides a line by them', async () => {
    const api = await openApi();
    const nginx = JSON.stringify({
      ...{ remote_addr: '10.0.0.7', time_iso8601: '2026-01-14T12:00:01+00:00', status: '200' },
      request: 'GET /caf\u00e9 HTTP/1.1',
    });
    const { text } = await postAs(api, 'application/x-ndjson', nginx);
    expect(linesOf(text).at(-1)?.['summary']).toMatchObject({
      accepted: 1,
      rejected: 0,
      format: 'nginx-json',
    });
    for (const line of [record, access, 'caf\u00e9']) {
      const { text } = await postAs(api, 'text/plain', line);
      expect(linesOf(text).at(-1)?.['summary']).toMatchObject({ accepted: 1, rejected: 0 });
    }
  });
});

describe('two identities that differ in halves of surrogate pairs', () => {
  it('are never taken for one', async () => {
    const api = await openApi();
    const body = ['\\ud800', '\\ud801', '\\udc00']
      .map(id => `{"kind":"dns","event":{"id":"${id}"}}\n`)
      .join('');
    const outcomes = linesOf((await post(api, Buffer.from(body))).text);
    expect(outcomes.at(-1)?.['summary']).toMatchObject({ accepted: 0, duplicates: 0, rejected: 3 });
  });
});

describe('hostile text', () => {
  it('comes back as JSON that no browser takes for a page', async () => {
    const api = await openApi();
    const html = '<script>alert(1)</script><img src=x onerror=alert(2)>';
    await post(api, named(html));
    const response = await api.as('viewer').get('/v1/records');
    expect(response.body.items[0].record.dns.question.name).toBe(html);
    expect(response.headers).toMatchObject({
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
  });

  it('is no formula in the export of what was learnt', async () => {
    const api = await openApi();
    const hostile = ['=cmd|/c calc!A1', '+1', '-1', '@SUM(1)', 'x;=1', '"quoted"'];
    const records = hostile.map((type, index) =>
      line({ source: { ip: `10.0.0.${index}` }, dns: { question: { name: `${index}.example.org`, type } } }),
    );
    await post(api, Buffer.from(records.join('\n')), 'format=ecs&label=bad&window=formulas');
    await api.world.jobs.idle();
    const { text } = await api.as('viewer').get('/v1/tokens/export');
    const types = text.split('\r\n').filter(row => row.startsWith('"dns.question.type"'));
    expect(types.length).toBeGreaterThanOrEqual(hostile.length);
    expect(text).not.toMatch(/(^|[,;"\r\n])[=+@]/);
    expect(text).not.toMatch(/(^|[;"\r\n])-/);
  });

  it('does not reach the log', async () => {
    const api = await openApi();
    await post(api, named('needle.example.org\u001b[31m'));
    await api.as('viewer').get('/v1/records?q=needle');
    await api.as('responder').post('/v1/windows').send({ note: 'needle' });
    expect(api.log.join('')).not.toContain('needle');
  });
});

const WINDOW = { from: '2026-01-15T12:00:00Z', to: '2026-01-15T13:00:00Z', label: 'bad' };
const JUDGEMENT = { id: '491244.0123456789abcdef0123456789abcdef', label: 'bad' };

/** A body, and the pointers to what is wrong with it. */
const WRONG: readonly [path: string, body: unknown, pointers: string[]][] = [
  ['/v1/windows', {}, ['#/from', '#/to', '#/label']],
  ['/v1/windows', [], ['#']],
  ['/v1/windows', null, ['#']],
  ['/v1/windows', 'text', ['#']],
  ['/v1/windows', { ...WINDOW, form: 1 }, ['#/form']],
  ['/v1/windows', { ...WINDOW, from: '2026-02-30T00:00:00Z' }, ['#/from']],
  ['/v1/windows', { ...WINDOW, from: '2026-01-15T12:00:00' }, ['#/from']],
  ['/v1/windows', { ...WINDOW, from: 'x'.repeat(100_000) }, ['#/from']],
  ['/v1/windows', { ...WINDOW, from: -1 }, ['#/from']],
  ['/v1/windows', { ...WINDOW, from: 1e300 }, ['#/from']],
  ['/v1/windows', { ...WINDOW, from: { $gt: '' } }, ['#/from']],
  ['/v1/windows', { ...WINDOW, to: WINDOW.from }, ['#/to']],
  ['/v1/windows', { ...WINDOW, from: '2020-01-01T00:00:00Z' }, ['#/to']],
  ['/v1/windows', { ...WINDOW, label: 'ugly' }, ['#/label']],
  ['/v1/windows', { ...WINDOW, where: { hots: 'a' } }, ['#/where/hots']],
  ['/v1/windows', { ...WINDOW, where: { kind: 'tls' } }, ['#/where/kind']],
  ['/v1/windows', { ...WINDOW, where: { source: '10.0.0.0/33' } }, ['#/where/source']],
  ['/v1/windows', { ...WINDOW, where: { source: 'laptop-7' } }, ['#/where/source']],
  ['/v1/windows', { ...WINDOW, where: { destination: '*.example.org' } }, ['#/where/destination']],
  ['/v1/windows', { ...WINDOW, where: { host: '::1/129' } }, ['#/where/host']],
  ['/v1/windows', { ...WINDOW, where: { domain: 'a*.example.org' } }, ['#/where/domain']],
  ['/v1/windows', { ...WINDOW, where: { domain: '*' } }, ['#/where/domain']],
  ['/v1/windows', { ...WINDOW, where: { domain: '' } }, ['#/where/domain']],
  ['/v1/windows', { ...WINDOW, where: { sensor: 'a\nb' } }, ['#/where/sensor']],
  ['/v1/windows', { ...WINDOW, where: { source: { $ne: 1 } } }, ['#/where/source']],
  ['/v1/windows', { ...WINDOW, threat: { name: 'x', technique: '1071' } }, ['#/threat/technique']],
  ['/v1/windows', { ...WINDOW, threat: { name: 'x'.repeat(129) } }, ['#/threat/name']],
  ['/v1/windows', { ...WINDOW, note: 'x'.repeat(4_097) }, ['#/note']],
  ['/v1/windows', { ...WINDOW, note: 'bell \u0007' }, ['#/note']],
  ['/v1/windows', { ...WINDOW, note: 'invoice\u202efdp.exe' }, ['#/note']],
  ['/v1/windows', { ...WINDOW, note: 'half \ud800' }, ['#/note']],
  ['/v1/windows', { ...WINDOW, note: 'a C1 control \u009b2J' }, ['#/note']],
  ['/v1/windows', { ...WINDOW, threat: { name: 'x\u2066y' } }, ['#/threat/name']],
  ['/v1/windows', { ...WINDOW, 'a/b~c é': 1 }, ['#/a~1b~0c%20%C3%A9']],
  ['/v1/labels', { items: [] }, ['#/items']],
  ['/v1/labels', { items: [{ ...JUDGEMENT, label: 'none' }] }, ['#/items/0/label']],
  ['/v1/labels', { items: [{ id: JUDGEMENT.id }] }, ['#/items/0/label']],
  ['/v1/labels', { items: [JUDGEMENT, JUDGEMENT] }, ['#/items/1/id']],
  ['/v1/labels', { items: Array.from({ length: 1_001 }, () => JUDGEMENT) }, ['#/items']],
  ['/v1/keys', { role: 'root', name: 'x' }, ['#/role']],
  ['/v1/keys', { role: 'admin', name: '' }, ['#/name']],
  ['/v1/keys', { role: 'admin', name: 'root\u200b' }, ['#/name']],
  ['/v1/keys', { role: 'admin', name: 'root\u2028' }, ['#/name']],
  ['/v1/keys', { role: 'admin', name: 'x', site: 'elsewhere' }, ['#/site']],
];

describe('a management request', () => {
  it('keeps what people write in any language, with lines and joiners', async () => {
    const api = await openApi();
    const note = 'Zeile 1\n\tZeile 2: می\u200cخواهم 👩\u200d💻 \u00ad';
    const name = 'می\u200cخواهم 👩\u200d💻';
    const marked = await api
      .as('admin')
      .post('/v1/windows')
      .send({ ...WINDOW, note, threat: { name } });
    expect(marked.status).toBe(202);
    const window = await api.as('viewer').get(`/v1/windows/${marked.body.id}`);
    expect(window.body).toMatchObject({ note, threat: { name } });
  });

  it.each(WRONG)('%s with %j points at what is wrong, and changes nothing', async (path, body, pointers) => {
    const api = await openApi();
    const response = await api.as('admin').post(path).type('json').send(JSON.stringify(body));
    checkDescribed(api, path, response);
    expect([response.status, codeOf(response)]).toEqual([400, 'invalid-request']);
    const told = response.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect([...new Set(told)].sort()).toEqual([...pointers].sort());
    expect((await api.as('admin').get('/v1/windows')).body.items).toEqual([]);
    expect((await api.as('admin').get('/v1/keys')).body.items).toHaveLength(5);
  });

  it.each([
    ['', 'bad-request', 400],
    ['{', 'invalid-json', 400],
    ['{"from":1} {"to":2}', 'invalid-json', 400],
    ['{"__proto__":{"label":"bad"},"from":1,"to":2}', 'invalid-request', 400],
    [deep('[', ']', 100_000), 'invalid-request', 400],
    [deep('{"where":', '}', 20_000), 'invalid-request', 400],
    [JSON.stringify({ note: 'x'.repeat(262_144) }), 'body-too-large', 413],
  ])('with the body %#, is a problem', async (body, code, status) => {
    const api = await openApi();
    const response = await api.as('admin').post('/v1/windows').type('json').send(body);
    checkDescribed(api, '/v1/windows', response);
    expect([response.status, codeOf(response)]).toEqual([status, code]);
  });

  it('that is not UTF-8 is refused: what it says would be something else', async () => {
    const api = await openApi();
    const body = Buffer.from(JSON.stringify({ ...WINDOW, note: 'café' }), 'latin1');
    const response = await api.as('admin').post('/v1/windows').type('json').serialize(asItIs).send(body);
    expect([response.status, codeOf(response)]).toEqual([400, 'invalid-json']);
    expect((await api.as('admin').get('/v1/windows')).body.items).toEqual([]);
  });

  it.each([
    [{ ...WINDOW, label: 'evil' }, '#/label: must be bad or good'],
    [{ ...WINDOW, label: 7 }, '#/label: must be bad or good'],
    [{ ...WINDOW, label: undefined }, '#/label: must be bad or good'],
    [{ ...WINDOW, note: 7 }, '#/note: must be text'],
    [{ ...WINDOW, threat: {} }, '#/threat/name: is missing'],
    [{ ...WINDOW, threat: { name: '' } }, '#/threat/name: must not be empty'],
    [[], '#: must be an object'],
  ])('%j is told in words', async (body, detail) => {
    const api = await openApi();
    const response = await api.as('admin').post('/v1/windows').send(body);
    expect(response.body.detail).toBe(detail);
  });

  it('tells no more wrong fields than somebody reads', async () => {
    const api = await openApi();
    const body = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field${index}`, 1]));
    const response = await api.as('admin').post('/v1/windows').send(body);
    expect(response.body.errors).toHaveLength(32);
  });

  it('takes JSON only', async () => {
    const api = await openApi();
    const response = await api.as('admin').post('/v1/windows').type('form').send('from=1&to=2&label=bad');
    expect([response.status, codeOf(response)]).toEqual([415, 'unsupported-media-type']);
  });

  it('of records that are not there, or ids that are none, judges nothing', async () => {
    const api = await openApi();
    const { body } = await api.as('admin').post('/v1/records').type('json').send(dnsLine('a.example.org'));
    for (const id of [JUDGEMENT.id, 'x', '491244.{"$gt":""}']) {
      const items = [
        { id: body.id, label: 'bad' },
        { id, label: 'bad' },
      ];
      const response = await api.as('admin').post('/v1/labels').send({ items });
      checkDescribed(api, '/v1/labels', response);
      expect([response.status, codeOf(response)]).toEqual([404, 'record-not-found']);
    }
    expect((await api.as('admin').get(`/v1/records/${body.id}`)).body.label).toBeNull();
  });
});

describe('a query', () => {
  it.each([
    ['get', '/v1/records?limit=0', 'limit'],
    ['get', '/v1/records?limit=1001', 'limit'],
    ['get', '/v1/records?limit=1e2', 'limit'],
    ['get', '/v1/records?limit=1&limit=2', 'limit'],
    ['get', '/v1/records?minScore=2', 'minScore'],
    ['get', '/v1/records?minScore[$gt]=0', 'minScore[$gt]'],
    ['get', '/v1/records?from=yesterday', 'from'],
    ['get', '/v1/records?lable=bad', 'lable'],
    ['get', '/v1/records?__proto__=1', '__proto__'],
    ['get', '/v1/records?sort=name', 'sort'],
    ['get', '/v1/records?cursor=%00', 'cursor'],
    ['get', '/v1/records?cursor=nonsense', 'cursor'],
    ['get', '/v1/windows?cursor=nonsense', 'cursor'],
    ['get', '/v1/tokens?cursor=nonsense', 'cursor'],
    ['get', '/v1/tokens?order=up', 'order'],
    ['get', '/v1/tokens/export?format=xlsx', 'format'],
    ['get', '/v1/model?x=1', 'x'],
    ['post', '/v1/score?explain=101', 'explain'],
    ['post', '/v1/score?label=bad', 'label'],
    ['post', '/v1/records?label=bad', 'window'],
    ['post', '/v1/records?label=bad&window=good', 'window'],
    ['post', '/v1/records?label=good&window=bad', 'window'],
    ['post', '/v1/records?label=bad&window=%FF', 'window'],
    ['post', '/v1/records?label=bad&window=lab%E2%80%AE', 'window'],
    ['post', '/v1/records?label=bad&window=lab%E2%80%8B', 'window'],
    ['post', '/v1/records?label=bad&window=lab%00', 'window'],
    ['post', '/v1/records?window=x', 'window'],
    ['post', '/v1/records?score=no', 'score'],
    ['post', '/v1/windows?dryRun=1', 'dryRun'],
  ] as const)('%s %s names what is wrong', async (method, path, parameter) => {
    const api = await openApi();
    const response = await api.as('admin')[method](path);
    checkDescribed(api, path.replace(/\?.*/, ''), response);
    expect([response.status, codeOf(response)]).toEqual([400, 'invalid-request']);
    expect(response.body.errors.map((error: { parameter: string }) => error.parameter)).toContain(parameter);
  });

  it('with a cursor that was not given out is refused by every list in the same words', async () => {
    const api = await openApi();
    const refusals = ['records', 'windows', 'tokens', 'audit'].map(async list => {
      const response = await api.as('admin').get(`/v1/${list}?cursor=nonsense`);
      checkDescribed(api, `/v1/${list}`, response);
      const { detail, errors } = response.body;
      return { detail, errors };
    });
    const refused = {
      detail: 'the cursor is none that was given out for this list',
      errors: [{ detail: 'not a cursor of this list', parameter: 'cursor' }],
    };
    expect(await Promise.all(refusals)).toEqual(Array(4).fill(refused));
  });

  it('with a format that is not known lists those that are', async () => {
    const api = await openApi();
    for (const name of ['nonsense', 'constructor', '__proto__']) {
      const response = await api.as('admin').post(`/v1/score?format=${name}`).type('text/plain').send('x');
      checkDescribed(api, '/v1/score', response);
      expect([response.status, codeOf(response)]).toEqual([400, 'unknown-format']);
      expect(response.body.detail).toContain('zeek-json');
    }
  });
});

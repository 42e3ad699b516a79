/** Each route does what it is for, and answers as it is described. */
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { NOON_MS } from '../world.ts';
import { type Api, checkDescribed, codeOf, dnsLine, linesOf, openApi } from './api-under-test.ts';

/** Stores some records and learns a window over them. */
async function teach(api: Api): Promise<{ ids: string[]; windowId: string }> {
  const names = Array.from({ length: 12 }, (_, index) => dnsLine(`x${index}q7z.tunnel.example`));
  const stored = await api
    .as('ingest')
    .post('/v1/records')
    .type('application/x-ndjson')
    .send(names.join('\n'));
  const ids = linesOf(stored.text).flatMap(line => (typeof line['id'] === 'string' ? [line['id']] : []));
  const window = await api
    .as('responder')
    .post('/v1/windows')
    .send({
      from: '2026-01-15T11:59:00Z',
      to: NOON_MS + 60_000,
      label: 'bad',
      where: { source: '10.0.0.0/24', domain: '*.tunnel.example' },
      threat: { name: 'dnscat2', technique: 'T1071.004' },
      note: 'seen by\nthe night shift',
    });
  checkDescribed(api, '/v1/windows', window);
  await api.world.jobs.idle();
  return { ids, windowId: window.body.id };
}

describe('POST /v1/score', () => {
  it('answers an object with its result, and keeps nothing', async () => {
    const api = await openApi();
    const response = await api
      .as('ingest')
      .post('/v1/score?explain=3')
      .type('json')
      .send(dnsLine('a.example.org'));
    checkDescribed(api, '/v1/score', response);
    expect(response.body).toMatchObject({ kind: 'dns', verdict: 'unsure', score: expect.closeTo(0.001, 9) });
    const sum = response.body.reasons.reduce(
      (nats: number, { contribution }: { contribution: number }) => nats + contribution,
      0,
    );
    expect(sum).toBeCloseTo(Math.log(response.body.score / (1 - response.body.score)), 9);
    expect((await api.as('viewer').get('/v1/records')).body).toEqual({ items: [] });
  });

  it('answers an array with results and rejections', async () => {
    const api = await openApi();
    const body = `[${dnsLine('a.example.org')}, 7, ${dnsLine('b.example.org')}, {"dns":{"question":{"name":4}}}]`;
    const response = await api.as('viewer').post('/v1/score').type('json').send(body);
    checkDescribed(api, '/v1/score', response);
    expect(response.body.results).toHaveLength(2);
    expect(response.body.rejected).toEqual([
      { line: 2, code: 'not-a-record', detail: expect.any(String) },
      { line: 4, code: 'wrong-type', detail: expect.any(String) },
    ]);
    expect(response.body.results[0]).not.toHaveProperty('reasons');
  });

  it('answers an empty array, and one without records', async () => {
    const api = await openApi();
    for (const [body, rejected] of [
      ['[]', 0],
      ['[1]', 1],
    ] as const) {
      const response = await api.as('viewer').post('/v1/score').type('json').send(body);
      checkDescribed(api, '/v1/score', response);
      expect(response.body.results).toEqual([]);
      expect(response.body.rejected).toHaveLength(rejected);
    }
  });

  it.each([
    'application/x-ndjson',
    'text/plain; charset=utf-8',
    'text/csv',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    undefined,
  ])('answers lines as %s line by line, in order, with a summary', async type => {
    const api = await openApi();
    const lines = [dnsLine('a.example.org'), '', '{broken', dnsLine('b.example.org')];
    const request = api.as('ingest').post('/v1/score');
    if (type === undefined) request.unset('Content-Type');
    else request.type(type);
    const response = await request.send(`${lines.join('\r\n')}`);
    checkDescribed(api, '/v1/score', response);
    const answered = linesOf(response.text);
    expect(answered).toMatchObject([
      { line: 1, kind: 'dns' },
      { line: 3, rejected: { code: 'invalid-json' } },
      { line: 4, kind: 'dns' },
      { summary: { accepted: 2, duplicates: 0, rejected: 1 } },
    ]);
  });

  it('tells in the summary how lines were understood: format, times, and what speaks against it', async () => {
    const api = await openApi();
    const summaryOf = async (body: string) => {
      const response = await api.as('ingest').post('/v1/score').type('text/plain').send(body);
      checkDescribed(api, '/v1/score', response);
      return linesOf(response.text).at(-1)?.['summary'];
    };
    const early = dnsLine('b.example.org', { '@timestamp': '2015-05-17T10:05:03Z' });
    expect(await summaryOf(`${dnsLine('a.example.org')}\n${early}`)).toMatchObject({
      format: 'ecs',
      from: '2015-05-17T10:05:03.000Z',
      to: '2026-01-15T12:00:00.000Z',
    });
    const columns = await summaryOf('a\tb\tc\nd\te\tf\n');
    expect(columns).toMatchObject({ format: 'text', hint: expect.stringContaining('3 columns') });
    expect(columns).not.toHaveProperty('from');
  });

  it('leaves results out where they are not wanted', async () => {
    const api = await openApi();
    const response = await api
      .as('ingest')
      .post('/v1/score')
      .set('Prefer', 'respond-async, return=minimal')
      .type('text/plain')
      .send(`${dnsLine('a.example.org')}\n{broken\n`);
    checkDescribed(api, '/v1/score', response);
    expect(response.headers['preference-applied']).toBe('return=minimal');
    expect(linesOf(response.text).map(line => Object.keys(line))).toEqual([
      ['line', 'rejected'],
      ['summary'],
    ]);
  });

  it('reads the format that is named, or the one that the lines look like', async () => {
    const api = await openApi();
    const combined = '10.0.0.7 - - [15/Jan/2026:12:00:00 +0000] "GET /a?b=c HTTP/1.1" 200 5 "-" "curl/8.0"';
    const kindsOf = async (path: string) => {
      const response = await api.as('ingest').post(path).type('text/plain').send(`${combined}\n`);
      return linesOf(response.text)[0]?.['kind'];
    };
    expect(await kindsOf('/v1/score')).toBe('http');
    expect(await kindsOf('/v1/score?format=text')).toBe('log');
  });
});

describe('POST /v1/records', () => {
  it('stores each record once: stored + duplicates + rejected = lines', async () => {
    const api = await openApi();
    const body = [dnsLine('a.example.org'), dnsLine('b.example.org'), '{broken'].join('\n');
    const post = async () => {
      const response = await api.as('ingest').post('/v1/records').type('application/x-ndjson').send(body);
      checkDescribed(api, '/v1/records', response);
      return linesOf(response.text);
    };
    const first = await post();
    const second = await post();
    expect(first.at(-1)?.['summary']).toMatchObject({ accepted: 2, duplicates: 0, rejected: 1 });
    expect(second.at(-1)?.['summary']).toMatchObject({ accepted: 0, duplicates: 2, rejected: 1 });
    expect(second[0]).toMatchObject({ id: first[0]?.['id'], duplicate: true });
  });

  it('stores without scoring where the score is not wanted', async () => {
    const api = await openApi();
    const response = await api
      .as('ingest')
      .post('/v1/records?score=false')
      .type('json')
      .send(dnsLine('a.example.org'));
    checkDescribed(api, '/v1/records', response);
    expect(Object.keys(response.body).sort()).toEqual(['id', 'kind']);
    const found = await api.as('viewer').get(`/v1/records/${response.body.id}`);
    checkDescribed(api, '/v1/records/{id}', found);
    expect(found.body).not.toHaveProperty('score');
    expect(found.body.now.score).toBeGreaterThan(0);
  });

  it('stores a labelled corpus as a list, which a second label cannot have', async () => {
    const api = await openApi();
    const post = (query: string) =>
      api.as('ingest').post(`/v1/records?${query}`).type('text/plain').send(dnsLine('c2.example.org'));
    expect((await post('label=bad&window=c2')).status).toBe(200);
    const taken = await post('label=good&window=c2');
    expect([taken.status, codeOf(taken)]).toEqual([409, 'window-name-taken']);
    expect((await post('label=good')).status).toBe(200);
    const windows = await api.as('viewer').get('/v1/windows');
    checkDescribed(api, '/v1/windows', windows);
    expect(
      windows.body.items.map(({ name, label }: { name: string; label: string }) => [name, label]),
    ).toEqual([
      ['good', 'good'],
      ['c2', 'bad'],
    ]);
  });

  it('leaves no trace of a corpus without a record', async () => {
    const api = await openApi();
    const response = await api
      .as('ingest')
      .post('/v1/records?label=bad&window=c2&format=ecs')
      .type('text/plain')
      .send('{broken\n');
    expect(response.status).toBe(200);
    expect((await api.as('viewer').get('/v1/windows')).body.items).toEqual([]);
  });
});

describe('GET /v1/records', () => {
  it('finds by filter, page by page', async () => {
    const api = await openApi();
    await teach(api);
    const first = await api
      .as('viewer')
      .get('/v1/records?kind=dns&source=10.0.0.7&from=2026-01-15T00:00:00Z&limit=7');
    checkDescribed(api, '/v1/records', first);
    const second = await api.as('viewer').get('/v1/records').query({
      kind: 'dns',
      source: '10.0.0.7',
      from: '2026-01-15T00:00:00Z',
      limit: 7,
      cursor: first.body.nextCursor,
    });
    checkDescribed(api, '/v1/records', second);
    const ids = [...first.body.items, ...second.body.items].map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(12);
    expect(second.body).not.toHaveProperty('nextCursor');
    expect((await api.as('viewer').get('/v1/records?q=nowhere')).body.items).toEqual([]);
    expect((await api.as('viewer').get('/v1/records?label=none')).body.items).toEqual([]);
    expect((await api.as('viewer').get('/v1/records?label=bad&sort=score')).body.items).toHaveLength(12);
  });

  it('shows what was posted: by ECS names, as the line came, then and now', async () => {
    const api = await openApi();
    const { ids } = await teach(api);
    const response = await api.as('viewer').get(`/v1/records/${ids[0]}?explain=2`);
    checkDescribed(api, '/v1/records/{id}', response);
    expect(response.body).toMatchObject({
      kind: 'dns',
      at: '2026-01-15T12:00:00.000Z',
      receivedAt: '2026-01-15T12:00:00.000Z',
      format: 'ecs',
      label: 'bad',
      record: { source: { ip: '10.0.0.7' }, dns: { question: { name: 'x0q7z.tunnel.example', type: 'A' } } },
      original: dnsLine('x0q7z.tunnel.example'),
    });
    expect(response.body.now.model).not.toBe(response.body.model);
    expect(response.body.now.reasons.length).toBeGreaterThan(0);
  });
});

describe('windows', () => {
  it('are marked, shown, and taken back', async () => {
    const api = await openApi();
    const { windowId } = await teach(api);
    const shown = await api.as('viewer').get(`/v1/windows/${windowId}`);
    checkDescribed(api, '/v1/windows/{id}', shown);
    expect(shown.body).toMatchObject({
      id: windowId,
      label: 'bad',
      from: '2026-01-15T11:59:00.000Z',
      to: '2026-01-15T12:01:00.000Z',
      where: { source: '10.0.0.0/24', domain: '*.tunnel.example' },
      threat: { name: 'dnscat2', technique: 'T1071.004' },
      note: 'seen by\nthe night shift',
      status: 'applied',
      matched: 12,
    });
    const retracted = await api.as('responder').delete(`/v1/windows/${windowId}`);
    checkDescribed(api, '/v1/windows/{id}', retracted);
    expect([retracted.status, retracted.body.exact]).toEqual([202, true]);
    await api.world.jobs.idle();
    const again = await api.as('responder').delete(`/v1/windows/${windowId}`);
    expect([again.status, again.body.status]).toEqual([202, 'retracted']);
  });

  it('answer 202 with where to look', async () => {
    const api = await openApi();
    const response = await api
      .as('responder')
      .post('/v1/windows')
      .send({ from: 1_700_000_000, to: 1_700_000_060_000, label: 'good' });
    expect(response.status).toBe(202);
    expect(response.headers['location']).toBe(`/v1/windows/${response.body.id}`);
    const shown = await api.as('viewer').get(String(response.headers['location']));
    expect([shown.body.from, shown.body.to]).toEqual([
      '2023-11-14T22:13:20.000Z',
      '2023-11-14T22:14:20.000Z',
    ]);
  });

  it('are only counted in a dry run', async () => {
    const api = await openApi();
    await api.as('ingest').post('/v1/records').type('json').send(dnsLine('a.example.org'));
    const body = { from: NOON_MS - 1, to: NOON_MS + 1, label: 'bad' };
    const response = await api.as('responder').post('/v1/windows?dryRun=true').send(body);
    checkDescribed(api, '/v1/windows', response);
    expect([response.status, response.body]).toEqual([200, { matched: 1 }]);
    expect((await api.as('viewer').get('/v1/windows')).body.items).toEqual([]);
  });

  it('come newest first, page by page', async () => {
    const api = await openApi();
    const ids: string[] = [];
    for (let to = 1; to <= 3; to += 1) {
      const { body } = await api.as('responder').post('/v1/windows').send({ from: 0, to, label: 'good' });
      ids.unshift(body.id);
    }
    const first = await api.as('viewer').get('/v1/windows?limit=2');
    checkDescribed(api, '/v1/windows', first);
    const second = await api.as('viewer').get(`/v1/windows?limit=2&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items].map(({ id }: { id: string }) => id)).toEqual(ids);
  });
});

describe('POST /v1/labels', () => {
  it('judges records, and takes a judgement back', async () => {
    const api = await openApi();
    const { body } = await api.as('ingest').post('/v1/records').type('json').send(dnsLine('a.example.org'));
    const labelOf = async () => (await api.as('viewer').get(`/v1/records/${body.id}`)).body.label;
    for (const label of ['bad', 'good', null]) {
      const response = await api
        .as('responder')
        .post('/v1/labels')
        .send({ items: [{ id: body.id, label }], note: 'seen' });
      checkDescribed(api, '/v1/labels', response);
      expect([response.status, response.body, await labelOf()]).toEqual([200, { judged: 1 }, label]);
    }
  });
});

describe('the model', () => {
  it('tells what it was learnt from, and in the tokens what it learnt', async () => {
    const api = await openApi();
    const empty = await api.as('viewer').get('/v1/model');
    checkDescribed(api, '/v1/model', empty);
    await teach(api);
    const model = await api.as('viewer').get('/v1/model');
    checkDescribed(api, '/v1/model', model);
    // Twelve names of one zone, asked for by one client: one episode.
    expect(model.body.totals).toEqual({
      good: { records: 0, episodes: 0 },
      bad: { records: 12, episodes: 1 },
    });
    expect(model.body.id).not.toBe(empty.body.id);
    expect(model.body.fields['dns.question.name'].bad.records).toBe(12);

    const tokens = await api.as('viewer').get('/v1/tokens?field=dns.question.type&sort=count&order=desc');
    checkDescribed(api, '/v1/tokens', tokens);
    expect(tokens.body.items).toMatchObject([
      { field: 'dns.question.type', token: 'A', bad: { records: 12, episodes: 1 }, lastSeen: '2026-01-15' },
    ]);
  });

  it('is taken away as CSV and as NDJSON, the same tokens in both', async () => {
    const api = await openApi();
    await teach(api);
    const csv = await api.as('viewer').get('/v1/tokens/export?format=csv');
    checkDescribed(api, '/v1/tokens/export', csv);
    const ndjson = await api.as('viewer').get('/v1/tokens/export?format=ndjson').buffer(true);
    checkDescribed(api, '/v1/tokens/export', ndjson);
    expect(csv.headers['content-disposition']).toBe('attachment; filename="tokens-default.csv"');
    const [head, ...rows] = csv.text.trimEnd().split('\r\n');
    expect(head).toBe('field,token,good_records,good_episodes,bad_records,bad_episodes,weight,sd,last_seen');
    const tokens = linesOf(ndjson.text);
    expect(tokens.length).toBeGreaterThan(20);
    expect(rows).toHaveLength(tokens.length);
  });
});

describe('keys', () => {
  it('are made, listed without their secrets, and revoked', async () => {
    const api = await openApi();
    const made = await api.as('admin').post('/v1/keys').send({ role: 'ingest', name: 'sensor 7' });
    checkDescribed(api, '/v1/keys', made);
    expect([made.status, made.body]).toMatchObject([
      201,
      { role: 'ingest', name: 'sensor 7', site: 'default' },
    ]);
    const revoked = await api.as('admin').delete(`/v1/keys/${made.body.id}`);
    checkDescribed(api, '/v1/keys/{id}', revoked);
    const listed = await api.as('admin').get('/v1/keys');
    checkDescribed(api, '/v1/keys', listed);
    expect(listed.text).not.toContain(made.body.secret);
    const key = listed.body.items.find(({ id }: { id: string }) => id === made.body.id);
    expect(key).toMatchObject({ revokedAt: '2026-01-15T12:00:00.000Z' });
  });

  it('are revoked but for the last one of an admin', async () => {
    const api = await openApi();
    const { items } = (await api.as('admin').get('/v1/keys')).body;
    const admins: { id: string; name: string }[] = items.filter(
      ({ role }: { role: string }) => role === 'admin',
    );
    const mine = admins.find(({ name }) => name === 'key of admin');
    for (const { id } of admins.filter(key => key !== mine)) {
      expect((await api.as('admin').delete(`/v1/keys/${id}`)).status).toBe(204);
    }
    const refused = await api.as('admin').delete(`/v1/keys/${mine?.id}`);
    checkDescribed(api, '/v1/keys/{id}', refused);
    expect([refused.status, codeOf(refused)]).toEqual([409, 'last-admin-key']);
    expect((await api.as('admin').get('/v1/keys')).status).toBe(200);
  });
});

describe('health', () => {
  it('is told to anybody', async () => {
    const api = await openApi();
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      const response = await supertest(api.app).get(path);
      checkDescribed(api, path, response);
      expect([path, response.status]).toEqual([path, 200]);
    }
  });

  it('says which part is not ready', async () => {
    const api = await openApi();
    await api.world.store.close();
    const response = await supertest(api.app).get('/readyz');
    checkDescribed(api, '/readyz', response);
    expect([response.status, response.body.ready, response.body.parts.store.ok]).toEqual([503, false, false]);
    expect((await supertest(api.app).get('/healthz')).status).toBe(200);
    expect((await supertest(api.app).get('/metrics')).text).toContain('bayeswatch_ready 0');
  });

  it('keeps metrics behind a key where others can reach the server', async () => {
    const api = await openApi({ metricsNeedKey: true });
    expect(codeOf(await supertest(api.app).get('/metrics'))).toBe('unauthenticated');
    expect(codeOf(await api.as('ingest').get('/metrics'))).toBe('forbidden');
    expect((await api.as('viewer').get('/metrics')).status).toBe(200);
  });

  it('counts requests by route, records by outcome, and neither by what a sender writes', async () => {
    const api = await openApi();
    await api
      .as('ingest')
      .post('/v1/records')
      .type('text/plain')
      .send(`${dnsLine('a.example.org')}\n{broken\n`);
    await api.as('viewer').get('/v1/windows/hostile-%22name%22');
    const { text } = await supertest(api.app).get('/metrics');
    expect(text).toContain('bayeswatch_records_total{operation="ingest",outcome="accepted"} 1');
    expect(text).toContain('bayeswatch_records_total{operation="ingest",outcome="rejected"} 1');
    expect(text).toMatch(/_count\{method="get",route="\/v1\/windows\/\{id\}",status="404"\} 1/);
    expect(text).not.toContain('hostile');
  });
});

describe('any path', () => {
  it('takes OPTIONS, and HEAD where it takes GET', async () => {
    const api = await openApi();
    const options = await supertest(api.app).options('/v1/windows');
    expect([options.status, options.headers['allow']]).toEqual([204, 'GET, HEAD, OPTIONS, POST']);
    const head = await supertest(api.app).head('/v1/model').set('X-API-Key', api.keys.viewer);
    expect([head.status, head.text ?? '']).toEqual([200, '']);
  });

  it('that is not there is a problem, whatever the method', async () => {
    const api = await openApi();
    for (const path of ['/v1', '/v2/score', '/v1/Score', '/v1/records/a/b', '/%00', '/constructor']) {
      const response = await supertest(api.app).post(path).send('{}');
      expect([path, response.status, codeOf(response)]).toEqual([path, 404, 'not-found']);
    }
  });

  it('that is not percent-encoded UTF-8 is the fault of its sender', async () => {
    const api = await openApi();
    expect(codeOf(await api.as('viewer').get('/v1/windows/%ff'))).toBe('bad-request');
  });
});

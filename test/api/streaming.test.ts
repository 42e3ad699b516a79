/** Records in and outcomes out at the same time, over real connections: order, pauses, clients that leave or do not read. */
import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_REQUEST_LIMITS } from '../../src/api/limits.ts';
import { Load } from '../../src/api/load.ts';
import { LineResponse } from '../../src/api/schemas/result.ts';
import { listen, type RunningServer } from '../../src/api/server.ts';
import { CALLER } from '../world.ts';
import { type Api, dnsLine, linesOf, openApi } from './api-under-test.ts';

type Served = Api & { server: RunningServer };

async function serveApi(options: Parameters<typeof openApi>[0] = {}): Promise<Served> {
  const api = await openApi(options);
  const server = await listen(api.app, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close(0));
  return { ...api, server };
}

/** Opens a request whose body is written by the test. */
function openRequest({ server, keys }: Served, path = '/v1/records', key = keys.admin): ClientRequest {
  const headers = { 'X-API-Key': key, 'Content-Type': 'application/x-ndjson' };
  const request = httpRequest(`${server.url}${path}`, { method: 'POST', headers });
  onTestFinished(() => {
    request.destroy();
  });
  return request;
}

async function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  const [response] = await once(request, 'response');
  return response;
}

/** Reads until a number of lines is there. */
async function readLines(response: IncomingMessage, count: number): Promise<string> {
  let text = '';
  const onData = (chunk: Buffer) => {
    text += chunk.toString();
  };
  response.on('data', onData);
  while (linesOf(text.slice(0, text.lastIndexOf('\n') + 1)).length < count) await once(response, 'data');
  response.off('data', onData);
  return text;
}

/** All that comes, and whether its end was properly marked. */
async function readAll(response: IncomingMessage): Promise<{ text: string; isWhole: boolean }> {
  let text = '';
  try {
    for await (const chunk of response) text += chunk;
    return { text, isWhole: true };
  } catch {
    return { text, isWhole: false };
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(5);
}

const stored = async (api: Api) => (await api.as('viewer').get('/v1/records?limit=1000')).body.items.length;
const named = (count: number, prefix = 'n') =>
  Array.from({ length: count }, (_, index) => `${dnsLine(`${prefix}${index}.example.org`)}\n`);

describe('a stream', () => {
  it('is answered in the order of its lines, every line once', async () => {
    const api = await serveApi();
    const request = openRequest(api);
    const lines = named(2_500).map((line, index) => (index % 7 === 3 ? '{broken\n' : line));
    request.end(lines.join(''));
    const { text, isWhole } = await readAll(await answerTo(request));
    const answered = linesOf(text);
    for (const line of answered) LineResponse.parse(line);
    expect(answered.slice(0, -1).map(line => line['line'])).toEqual(lines.map((_, index) => index + 1));
    expect(answered.map(line => 'rejected' in line).slice(0, -1)).toEqual(
      lines.map(line => line === '{broken\n'),
    );
    expect(answered.at(-1)?.['summary']).toMatchObject({ accepted: 2_143, rejected: 357, duplicates: 0 });
    expect(isWhole).toBe(true);
  });

  it('is answered while it pauses', async () => {
    const api = await serveApi();
    const request = openRequest(api);
    request.write(dnsLine('first.example.org'));
    request.write(`\n${dnsLine('half').slice(0, 30)}`);
    const response = await answerTo(request);
    expect(linesOf(await readLines(response, 1))).toMatchObject([{ line: 1, kind: 'dns' }]);
    expect(await stored(api)).toBe(1);
    request.end(`${dnsLine('half').slice(30)}\n`);
    expect(linesOf((await readAll(response)).text)).toMatchObject([
      { line: 2 },
      { summary: { accepted: 2 } },
    ]);
  });

  it('may be cut anywhere without a difference', async () => {
    const api = await serveApi();
    const body = Buffer.from([dnsLine('ä.example.org'), '', dnsLine('b.example.org')].join('\r\n'));
    const answers = new Set<string>();
    for (const size of [1, 2, 3, 50, 1_000]) {
      const request = openRequest(api, '/v1/score');
      const response = answerTo(request);
      for (let start = 0; start < body.length; start += size) {
        request.write(body.subarray(start, start + size));
        if (size < 50 && start % 31 === 0) await setTimeout(0);
      }
      request.end();
      answers.add((await readAll(await response)).text);
    }
    expect(answers.size).toBe(1);
    expect([...answers][0]).toContain('"accepted":2,');
  });
});

describe('a client that leaves half-way', () => {
  it('leaves whole lines and no half one, and nobody else notices', async () => {
    const api = await serveApi();
    const request = openRequest(api);
    request.on('error', () => undefined);
    const half = dnsLine('half.example.org');
    request.write(`${named(3).join('')}${half.slice(0, -1)}`);
    const response = await answerTo(request);
    await readLines(response, 3);
    response.on('error', () => undefined);
    request.destroy();
    await until(() => api.load.requests === 0);
    expect(await stored(api)).toBe(3);
    expect(api.load.heldBytes).toBe(0);
    expect((await api.as('ingest').post('/v1/records').type('json').send(dnsLine('next'))).status).toBe(200);
    expect(api.log.join('')).toContain('client-gone');
  });

  it('in the middle of a JSON body leaves nothing', async () => {
    const api = await serveApi();
    const request = httpRequest(`${api.server.url}/v1/records`, {
      method: 'POST',
      headers: { 'X-API-Key': api.keys.admin, 'Content-Type': 'application/json' },
    });
    request.on('error', () => undefined);
    request.write(`[${dnsLine('a.example.org')},`);
    await until(() => api.load.heldBytes > 0);
    request.destroy();
    await until(() => api.load.requests === 0);
    expect([await stored(api), api.load.heldBytes]).toEqual([0, 0]);
  });

  it('before its answer ends costs nothing more', async () => {
    const api = await serveApi();
    const request = openRequest(api, '/v1/score');
    request.on('error', () => undefined);
    request.write(named(3).join(''));
    const response = await answerTo(request);
    response.on('error', () => undefined);
    response.socket.destroy();
    await until(() => api.load.requests === 0);
    expect(api.load.heldBytes).toBe(0);
  });
});

describe('an answer that cannot go on', () => {
  it('ends with what was acknowledged and why, and is visibly cut', async () => {
    const limits = { ...DEFAULT_REQUEST_LIMITS, requestRecordsMax: 1_500 };
    const api = await serveApi({ limits });
    const request = openRequest(api);
    request.on('error', () => undefined);
    request.end(named(2_000).join(''));
    const response = await answerTo(request);
    const { text, isWhole } = await readAll(response);
    const answered = linesOf(text);
    for (const line of answered) LineResponse.parse(line);
    expect([response.statusCode, isWhole]).toEqual([200, false]);
    expect(answered.at(-1)).toMatchObject({
      error: { type: '/problems/body-too-large', status: 413, instance: '/v1/records' },
      summary: { accepted: answered.length - 1, duplicates: 0, rejected: 0 },
    });
    const found = await api.world.store.searchHeads('default', { sort: 'time', limit: 3_000 });
    expect(found.items).toHaveLength(answered.length - 1);
  });

  it('tells that the store is gone', async () => {
    const api = await serveApi();
    const request = openRequest(api);
    request.write(named(2).join(''));
    const response = await answerTo(request);
    await readLines(response, 2);
    await api.world.store.close();
    request.write(named(2, 'late').join(''));
    const { text, isWhole } = await readAll(response);
    expect(linesOf(text)).toMatchObject([
      { error: { type: '/problems/store-unavailable' }, summary: { accepted: 2 } },
    ]);
    expect(isWhole).toBe(false);
  });

  it('is a plain problem while nothing is acknowledged', async () => {
    const api = await serveApi();
    const { secret } = await api.world.services.createKey(CALLER, 'ingest', 'x');
    expect(secret).toMatch(/^bw_/);
    const request = openRequest(api);
    const session = once(request, 'response');
    request.write('{broken');
    await until(() => api.load.requests === 1);
    await api.world.store.close();
    request.end(`\n${dnsLine('a.example.org')}\n`);
    const [response] = await session;
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('5');
    expect(JSON.parse((await readAll(response)).text)).toMatchObject({ type: '/problems/store-unavailable' });
  });

  it('of an array has the problem beside its results', async () => {
    const limits = { ...DEFAULT_REQUEST_LIMITS, requestRecordsMax: 1_100 };
    const api = await serveApi({ limits });
    const request = httpRequest(`${api.server.url}/v1/score`, {
      method: 'POST',
      headers: { 'X-API-Key': api.keys.admin, 'Content-Type': 'application/json' },
    });
    request.end(`[${named(2_100).join(',')}]`);
    const response = await answerTo(request);
    const { text, isWhole } = await readAll(response);
    expect([response.statusCode, isWhole]).toEqual([200, false]);
    expect(JSON.parse(text)).toMatchObject({ rejected: [], error: { type: '/problems/body-too-large' } });
    expect(JSON.parse(text).results).toHaveLength(1_024);
  });
});

describe('a key that is revoked while its stream is open', () => {
  const revoke = async (api: Api, secret: string) => {
    const key = await api.world.services.authenticate(secret);
    await api.world.services.revokeKey(CALLER, key?.id ?? '');
  };

  it('stores no more: what was acknowledged holds, the rest is refused', async () => {
    const api = await serveApi();
    const request = openRequest(api, '/v1/records', api.keys.ingest);
    request.on('error', () => undefined);
    request.write(named(3).join(''));
    const response = await answerTo(request);
    await readLines(response, 3);
    await revoke(api, api.keys.ingest);
    request.write(named(3, 'late').join(''));
    const { text, isWhole } = await readAll(response);
    expect(linesOf(text)).toMatchObject([
      { error: { type: '/problems/unauthenticated', status: 401 }, summary: { accepted: 3, rejected: 0 } },
    ]);
    expect(isWhole).toBe(false);
    expect(await stored(api)).toBe(3);
  });

  it('is a plain problem while nothing is acknowledged', async () => {
    const api = await serveApi();
    const request = openRequest(api, '/v1/records', api.keys.ingest);
    request.write('{"message":');
    await until(() => api.load.requests === 1);
    await revoke(api, api.keys.ingest);
    request.end('"x"}\n');
    const response = await answerTo(request);
    expect(response.statusCode).toBe(401);
    expect(JSON.parse((await readAll(response)).text)).toMatchObject({ type: '/problems/unauthenticated' });
    expect(await stored(api)).toBe(0);
  });
});

describe('a client that sends without reading', () => {
  /** Lines that are refused by their length alone: nothing is as fast, and the answer is as long as the body. */
  const body = `${'x'.repeat(99)}\n`.repeat(150_000);
  const limits = { ...DEFAULT_REQUEST_LIMITS, lineBytesMax: 10 };

  /** Sends everything before it reads anything, as simple clients do. @returns the end of what came */
  async function sendThenRead(api: Served, body: string, ...headers: string[]): Promise<string> {
    const socket = connect(api.server.port, api.server.host);
    onTestFinished(() => {
      socket.destroy();
    });
    socket.pause();
    const head = [
      'POST /v1/score HTTP/1.1',
      'Host: x',
      `X-API-Key: ${api.keys.admin}`,
      'Content-Type: application/x-ndjson',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      ...headers,
    ];
    await new Promise(sent => socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, sent));
    let end = '';
    for await (const chunk of socket) end = (end + chunk).slice(-600);
    return end;
  }

  it('gets its whole answer as long as it can be kept', async () => {
    const api = await serveApi({ limits });
    const end = await sendThenRead(api, body);
    expect(end).toContain('{"summary":{"accepted":0,"duplicates":0,"rejected":150000,');
  });

  it('is told when it cannot, instead of waiting for ever', async () => {
    const api = await serveApi({ limits, load: new Load({ answerBytesMax: 100_000, stallMs: 50 }) });
    const end = await sendThenRead(api, body);
    expect(end).toContain('"type":"/problems/overloaded"');
    expect(end.endsWith('\r\n0\r\n\r\n')).toBe(false);
    await until(() => api.load.heldBytes === 0);
  });

  it('can ask for less', async () => {
    const api = await serveApi({ load: new Load({ answerBytesMax: 100_000, stallMs: 50 }) });
    const long = `${JSON.stringify({ message: 'x'.repeat(1_000) })}\n`.repeat(8_000);
    const end = await sendThenRead(api, long, 'Prefer: return=minimal');
    expect(end).toContain('{"summary":{"accepted":8000,');
  });
});

describe('too many streams', () => {
  it('of one key leave room for those of another', async () => {
    const api = await serveApi({ load: new Load({ requestsMax: 4 }) });
    const open = async (key: string) => {
      const request = openRequest(api, '/v1/records', key);
      request.write(named(1).join(''));
      const response = await answerTo(request);
      return response.statusCode === 200 ? 'taken' : JSON.parse((await readAll(response)).text);
    };
    expect([await open(api.keys.admin), await open(api.keys.admin)]).toEqual(['taken', 'taken']);
    const refused = await open(api.keys.admin);
    expect(refused).toMatchObject({ status: 429, type: '/problems/overloaded' });
    expect(refused.detail).toMatch(/^2 of at most 4 .* 2 of them with this key/);
    expect(await open(api.keys.ingest)).toBe('taken');
  });

  it('are turned away while others are under way, and taken after', async () => {
    const api = await serveApi({ load: new Load({ requestsMax: 1 }) });
    const first = openRequest(api);
    first.write(named(1).join(''));
    const response = await answerTo(first);
    const second = openRequest(api);
    second.end(dnsLine('x'));
    const refused = await answerTo(second);
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1']);
    expect(JSON.parse((await readAll(refused)).text)).toMatchObject({ type: '/problems/overloaded' });
    first.end();
    await readAll(response);
    const third = openRequest(api);
    third.end(dnsLine('x'));
    expect((await answerTo(third)).statusCode).toBe(200);
  });
});

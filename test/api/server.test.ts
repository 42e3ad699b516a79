/** The server around the app: what is not HTTP, what waits to be asked, and an end that lets others finish. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen, type RunningServer } from '../../src/api/server.ts';
import { Underway } from '../../src/api/underway.ts';
import { type Api, dnsLine, openApi } from './api-under-test.ts';

async function serveApi(
  options: Parameters<typeof openApi>[0] = {},
): Promise<Api & { server: RunningServer }> {
  const api = await openApi(options);
  const server = await listen(api.app, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close(0));
  return { ...api, server };
}

/** What comes back for some bytes, until the server ends the connection. */
async function exchange({ host, port }: RunningServer, text: string): Promise<string> {
  const socket = connect(port, host);
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += chunk;
  return text;
}

describe('listen', () => {
  it('says where it listens, and fails where it cannot', async () => {
    const { app, server } = await serveApi();
    expect(server.port).toBeGreaterThan(0);
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    await expect(listen(app, { host: '127.0.0.1', port: server.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it.each([
    ['nonsense\r\n\r\n', 'this is not HTTP'],
    [
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      'the headers are longer than 16384 bytes',
    ],
    ['GET / HTTP/1.1\r\n\r\n', 'a request has exactly one Host header, this one has 0'],
    ['GET / HTTP/1.1\r\nHost: a\r\nhOST: b\r\n\r\n', 'this one has 2'],
  ])('answers %j with a problem, and no stack', async (text, detail) => {
    const { server } = await serveApi();
    const answer = await exchange(server, text);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('Content-Type: application/problem+json');
    expect(answer).toContain(detail);
    expect(answer).not.toMatch(/\bat .*\.[jt]s:\d+/);
  });
});

describe('what HTTP has that is not taken here', () => {
  const body = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
  it.each([
    ['Expect: 200-maybe', 417, 'expectation-failed'],
    ['Expect: 200-maybe\r\nTransfer-Encoding: chunked', 417, 'expectation-failed'],
    ['Transfer-Encoding: gzip, chunked', 501, 'unsupported-transfer-encoding'],
    ['Transfer-Encoding: xchunked', 501, 'unsupported-transfer-encoding'],
    ['Transfer-Encoding: chunked, identity', 400, 'bad-request'],
    ['Transfer-Encoding: chunked, chunked', 400, 'bad-request'],
    ['Transfer-Encoding: chunked\r\nContent-Length: 5', 400, 'bad-request'],
  ])('%s is told, and nothing of the body is taken for a request', async (headers, status, code) => {
    const { server, keys } = await serveApi();
    const framed = headers.includes('chunked') ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body;
    const length = headers.includes('chunked') ? '' : `Content-Length: ${body.length}\r\n`;
    const head = `POST /v1/score HTTP/1.1\r\nHost: x\r\nX-API-Key: ${keys.ingest}\r\n${length}${headers}\r\n\r\n`;
    const answer = await exchange(server, `${head}${framed}GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain(`"type":"/problems/${code}"`);
    expect(answer).not.toContain('/smuggled');
    expect(answer).not.toContain('HTTP/1.1 404');
  });

  it('of nonsense after a whole request: that one is answered still', async () => {
    const { server, keys } = await serveApi();
    const line = dnsLine('a.example.org');
    const head = [
      'POST /v1/score HTTP/1.1',
      'Host: x',
      `X-API-Key: ${keys.ingest}`,
      'Content-Type: text/plain',
    ];
    const whole = `${head.join('\r\n')}\r\nContent-Length: ${line.length}\r\n\r\n${line}`;
    const answer = await exchange(server, `${whole}nonsense\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*"summary":\{"accepted":1,[\s\S]*\r\n0\r\n\r\n$/);
  });

  it.each([
    ['Content-Type: image/png\r\nTransfer-Encoding: chunked', 415],
    ['Expect: 200-maybe\r\nTransfer-Encoding: chunked', 417],
  ])('of nonsense after the answer to %s: nothing more is answered', async (headers, status) => {
    const { server, keys } = await serveApi();
    const socket = connect(server.port, server.host);
    socket.write(`POST /v1/score HTTP/1.1\r\nHost: x\r\nX-API-Key: ${keys.ingest}\r\n${headers}\r\n\r\n`);
    let answer = '';
    for await (const chunk of socket) {
      answer += chunk;
      if (answer.endsWith('}')) socket.write('nonsense\r\n');
    }
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`]);
  });

  it('of nonsense in the middle of a stream: nothing is put into its answer', async () => {
    const { server, keys } = await serveApi();
    const socket = connect(server.port, server.host);
    const line = `${dnsLine('a.example.org')}\n`;
    const head = [
      'POST /v1/score HTTP/1.1',
      'Host: x',
      `X-API-Key: ${keys.ingest}`,
      'Transfer-Encoding: chunked',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${line.length.toString(16)}\r\n${line}\r\n`);
    const [first] = await once(socket, 'data');
    let answer = String(first);
    socket.write('no length\r\n');
    socket.on('error', () => undefined);
    socket.on('data', chunk => {
      answer += chunk;
    });
    await once(socket, 'close');
    expect(answer).toContain('"kind":"dns"');
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

describe('Expect: 100-continue', () => {
  const ask = (api: Api & { server: RunningServer }, key: string) =>
    httpRequest(`${api.server.url}/v1/score`, {
      method: 'POST',
      headers: {
        'X-API-Key': key,
        'Content-Type': 'application/json',
        Expect: '100-continue',
        'Content-Length': 1_000_000,
      },
    });

  it('is answered before the body where the key is wrong', async () => {
    const api = await serveApi();
    const request = ask(api, 'wrong-key-of-sixteen-characters');
    let isAsked = false;
    request.on('continue', () => {
      isAsked = true;
    });
    request.flushHeaders();
    const [response] = await once(request, 'response');
    expect([response.statusCode, isAsked]).toEqual([401, false]);
    request.on('error', () => undefined).destroy();
  });

  it('asks for the body where the key is right', async () => {
    const api = await serveApi();
    const request = ask(api, api.keys.ingest);
    request.flushHeaders();
    await once(request, 'continue');
    request.end(dnsLine('a.example.org').padEnd(1_000_000));
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(200);
    expect(JSON.parse(await textOf(response))).toMatchObject({ kind: 'dns' });
  });
});

describe('an early answer', () => {
  it('is still read by a client that sends all of its body first', async () => {
    const { server } = await serveApi();
    const body = 'x'.repeat(20_000_000);
    const head = `POST /v1/score HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
    const socket = connect(server.port, server.host);
    socket.pause();
    await new Promise(sent => socket.write(head + body, sent));
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('leaves nothing behind on a connection that is kept', async () => {
    const { app } = await openApi();
    const requests: IncomingMessage[] = [];
    const listeners: number[] = [];
    const server = await listen(
      (request, response) => {
        requests.push(request);
        listeners.push(request.socket.listenerCount('close'));
        app(request, response);
      },
      { host: '127.0.0.1', port: 0 },
    );
    onTestFinished(() => server.close(0));
    const socket = connect(server.port, server.host);
    for (let sent = 0; sent < 5; sent++) {
      socket.write('POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n');
      const [answer] = await once(socket, 'data');
      expect(String(answer)).toMatch(/^HTTP\/1\.1 401 /);
      const ended = once(requests[sent] ?? socket, 'end');
      socket.write('x');
      await ended;
    }
    // The first request finds a connection that nobody watches yet.
    const [, second, ...others] = listeners;
    expect(others).toEqual([second, second, second]);
    socket.destroy();
  });
});

describe('close', () => {
  it('lets a request finish that is under way, and takes no more', async () => {
    const api = await serveApi();
    const request = httpRequest(`${api.server.url}/v1/records`, {
      method: 'POST',
      headers: { 'X-API-Key': api.keys.ingest, 'Content-Type': 'text/plain' },
    });
    request.write(`${dnsLine('a.example.org')}\n`);
    const [response] = await once(request, 'response');
    const closed = api.server.close(10_000);
    // Reset instead where the kernel took it before it knew that nobody listens.
    await expect(exchange(api.server, 'GET /healthz HTTP/1.1\r\n\r\n')).rejects.toMatchObject({
      code: expect.stringMatching(/^ECONN(REFUSED|RESET)$/),
    });
    request.end(`${dnsLine('b.example.org')}\n`);
    expect(await textOf(response)).toContain('"accepted":2');
    await closed;
  });

  it('refuses what comes on a connection that is kept', async () => {
    const api = await serveApi();
    const socket = connect(api.server.port, api.server.host);
    const line = `${dnsLine('a.example.org')}\n`;
    const head = [
      'POST /v1/score HTTP/1.1',
      'Host: x',
      `X-API-Key: ${api.keys.ingest}`,
      'Content-Type: text/plain',
    ];
    socket.write(`${head.join('\r\n')}\r\nContent-Length: ${2 * line.length}\r\n\r\n${line}`);
    await once(socket, 'data');
    const closed = api.server.close(10_000);
    let answer = '';
    socket.on('data', chunk => {
      answer += chunk;
    });
    socket.write(`${line}GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`);
    await closed;
    expect(answer).toContain('"accepted":2');
    expect(answer).toMatch(/HTTP\/1\.1 503 [\s\S]*Retry-After: 5[\s\S]*"type":"\/problems\/stopping"/);
  });

  it('tells of handlers that still run when their connections have been cut', async () => {
    const underway = new Underway();
    const api = await serveApi({ underway });
    const answers: (() => void)[] = [];
    const { getModel } = api.world.services;
    api.world.services.getModel = async site => {
      await new Promise<void>(resolve => answers.push(resolve));
      return getModel(site);
    };
    const request = httpRequest(`${api.server.url}/v1/model`, { headers: { 'X-API-Key': api.keys.viewer } });
    request.on('error', () => undefined).end();
    while (answers.length === 0) await setTimeout(5);
    await api.server.close(0);
    expect([underway.running, await underway.idle(5)]).toEqual([1, 1]);
    const idle = underway.idle(60_000);
    for (const answer of answers) answer();
    expect(await idle).toBe(0);
  });

  it('cuts what does not finish in time', async () => {
    const api = await serveApi();
    const request = httpRequest(`${api.server.url}/v1/records`, {
      method: 'POST',
      headers: { 'X-API-Key': api.keys.ingest, 'Content-Type': 'text/plain' },
    });
    const gone = once(request, 'error');
    request.write('half a line');
    while (api.load.requests === 0) await setTimeout(5);
    await api.server.close(50);
    expect(await gone).toMatchObject([{ code: 'ECONNRESET' }]);
  });
});

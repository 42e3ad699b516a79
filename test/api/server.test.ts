/** The server around the app: what is not HTTP, what waits to be asked, and an end that lets others finish. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen, type RunningServer } from '../../src/api/server.ts';
import { type Api, dnsLine, openApi } from './api-under-test.ts';

async function serveApi(): Promise<Api & { server: RunningServer }> {
  const api = await openApi();
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
    ['GET / HTTP/1.1\r\n\r\n', ''],
  ])('answers %j with a problem or nothing, and no stack', async (text, detail) => {
    const { server } = await serveApi();
    const answer = await exchange(server, text);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain(detail);
    expect(answer).not.toMatch(/\bat .*\.[jt]s:\d+/);
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
    await expect(exchange(api.server, 'GET /healthz HTTP/1.1\r\n\r\n')).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    request.end(`${dnsLine('b.example.org')}\n`);
    expect(await textOf(response)).toContain('"accepted":2');
    await closed;
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

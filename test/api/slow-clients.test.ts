/** Clients that take their time or for ever: nobody else waits for them. Those that never read: streaming.test.ts. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen, type RunningServer } from '../../src/api/server.ts';
import { type Api, dnsLine, openApi } from './api-under-test.ts';

const IDLE_CONNECTIONS = 1_000;
async function serveApi(): Promise<Api & { server: RunningServer }> {
  const api = await openApi();
  const server = await listen(api.app, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close(0));
  return { ...api, server };
}

async function connected({ host, port }: RunningServer): Promise<Socket> {
  const socket = connect(port, host);
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

function headOf(api: Api, path: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${api.keys.ingest}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n`;
}

function chunkOf(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

/** The status of an ordinary request over a connection of its own. */
async function statusOf(api: Api, server: RunningServer): Promise<number> {
  const answer = await fetch(`${server.url}/v1/score`, {
    method: 'POST',
    headers: { 'X-API-Key': api.keys.ingest, 'Content-Type': 'application/json', Connection: 'close' },
    body: dnsLine('other.example.org'),
  });
  await answer.arrayBuffer();
  return answer.status;
}

describe('others are served beside', () => {
  it('a thousand connections that say nothing, or half a head', async () => {
    const { server, ...api } = await serveApi();
    const sockets = await Promise.all(Array.from({ length: IDLE_CONNECTIONS }, () => connected(server)));
    for (const [index, socket] of sockets.entries()) if (index % 2 === 0) socket.write('POST /v1/sc');
    expect(await statusOf(api, server)).toBe(200);
    expect(sockets.filter(socket => socket.destroyed)).toEqual([]);
  });

  it('a request that never ends, byte by byte', async () => {
    const { server, ...api } = await serveApi();
    const socket = await connected(server);
    socket.write(headOf(api, '/v1/records'));
    for (const byte of dnsLine('slow.example.org').slice(0, 20)) {
      socket.write(chunkOf(byte));
      await setTimeout(1);
    }
    expect(await statusOf(api, server)).toBe(200);
    const { body } = await api.as('viewer').get('/v1/records');
    expect(body.items).toEqual([]);
  });
});

it('a server that stops cuts off whoever never ends', async () => {
  const { server, ...api } = await serveApi();
  const socket = await connected(server);
  socket.write(headOf(api, '/v1/records'));
  socket.write(chunkOf(`${dnsLine('kept.example.org')}\n`));
  await once(socket, 'data');
  const closed = once(socket, 'close');
  await server.close(50);
  await closed;
  const { body } = await api.as('viewer').get('/v1/records');
  expect(body.items).toHaveLength(1);
});

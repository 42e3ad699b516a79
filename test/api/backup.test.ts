/** A backup over HTTP: making it may take longer than a connection may be idle, reading it may not. */
import { EventEmitter, once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { openApi } from './api-under-test.ts';

const IDLE_MS = 40;
const CHUNK = Buffer.alloc(1_048_576);
/** More than the buffers of a connection hold. */
const CHUNKS = 64;

it('is let go of where its client stops reading, however long it took to make', async () => {
  const api = await openApi();
  const told = new EventEmitter();
  const disposed = once(told, 'disposed');
  let sent = 0;
  api.world.services.makeBackup = async () => {
    await setTimeout(4 * IDLE_MS);
    return {
      name: 'large.tar',
      bytes: CHUNKS * CHUNK.length,
      async *chunks() {
        for (; sent < CHUNKS; sent += 1) yield CHUNK;
      },
      dispose: async () => {
        told.emit('disposed');
      },
    };
  };
  const server = createServer(api.app);
  server.timeout = IDLE_MS;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const headers = { 'X-API-Key': api.keys.admin };
  const request = httpRequest({ method: 'POST', host: '127.0.0.1', port, path: '/v1/backup', headers }).end();
  const [response] = await once(request, 'response');
  expect(response.statusCode).toBe(200);
  await disposed;
  expect(sent).toBeLessThan(CHUNKS);
  response.on('error', () => undefined).destroy();
});

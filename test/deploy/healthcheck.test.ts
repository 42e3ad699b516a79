/** What the image's health check says of servers that are ready, not ready, silent or not there, in the clear and by TLS. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../certificate.ts';
import { ROOT } from '../house/source-tree.ts';

const SCRIPT = join(ROOT, 'deploy/healthcheck.mjs');
const servers: Server[] = [];

async function listening(server: Server, host: string): Promise<string> {
  servers.push(server);
  server.listen(0, host);
  await once(server, 'listening');
  return String((server.address() as AddressInfo).port);
}

const answering =
  (status: number, body: string): RequestListener =>
  ({ url }, response) => {
    response.writeHead(url === '/readyz' ? status : 404).end(body);
  };

function check(env: Record<string, string>): Promise<{ code: number; said: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, [SCRIPT], { env }, (error, stdout) => {
      resolve({ code: error === null ? 0 : Number(error.code), said: stdout.trim() });
    });
  });
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe('the health check', () => {
  it.each(['0.0.0.0', '127.0.0.1'])('finds a server that is ready at %s', async host => {
    const port = await listening(createServer(answering(200, '{}')), host);
    expect(await check({ BAYESWATCH_HOST: host, BAYESWATCH_PORT: port })).toEqual({ code: 0, said: '' });
  });

  it('finds one that speaks TLS alone, whatever name its certificate has', async () => {
    const port = await listening(
      createTlsServer(selfSigned('elsewhere.example'), answering(200, '{}')),
      '127.0.0.1',
    );
    const env = { BAYESWATCH_HOST: '127.0.0.1', BAYESWATCH_PORT: port };
    expect((await check({ ...env, BAYESWATCH_TLS_CERT: '/cert.pem' })).code).toBe(0);
    expect((await check(env)).code).toBe(1);
  });

  it('tells what one says that is not ready', async () => {
    const port = await listening(createServer(answering(503, '{"ready":false}')), '127.0.0.1');
    expect(await check({ BAYESWATCH_PORT: port })).toEqual({
      code: 1,
      said: '/readyz answers 503: {"ready":false}',
    });
  });

  it('fails where nobody listens', async () => {
    const server = createServer();
    const port = await listening(server, '127.0.0.1');
    server.close();
    await once(server, 'close');
    expect(await check({ BAYESWATCH_PORT: port })).toEqual({
      code: 1,
      said: `connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });
});

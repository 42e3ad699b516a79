/** When it is not the sender's fault: the store is gone, or we are wrong. What leaves, and what the log keeps. */

import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import supertest from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen } from '../../src/api/server.ts';
import { checkDescribed, codeOf, dnsLine, openApi } from './api-under-test.ts';

const elasticsearchCode = ({ body }: supertest.Response) => body.error.type as string;
/** Where clients of others expect their own form of a failure: the code that is in it. */
const FOREIGN_FORMS: Readonly<Record<string, (response: supertest.Response) => string | undefined>> = {
  '/_bulk': elasticsearchCode,
  '/{index}/_bulk': elasticsearchCode,
  '/v1/logs': ({ body }) => /^[a-z-]+/.exec(body.message)?.[0],
};

describe('without its store', () => {
  it('every route that takes a key answers 503 and when to come back', async () => {
    const api = await openApi();
    await api.world.store.close();
    for (const { method, path, permission } of api.routes) {
      if (permission === null) continue;
      const response = await api.as('admin')[method](path.replace('{id}', 'x'));
      checkDescribed(api, path, response);
      const code = FOREIGN_FORMS[path]?.(response) ?? codeOf(response);
      expect([path, response.status, code]).toEqual([path, 503, 'store-unavailable']);
      expect(response.headers['retry-after']).toBe('5');
    }
  });
});

describe('a fault of ours', () => {
  it('is told as nothing but that, and logged once with its stack', async () => {
    const api = await openApi();
    api.world.services.getModel = () =>
      Promise.reject(new TypeError('cannot read the inside of /etc/secret'));
    const response = await api.as('viewer').get('/v1/model');
    checkDescribed(api, '/v1/model', response);
    expect([response.status, codeOf(response)]).toEqual([500, 'internal']);
    expect(response.text).not.toContain('secret');
    const logged = api.log.map(text => JSON.parse(text)).filter(({ level }) => level >= 50);
    expect(logged).toMatchObject([{ code: 'internal', path: '/v1/model', err: { type: 'TypeError' } }]);
    expect(logged[0].err.stack).toContain('TypeError');
  });

  it('in the middle of an export cuts it visibly, and before it is a problem', async () => {
    const api = await openApi();
    const token = {
      ...{ field: 'a', token: 'b', weight: 1, sd: 1 },
      ...{ goodRecords: 1, goodEpisodes: 1, badRecords: 1, badEpisodes: 1 },
    };
    api.world.services.exportTokens = async function* () {
      yield [token];
      throw new Error('half-way');
    };
    const get = () => supertest(api.app).get('/v1/tokens/export').set('X-API-Key', api.keys.viewer);
    await expect(get()).rejects.toMatchObject({ code: 'ECONNRESET' });
    // biome-ignore lint/correctness/useYield: it fails before it has anything to yield
    api.world.services.exportTokens = async function* () {
      throw new Error('at once');
    };
    const response = await get();
    expect(codeOf(response)).toBe('internal');
    expect(response.headers).not.toHaveProperty('content-disposition');
  });

  it('in the gauges leaves the page standing', async () => {
    const api = await openApi();
    api.world.services.getProgress = () => Promise.reject(new Error('no model'));
    const { status, text } = await supertest(api.app).get('/metrics');
    expect(status).toBe(200);
    expect(text).toContain('bayeswatch_model_entries Nan');
    expect(text).toContain('bayeswatch_ready 1');
    expect(text).toContain('bayeswatch_thread_restarts_total{part="store"} 0');
    expect(text).toContain('bayeswatch_thread_restarts_total{part="learning"} 0');
  });
});

describe('an error', () => {
  it('leaves the connection usable, even where the body was not read', async () => {
    const api = await openApi();
    const server = await listen(api.app, { host: '127.0.0.1', port: 0 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(async () => {
      agent.destroy();
      await server.close(0);
    });
    const ports = new Set<number | undefined>();
    const post = async (key: string, body: string): Promise<IncomingMessage> => {
      const headers = { 'X-API-Key': key, 'Content-Type': 'application/json' };
      const request = httpRequest(`${server.url}/v1/score`, { method: 'POST', agent, headers });
      request.end(body);
      const [response] = await once(request, 'response');
      ports.add(response.socket.localPort);
      await response.resume().toArray();
      return response;
    };
    const record = dnsLine('a.example.org');
    expect((await post('wrong', record.padEnd(500_000))).statusCode).toBe(401);
    expect((await post(api.keys.ingest, '{broken')).statusCode).toBe(400);
    expect((await post(api.keys.ingest, record)).statusCode).toBe(200);
    expect(ports.size).toBe(1);
  });
});

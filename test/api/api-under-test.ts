/** The real app on the real services over SQLite in memory; every answer is held against the description of its route. */
import type { Express } from 'express';
import { pino } from 'pino';
import supertest, { type Response, type Test } from 'supertest';
import { onTestFinished } from 'vitest';
import type { z } from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { type AppDependencies, createApp } from '../../src/api/app.ts';
import { addressReader } from '../../src/api/client-address.ts';
import { DEFAULT_REQUEST_LIMITS } from '../../src/api/limits.ts';
import { Load } from '../../src/api/load.ts';
import { Metrics } from '../../src/api/metrics.ts';
import type { Route } from '../../src/api/route.ts';
import { routesOf } from '../../src/api/routes.ts';
import type { ComposeOptions } from '../../src/compose.ts';
import { ROLES, type Role } from '../../src/domain/key.ts';
import { CALLER, openWorld, type World } from '../world.ts';

export interface Api {
  app: Express;
  world: World;
  load: Load;
  routes: readonly Route[];
  /** A key of the default site for each role. */
  keys: Record<Role, string>;
  /** What was logged, one JSON text an entry. */
  log: string[];
  /** A request with the admin's key, or that of another role. */
  as(role: Role): {
    get(path: string): Test;
    post(path: string): Test;
    put(path: string): Test;
    delete(path: string): Test;
  };
}

export async function openApi(
  options: Partial<AppDependencies> = {},
  worldOptions: Partial<ComposeOptions> = {},
): Promise<Api> {
  const world = await openWorld(worldOptions);
  onTestFinished(() => world.close());
  const made = ROLES.map(async role => {
    const { secret } = await world.services.createKey(CALLER, role, `key of ${role}`);
    return [role, secret];
  });
  const keys: Record<Role, string> = Object.fromEntries(await Promise.all(made));
  const log: string[] = [];
  const parts = {
    services: world.services,
    limits: DEFAULT_REQUEST_LIMITS,
    logger: pino({ level: 'debug' }, { write: text => log.push(text) }),
    clock: world.clock,
    version: '0.0.0',
    metrics: new Metrics(),
    load: new Load(),
    metricsNeedKey: false,
    addressOf: addressReader(),
    ...options,
  };
  const app = createApp(parts);
  return {
    app,
    world,
    load: parts.load,
    routes: routesOf(parts),
    keys,
    log,
    as: role => {
      const authorize = (test: Test) => test.set('Authorization', `Bearer ${keys[role]}`);
      const agent = supertest(app);
      return {
        get: path => authorize(agent.get(path)),
        post: path => authorize(agent.post(path)),
        put: path => authorize(agent.put(path)),
        delete: path => authorize(agent.delete(path)),
      };
    },
  };
}

/** NDJSON, parsed. */
export function linesOf(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));
}

/**
 * Holds an answer against what the description of its route says of its status and media type.
 * @throws where the route, the status or the media type is not described, or the body is not as described
 */
export function checkDescribed(api: Api, path: string, response: Response): void {
  const method = String(response.request.method).toLowerCase();
  const route = api.routes.find(known => known.method === method && known.path === path);
  if (route === undefined) throw new Error(`no route ${method} ${path}`);
  const { responses } = route.operation as { responses: Record<string, ZodOpenApiResponseObject> };
  const described = responses[response.status];
  if (described === undefined) throw new Error(`${method} ${path} does not describe ${response.status}`);
  if (response.status === 204) return;
  const content = described.content?.[response.type];
  if (content === undefined) throw new Error(`${method} ${path} does not describe ${response.type}`);
  const schema = content.schema as z.ZodType;
  if (response.type === 'application/x-ndjson') for (const line of linesOf(response.text)) schema.parse(line);
  else if (response.type === 'text/csv' || response.type === 'text/plain') schema.parse(response.text);
  else schema.parse(JSON.parse(response.text));
}

/** The code in a problem, once it is one in every respect. */
export function codeOf(response: Response): string {
  const problem = JSON.parse(response.text);
  if (response.type !== 'application/problem+json') throw new Error(`no problem but ${response.type}`);
  if (problem.status !== response.status) throw new Error(`status ${problem.status} in ${response.status}`);
  if (/\bat .*:\d+:\d+/.test(response.text)) throw new Error(`a stack leaves: ${response.text}`);
  return String(problem.type).replace('/problems/', '');
}

/** A DNS record as NDJSON line; `name` is asked for by 10.0.0.7 at noon. */
export function dnsLine(name: string, more: object = {}): string {
  return JSON.stringify({
    '@timestamp': '2026-01-15T12:00:00.000Z',
    source: { ip: '10.0.0.7' },
    dns: { question: { name, type: 'A' } },
    ...more,
  });
}

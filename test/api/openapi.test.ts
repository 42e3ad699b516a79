/** The served document describes what is served, and the app serves what it describes. */
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { PERMISSIONS } from '../../src/api/authenticate.ts';
import { type Api, checkDescribed, codeOf, linesOf, openApi } from './api-under-test.ts';

interface Operation {
  operationId?: string;
  security?: unknown[];
  summary?: string;
  description?: string;
  responses: Record<string, { content?: Record<string, { schema: unknown }> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

interface Described {
  content?: Record<string, { schema: z.ZodType; example?: unknown }>;
}
const isAs = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

async function documentOf(api: Api): Promise<Document> {
  const response = await supertest(api.app).get('/openapi.json').expect(200);
  return response.body;
}

describe('GET /openapi.json', () => {
  it('is OpenAPI 3.1, and every reference in it leads somewhere', async () => {
    const document = await documentOf(await openApi());
    expect(document.openapi).toBe('3.1.0');
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    const missing = references.filter(([, name = '']) => !(name in document.components.schemas));
    expect(references.length).toBeGreaterThan(10);
    expect(missing).toEqual([]);
  });

  it('describes each method of each path that is served, and no others', async () => {
    const api = await openApi();
    const { paths } = await documentOf(api);
    expect(Object.keys(paths).sort()).toEqual(
      [
        '/',
        '/_bulk',
        '/_license',
        '/{index}/_bulk',
        '/healthz',
        '/metrics',
        '/readyz',
        '/v1/audit',
        '/v1/audit/export',
        '/v1/backup',
        '/v1/keys',
        '/v1/keys/{id}',
        '/v1/labels',
        '/v1/learning',
        '/v1/logs',
        '/v1/model',
        '/v1/models',
        '/v1/models/{id}/activate',
        '/v1/models/{id}/diff',
        '/v1/policy',
        '/v1/policy/curve',
        '/v1/policy/pruning',
        '/v1/records',
        '/v1/records/{id}',
        '/v1/score',
        '/v1/tokens',
        '/v1/tokens/export',
        '/v1/tokens/import',
        '/v1/windows',
        '/v1/windows/{id}',
      ].sort(),
    );
    for (const [path, operations] of Object.entries(paths)) {
      for (const method of METHODS) {
        const response = await supertest(api.app)[method](path.replace(/\{\w+\}/, 'x'));
        const isServed = response.status !== 405;
        expect([method, path, isServed]).toEqual([method, path, method in operations]);
        if (!isServed) expect(codeOf(response)).toBe('method-not-allowed');
      }
    }
  });

  it('says of each operation what it does, and what its errors are', async () => {
    const { paths } = await documentOf(await openApi());
    const inFormsOfTheirOwn = ['/', '/_bulk', '/_license', '/{index}/_bulk', '/v1/logs'];
    for (const [path, operations] of Object.entries(paths)) {
      if (inFormsOfTheirOwn.includes(path)) continue;
      for (const operation of Object.values(operations)) {
        expect(operation.summary).toMatch(/\w/);
        for (const [status, { content }] of Object.entries(operation.responses)) {
          const isProblem = content !== undefined && 'application/problem+json' in content;
          expect([operation.summary, status, isProblem]).toEqual([
            operation.summary,
            status,
            Number(status) >= 400 && operation.summary !== 'The model is loaded and the store answers',
          ]);
        }
      }
    }
  });

  it('has an id and a description of its own for each operation', async () => {
    const { paths } = await documentOf(await openApi());
    const operations = Object.values(paths).flatMap(methods => Object.values(methods));
    const ids = operations.map(({ operationId }) => operationId ?? '');
    expect(ids.filter(id => !/^[a-z]+[A-Z][A-Za-z]+$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    const described = operations.filter(({ description }) => /^(?!Roles:).{40}/.test(description ?? ''));
    expect(described).toHaveLength(operations.length);
  });

  it('has an example of each body and answer, which is as its schema says', async () => {
    const { routes } = await openApi();
    let examples = 0;
    for (const { path, operation } of routes) {
      const { requestBody, responses } = operation as unknown as {
        requestBody?: Described;
        responses: Record<string, Described>;
      };
      for (const { content = {} } of [requestBody ?? {}, ...Object.values(responses)]) {
        for (const [type, { schema, example }] of Object.entries(content)) {
          if (type === 'application/x-tar') continue;
          expect(example, `${path} ${type}`).toBeDefined();
          examples += 1;
          if (typeof example === 'string' && type === 'application/x-ndjson') {
            // In a body such a schema is that of the whole text, in an answer that of each line.
            const isWhole = isAs(schema, example);
            for (const line of linesOf(example)) expect(isWhole || isAs(schema, line)).toBe(true);
          } else expect([path, type, isAs(schema, example)]).toEqual([path, type, true]);
        }
      }
    }
    expect(examples).toBeGreaterThan(60);
  });

  it('has bodies for examples that the server takes, each as the format that it looks like', async () => {
    const api = await openApi();
    const operation = (await documentOf(api)).paths['/v1/score']?.['post'] as unknown as {
      requestBody: { content: Record<string, { example: object | string }> };
    };
    const formats: unknown[] = [];
    for (const [type, { example }] of Object.entries(operation.requestBody.content)) {
      const post = api.as('ingest').post('/v1/score').type(type);
      const response = await post.send(typeof example === 'string' ? example : JSON.stringify(example));
      checkDescribed(api, '/v1/score', response);
      if (type === 'application/json') expect(response.body).toMatchObject({ kind: 'dns' });
      else formats.push(linesOf(response.text).at(-1)?.['summary']);
    }
    expect(formats).toMatchObject([
      { accepted: 1, format: 'ecs' },
      { accepted: 1, format: 'combined' },
      { accepted: 1, format: 'zeek-tsv' },
    ]);
  });

  it('says which roles may ask', async () => {
    const api = await openApi();
    const { paths } = await documentOf(api);
    for (const { method, path, permission } of api.routes) {
      const operation = paths[path]?.[method];
      if (permission === null) expect(operation?.security).toEqual([]);
      else expect(operation?.description).toContain(`Roles: ${PERMISSIONS[permission].join(', ')}.`);
    }
  });
});

describe('GET /docs', () => {
  const folder = [
    '/docs/start.js',
    '/docs/swagger-ui.css',
    '/docs/swagger-ui-bundle.js',
    '/docs/favicon-32x32.png',
  ];

  it('is a page without inline script or style, all of whose files are served under the same policy', async () => {
    const { app } = await openApi();
    const page = await supertest(app).get('/docs').expect(200);
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
    const linked = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(linked.sort()).toEqual([...folder].sort());
    for (const path of ['/docs', ...linked]) {
      const { status, headers } = await supertest(app).get(path);
      expect([path, status]).toEqual([path, 200]);
      const policy = headers['content-security-policy'];
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('is where the address alone leads a browser', async () => {
    const { app } = await openApi();
    const { status, headers } = await supertest(app).get('/').set('Accept', 'text/html,*/*;q=0.8');
    expect([status, headers['location']]).toEqual([302, '/docs']);
  });

  it('starts over the document of this server', async () => {
    const { app } = await openApi();
    const { text, type } = await supertest(app).get('/docs/start.js');
    expect(type).toBe('text/javascript');
    expect(text).toContain("url: '/openapi.json'");
  });

  it('serves no other file of its package', async () => {
    const { app } = await openApi();
    for (const path of ['/docs/package.json', '/docs/..%2fpackage.json', '/docs/index.html']) {
      expect(codeOf(await supertest(app).get(path))).toBe('not-found');
    }
  });
});

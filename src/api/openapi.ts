/** The OpenAPI 3.1 document, made from the routes that the app is made from. */
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi';
import { PERMISSIONS, type Permission } from './authenticate.ts';
import type { Route } from './route.ts';

const DESCRIPTION =
  'A Bayesian watch over network traffic. Records come back with a suspicion score and its reasons; responders mark ' +
  'break-in windows, workers learn from them. Errors are problem documents (RFC 9457) with stable types.\n\n' +
  '**Start here:** press *Authorize* and give the key that `npm start` printed (as `bearer`), then try `GET /v1/model` and ' +
  '`POST /v1/score`.\n\n' +
  'Until two marked incidents have thirty bad episodes every verdict is `unsure` and every interval [0, 1]: go by the order of the scores then.';

/** Roles are told where they are asked for: OpenAPI has no word of its own for them in API keys. */
function rolesOf(permission: Permission): string {
  return `Roles: ${PERMISSIONS[permission].join(', ')}.`;
}

/** @param version of the program, which is that of the document */
export function openApiOf(routes: readonly Route[], version: string) {
  const paths: ZodOpenApiPathsObject = {};
  for (const { method, path, permission, operation } of routes) {
    const described =
      permission === null
        ? { ...operation, security: [] }
        : {
            ...operation,
            description: [operation.description, rolesOf(permission)].filter(Boolean).join('\n\n'),
          };
    paths[path] = { ...paths[path], [method]: described };
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Bayeswatch', version, description: DESCRIPTION, license: { name: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { header: [] }, { basic: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The key.' },
        header: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The key.' },
        basic: { type: 'http', scheme: 'basic', description: 'Any user, the key as password.' },
      },
    },
  });
}

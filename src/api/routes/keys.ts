/** API keys of the caller's own site. */
import { sendJson } from '../answer.ts';
import { EXAMPLES } from '../examples.ts';
import { BODY_CODES, readManagementBody } from '../management-body.ts';
import { jsonAnswer, jsonContent, problemAnswers } from '../operation.ts';
import { parseQuery } from '../parse.ts';
import type { ApiContext, Route } from '../route.ts';
import { IdPath, idOf, NoQuery, pageOf } from '../schemas/common.ts';
import { KeyCreatedResponse, KeyRequest, KeyResponse, keyJson } from '../schemas/keys.ts';

const TAGS = ['Administration'];

export function keysRoutes(context: ApiContext): Route[] {
  const { services, logger } = context;
  return [
    {
      method: 'post',
      path: '/v1/keys',
      permission: 'administer',
      operation: {
        operationId: 'createKey',
        summary: 'Make a key',
        description:
          'A key of the same site for a person or a program, with what its role allows and no more. The answer holds the ' +
          'secret; the server keeps only a hash of it.',
        tags: TAGS,
        requestBody: { required: true, content: jsonContent(KeyRequest, EXAMPLES.key) },
        responses: {
          201: jsonAnswer('The key; its secret is told this once.', KeyCreatedResponse, EXAMPLES.keyCreated),
          ...problemAnswers(...BODY_CODES),
        },
      },
      async answer(request, response, caller) {
        parseQuery(NoQuery, request.query);
        const { role, name } = await readManagementBody(context, caller, request, response, KeyRequest);
        const { key, secret } = await services.createKey(caller, role, name);
        logger.info({ by: caller.keyId, key: key.id, role }, 'a key was made');
        sendJson(response, 201, { ...keyJson(key), secret });
      },
    },
    {
      method: 'get',
      path: '/v1/keys',
      permission: 'administer',
      operation: {
        operationId: 'listKeys',
        summary: 'The keys of the site, revoked ones too; never their secrets',
        description: 'All of them at once, oldest first, with role, name and times.',
        tags: TAGS,
        responses: { 200: jsonAnswer('All keys.', pageOf(KeyResponse), EXAMPLES.keys), ...problemAnswers() },
      },
      async answer(request, response, { site }) {
        parseQuery(NoQuery, request.query);
        sendJson(response, 200, { items: (await services.listKeys(site)).map(keyJson) });
      },
    },
    {
      method: 'delete',
      path: '/v1/keys/{id}',
      permission: 'administer',
      operation: {
        operationId: 'revokeKey',
        summary: 'Revoke a key; it is refused from now on',
        description: 'The last admin key of a site cannot be revoked: make another one first.',
        tags: TAGS,
        requestParams: { path: IdPath },
        responses: {
          204: { description: 'It is revoked.' },
          ...problemAnswers('key-not-found', 'last-admin-key'),
        },
      },
      async answer(request, response, caller) {
        parseQuery(NoQuery, request.query);
        const id = idOf(request.params);
        await services.revokeKey(caller, id);
        logger.info({ by: caller.keyId, key: id }, 'a key was revoked');
        response.statusCode = 204;
        response.end();
      },
    },
  ];
}

/** API keys of the caller's own site. */
import { sendJson } from '../answer.ts';
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
        summary: 'Make a key',
        tags: TAGS,
        requestBody: { required: true, content: jsonContent(KeyRequest) },
        responses: {
          201: jsonAnswer('The key; its secret is told this once.', KeyCreatedResponse),
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
        summary: 'The keys of the site, revoked ones too; never their secrets',
        tags: TAGS,
        responses: { 200: jsonAnswer('All keys.', pageOf(KeyResponse)), ...problemAnswers() },
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

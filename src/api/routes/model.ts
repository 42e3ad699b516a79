/** The model that the site is scored with, its versions, and the decision which one that is. */
import { DIFF_TOKENS_MAX } from '../../domain/limits.ts';
import { sendJson } from '../answer.ts';
import { EXAMPLES } from '../examples.ts';
import { jsonAnswer, problemAnswers } from '../operation.ts';
import { parseQuery } from '../parse.ts';
import type { ApiContext, Route } from '../route.ts';
import { idOf, NoQuery, PageQuery, pageOf } from '../schemas/common.ts';
import { ModelResponse, modelJson } from '../schemas/model.ts';
import {
  ActivatedResponse,
  DiffQuery,
  DiffResponse,
  diffJson,
  VersionPath,
  VersionResponse,
  versionJson,
} from '../schemas/versions.ts';

export function modelRoutes({ services, logger }: ApiContext): Route[] {
  return [
    {
      method: 'get',
      path: '/v1/model',
      permission: 'read',
      operation: {
        operationId: 'getModel',
        summary: 'The model: what it was learnt from, and what waits to be',
        description:
          'The model that records are scored by now: how many records and episodes of which days it was learnt from, its ' +
          'parameters, what was fitted to the marks, and what waits to be learnt.',
        tags: ['Model'],
        responses: {
          200: jsonAnswer('The model.', ModelResponse, EXAMPLES.model),
          ...problemAnswers('tokenizer-unknown'),
        },
      },
      async answer(request, response, { site }) {
        parseQuery(NoQuery, request.query);
        sendJson(response, 200, modelJson(await services.getModel(site)));
      },
    },
    {
      method: 'get',
      path: '/v1/models',
      permission: 'read',
      operation: {
        operationId: 'listModels',
        summary: 'Versions of the model, newest first, with what made each',
        description:
          'Each entry of the ledger that changed the counts made a version: a window, its retraction, an import, judgements, ' +
          'records that became good by time or came late. A mark and its retraction bring the id of before back.',
        tags: ['Model'],
        requestParams: { query: PageQuery },
        responses: {
          200: jsonAnswer('A page of versions.', pageOf(VersionResponse), EXAMPLES.models),
          ...problemAnswers('tokenizer-unknown'),
        },
      },
      async answer(request, response, { site }) {
        const { items, nextCursor } = await services.listModels(site, parseQuery(PageQuery, request.query));
        sendJson(response, 200, { items: items.map(versionJson), nextCursor });
      },
    },
    {
      method: 'get',
      path: '/v1/models/{id}/diff',
      permission: 'read',
      operation: {
        operationId: 'diffModels',
        summary: 'What moved between two versions, or would move without a window',
        description:
          `The ${DIFF_TOKENS_MAX} tokens whose weights differ most, the furthest first, with the entries that changed their ` +
          'counts. With `without` the retraction of a window is worked out and not made: what would the newest version be? ' +
          'Both versions are read from the store, so a large site takes its time over the first page; the others follow at ' +
          'once.',
        tags: ['Model'],
        requestParams: { path: VersionPath, query: DiffQuery },
        responses: {
          200: jsonAnswer('A page of tokens.', DiffResponse, EXAMPLES.diff),
          ...problemAnswers('model-not-found', 'model-gone', 'window-not-found', 'tokenizer-unknown'),
        },
      },
      async answer(request, response, { site }) {
        const query = parseQuery(DiffQuery, request.query);
        sendJson(response, 200, diffJson(await services.diffModels(site, idOf(request.params), query)));
      },
    },
    {
      method: 'post',
      path: '/v1/models/{id}/activate',
      permission: 'administer',
      operation: {
        operationId: 'activateModel',
        summary: 'Score by an earlier version, until another one is activated',
        description:
          'The decision is kept, told in the audit, and in force in every process within seconds. Learning goes on, and ' +
          '`GET /v1/model`, the tokens and their export tell of the version that is served. `current` follows the newest ' +
          'again. While an earlier version is served, its counts stay, also where a newer tokenizer has counted all again. Its ' +
          'counts are those of then; the policy and what was fitted (weights, corrections, calibration) are those of now, so ' +
          'it need not score as it did.',
        tags: ['Model'],
        requestParams: { path: VersionPath },
        responses: {
          200: jsonAnswer('It is served from now on.', ActivatedResponse, EXAMPLES.activated),
          ...problemAnswers('model-not-found', 'model-gone', 'tokenizer-unknown'),
        },
      },
      async answer(request, response, caller) {
        parseQuery(NoQuery, request.query);
        const { id, entry, isCurrent } = await services.activateModel(caller, idOf(request.params));
        logger.info({ by: caller.keyId, model: id, entry }, 'a version of the model was activated');
        sendJson(response, 200, { id, entry, current: isCurrent });
      },
    },
  ];
}

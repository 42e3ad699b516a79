/** Windows: marking a stretch of time bad or good, looking how far its learning is, taking it back. */
import { sendJson } from '../answer.ts';
import { EXAMPLES } from '../examples.ts';
import { BODY_CODES, readManagementBody } from '../management-body.ts';
import { jsonAnswer, jsonContent, problemAnswers } from '../operation.ts';
import { parseQuery } from '../parse.ts';
import type { ApiContext, Route } from '../route.ts';
import { IdPath, idOf, NoQuery, PageQuery, pageOf } from '../schemas/common.ts';
import {
  WindowAcceptedResponse,
  WindowPreviewResponse,
  WindowQuery,
  WindowRequest,
  WindowResponse,
  WindowRetractedResponse,
  windowJson,
} from '../schemas/windows.ts';

const TAGS = ['Teaching'];

export function windowsRoutes(context: ApiContext): Route[] {
  const { services } = context;
  return [
    {
      method: 'post',
      path: '/v1/windows',
      permission: 'teach',
      operation: {
        operationId: 'markWindow',
        summary: 'Mark a window bad or good',
        description:
          'Says of all records between two instants, or of those that `where` chooses, that they were bad or good. It is ' +
          'learnt in the background, holds for records that come later too, and can be taken back. Of windows that overlap ' +
          'the last one decides.',
        tags: TAGS,
        requestParams: { query: WindowQuery },
        requestBody: { required: true, content: jsonContent(WindowRequest, EXAMPLES.window) },
        responses: {
          200: jsonAnswer(
            'What it would touch (`dryRun=true`).',
            WindowPreviewResponse,
            EXAMPLES.windowPreview,
          ),
          202: jsonAnswer(
            'It is in the ledger; `Location` tells how its learning goes.',
            WindowAcceptedResponse,
            EXAMPLES.windowAccepted,
          ),
          ...problemAnswers(...BODY_CODES),
        },
      },
      async answer(request, response, caller) {
        const { dryRun } = parseQuery(WindowQuery, request.query);
        const {
          from: fromMs,
          to: toMs,
          ...rest
        } = await readManagementBody(context, caller, request, response, WindowRequest);
        const window = { fromMs, toMs, ...rest };
        if (dryRun) {
          const { matched } = await services.previewWindow(caller.site, window);
          return sendJson(response, 200, { matched });
        }
        const { id, status, matched = 0 } = await services.markWindow(caller, window);
        context.logger.info({ by: caller.keyId, window: id, label: rest.label }, 'a window was marked');
        response.setHeader('Location', `/v1/windows/${encodeURIComponent(id)}`);
        sendJson(response, 202, { id, status, matched });
      },
    },
    {
      method: 'get',
      path: '/v1/windows',
      permission: 'read',
      operation: {
        operationId: 'listWindows',
        summary: 'All windows, newest first',
        description:
          'What was marked, labelled corpora and retracted windows too, and how far the learning of each is.',
        tags: TAGS,
        requestParams: { query: PageQuery },
        responses: {
          200: jsonAnswer('A page of windows.', pageOf(WindowResponse), EXAMPLES.windows),
          ...problemAnswers(),
        },
      },
      async answer(request, response, { site }) {
        const { items, nextCursor } = await services.listWindows(site, parseQuery(PageQuery, request.query));
        sendJson(response, 200, { items: items.map(windowJson), nextCursor });
      },
    },
    {
      method: 'get',
      path: '/v1/windows/{id}',
      permission: 'read',
      operation: {
        operationId: 'getWindow',
        summary: 'A window, and how far its learning is',
        description: 'As in the list, with how many records it covers now.',
        tags: TAGS,
        requestParams: { path: IdPath },
        responses: {
          200: jsonAnswer('The window.', WindowResponse, EXAMPLES.windowSeen),
          ...problemAnswers('window-not-found'),
        },
      },
      async answer(request, response, { site }) {
        parseQuery(NoQuery, request.query);
        sendJson(response, 200, windowJson(await services.getWindow(site, idOf(request.params))));
      },
    },
    {
      method: 'delete',
      path: '/v1/windows/{id}',
      permission: 'teach',
      operation: {
        operationId: 'retractWindow',
        summary: 'Take a window back; doing it twice does no harm',
        description:
          'What it taught is taken out of the model, which is then the one that it would be without it.',
        tags: TAGS,
        requestParams: { path: IdPath },
        responses: {
          202: jsonAnswer(
            'Its retraction is in the ledger.',
            WindowRetractedResponse,
            EXAMPLES.windowRetracted,
          ),
          ...problemAnswers('window-not-found'),
        },
      },
      async answer(request, response, caller) {
        parseQuery(NoQuery, request.query);
        const { id, status, exact } = await services.retractWindow(caller, idOf(request.params));
        context.logger.info({ by: caller.keyId, window: id }, 'a window was retracted');
        sendJson(response, 202, { id, status, exact });
      },
    },
  ];
}

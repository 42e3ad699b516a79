/** POST /v1/labels: a person's word on single records. */
import { sendJson } from '../answer.ts';
import { BODY_CODES, readManagementBody } from '../management-body.ts';
import { jsonAnswer, jsonContent, problemAnswers } from '../operation.ts';
import { parseQuery } from '../parse.ts';
import type { ApiContext, Route } from '../route.ts';
import { NoQuery } from '../schemas/common.ts';
import { LabelsRequest, LabelsResponse } from '../schemas/windows.ts';

export function labelsRoutes(context: ApiContext): Route[] {
  return [
    {
      method: 'post',
      path: '/v1/labels',
      permission: 'teach',
      operation: {
        summary: 'Judge single records; a judgement beats windows',
        tags: ['Teaching'],
        requestBody: { required: true, content: jsonContent(LabelsRequest) },
        responses: {
          200: jsonAnswer('All are judged; learning follows.', LabelsResponse),
          ...problemAnswers(...BODY_CODES, 'record-not-found'),
        },
      },
      async answer(request, response, caller) {
        parseQuery(NoQuery, request.query);
        const { items, note } = await readManagementBody(context, caller, request, response, LabelsRequest);
        const { judged } = await context.services.judgeRecords(caller, items, note);
        context.logger.info({ by: caller.keyId, judged }, 'records were judged');
        sendJson(response, 200, { judged });
      },
    },
  ];
}

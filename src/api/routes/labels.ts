/** POST /v1/labels: a person's word on single records. */
import { sendJson } from '../answer.ts';
import { EXAMPLES } from '../examples.ts';
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
        operationId: 'judgeRecords',
        summary: 'Judge single records; a judgement beats windows',
        description:
          'Calls stored records bad or good one by one, whatever windows cover them; `null` takes a judgement back. All of a ' +
          'request are judged, or none.',
        tags: ['Teaching'],
        requestBody: { required: true, content: jsonContent(LabelsRequest, EXAMPLES.labels) },
        responses: {
          200: jsonAnswer('All are judged; learning follows.', LabelsResponse, EXAMPLES.labelled),
          ...problemAnswers(...BODY_CODES, 'record-not-found', 'slice-sealed'),
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

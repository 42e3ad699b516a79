/** GET /v1/model: what the site is scored with. */
import { sendJson } from '../answer.ts';
import { EXAMPLES } from '../examples.ts';
import { jsonAnswer, problemAnswers } from '../operation.ts';
import { parseQuery } from '../parse.ts';
import type { ApiContext, Route } from '../route.ts';
import { NoQuery } from '../schemas/common.ts';
import { ModelResponse, modelJson } from '../schemas/model.ts';

export function modelRoutes({ services }: ApiContext): Route[] {
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
          'parameters, and what waits to be learnt. This version does not calibrate: `calibration` is `null`, every ' +
          'verdict `unsure`, every interval [0, 1].',
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
  ];
}

/** POST /v1/score: what the model says of records that are not kept. */
import { answerRecords } from '../answer-records.ts';
import { problemAnswers } from '../operation.ts';
import { parseQuery } from '../parse.ts';
import { RECORD_CODES, RECORDS_ANSWER, RECORDS_BODY } from '../records-operation.ts';
import type { ApiContext, Route } from '../route.ts';
import { ScoreQuery } from '../schemas/records.ts';

export function scoreRoutes(context: ApiContext): Route[] {
  return [
    {
      method: 'post',
      path: '/v1/score',
      permission: 'score',
      operation: {
        operationId: 'scoreRecords',
        summary: 'Score records and forget them',
        description:
          'Says of each record how much it is like what this site marks as bad and unlike its own good traffic. Nothing is ' +
          'stored or learnt. Until two marked incidents tell enough (`calibration` of `GET /v1/model`) every verdict is ' +
          '`unsure` and every interval [0, 1]: go by the order of the scores then.',
        tags: ['Records'],
        requestParams: { query: ScoreQuery },
        requestBody: RECORDS_BODY,
        responses: { 200: RECORDS_ANSWER, ...problemAnswers(...RECORD_CODES) },
      },
      async answer(request, response, caller) {
        const { explain, format } = parseQuery(ScoreQuery, request.query);
        const open = () => context.services.openScoring(caller.site, { explain });
        await answerRecords(context, { request, response, caller, operation: 'score', format, open });
      },
    },
  ];
}

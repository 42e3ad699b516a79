/** Records: storing them, and finding them again. */
import { sendJson } from '../answer.ts';
import { answerRecords } from '../answer-records.ts';
import { jsonAnswer, problemAnswers } from '../operation.ts';
import { parse } from '../parse.ts';
import { RECORD_CODES, RECORDS_ANSWER, RECORDS_BODY } from '../records-operation.ts';
import type { ApiContext, Route } from '../route.ts';
import { IdPath, idOf, pageOf } from '../schemas/common.ts';
import { IngestQuery, RecordQuery, RecordResponse, RecordsQuery, recordJson } from '../schemas/records.ts';

export function recordsRoutes(context: ApiContext): Route[] {
  const { services } = context;
  return [
    {
      method: 'post',
      path: '/v1/records',
      permission: 'ingest',
      operation: {
        summary: 'Score and store records; acknowledged when durable',
        tags: ['Records'],
        requestParams: { query: IngestQuery },
        requestBody: RECORDS_BODY,
        responses: { 200: RECORDS_ANSWER, ...problemAnswers(...RECORD_CODES, 'window-name-taken') },
      },
      async answer(request, response, caller) {
        const { explain, format, score, label, window } = parse(IngestQuery, request.query);
        const corpus = label === undefined ? undefined : { label, name: window ?? label };
        const open = () => services.openIngest(caller, { explain, score, corpus });
        await answerRecords(context, { request, response, caller, operation: 'ingest', format, open });
      },
    },
    {
      method: 'get',
      path: '/v1/records',
      permission: 'read',
      operation: {
        summary: 'Find stored records',
        tags: ['Records'],
        requestParams: { query: RecordsQuery },
        responses: {
          200: jsonAnswer('A page of records.', pageOf(RecordResponse)),
          ...problemAnswers('window-not-found'),
        },
      },
      async answer(request, response, { site }) {
        const { from: fromMs, to: toMs, ...query } = parse(RecordsQuery, request.query);
        const { items, nextCursor } = await services.searchRecords(site, { ...query, fromMs, toMs });
        sendJson(response, 200, { items: items.map(recordJson), nextCursor });
      },
    },
    {
      method: 'get',
      path: '/v1/records/{id}',
      permission: 'read',
      operation: {
        summary: 'A stored record: its score then and now',
        tags: ['Records'],
        requestParams: { path: IdPath, query: RecordQuery },
        responses: { 200: jsonAnswer('The record.', RecordResponse), ...problemAnswers('record-not-found') },
      },
      async answer(request, response, { site }) {
        const { explain } = parse(RecordQuery, request.query);
        sendJson(response, 200, recordJson(await services.getRecord(site, idOf(request.params), explain)));
      },
    },
  ];
}

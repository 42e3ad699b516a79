/** Records: storing them, and finding them again. */
import { PAGE_BYTES_MAX, SEARCHED_RECORDS_MAX } from '../../domain/limits.ts';
import { answerRecords } from '../answer-records.ts';
import { EXAMPLES } from '../examples.ts';
import { jsonAnswer, problemAnswers } from '../operation.ts';
import { parseQuery } from '../parse.ts';
import { ReadBack } from '../read-back.ts';
import { RECORD_CODES, RECORDS_ANSWER, RECORDS_BODY } from '../records-operation.ts';
import type { ApiContext, Route } from '../route.ts';
import { IdPath, idOf, pageOf } from '../schemas/common.ts';
import { IngestQuery, RecordQuery, RecordResponse, RecordsQuery, recordJson } from '../schemas/records.ts';

export function recordsRoutes(context: ApiContext): Route[] {
  const { services, load } = context;
  const readBack = new ReadBack(load);
  return [
    {
      method: 'post',
      path: '/v1/records',
      permission: 'ingest',
      operation: {
        operationId: 'storeRecords',
        summary: 'Score and store records; acknowledged when durable',
        description:
          'Each record is scored, stored under its identity, and learnt later by what marks, judgements and time say of it. ' +
          'What was stored before is answered as a `duplicate` and counts once. With `label` the records are a labelled ' +
          'corpus: learnt at once, listed and retracted as a window. Nothing is acknowledged before it is durable.',
        tags: ['Records'],
        requestParams: { query: IngestQuery },
        requestBody: RECORDS_BODY,
        responses: { 200: RECORDS_ANSWER, ...problemAnswers(...RECORD_CODES, 'window-name-taken') },
      },
      async answer(request, response, caller) {
        const { explain, format, score, label, window } = parseQuery(IngestQuery, request.query);
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
        operationId: 'searchRecords',
        summary: 'Find stored records',
        description:
          'A page ends after `limit` records, or before: where the lines and contents of its records come to ' +
          `${PAGE_BYTES_MAX} bytes, or where ${SEARCHED_RECORDS_MAX} records were looked at, which is as much as one ` +
          'request may. So a page may be short, even empty, and have a `nextCursor` all the same; only a page without ' +
          'one is the last.',
        tags: ['Records'],
        requestParams: { query: RecordsQuery },
        responses: {
          200: jsonAnswer('A page of records.', pageOf(RecordResponse), EXAMPLES.records),
          ...problemAnswers('window-not-found', 'overloaded', 'tokenizer-unknown'),
        },
      },
      async answer(request, response, caller) {
        const { from: fromMs, to: toMs, ...query } = parseQuery(RecordsQuery, request.query);
        await readBack.answer(response, caller, async () => {
          const { items, nextCursor } = await services.searchRecords(caller.site, { ...query, fromMs, toMs });
          return { items: items.map(recordJson), nextCursor };
        });
      },
    },
    {
      method: 'get',
      path: '/v1/records/{id}',
      permission: 'read',
      operation: {
        operationId: 'getRecord',
        summary: 'A stored record: its score then and now',
        description:
          'The line as it came, its content by ECS names, what the ledger calls it, and its score when it came and by the ' +
          'model of now, with `explain` reasons and the windows that taught them. To find these, counts of the newest windows are ' +
          'read, 32 MiB at the most: where much was learnt, such an answer takes a second or two.',
        tags: ['Records'],
        requestParams: { path: IdPath, query: RecordQuery },
        responses: {
          200: jsonAnswer('The record.', RecordResponse, EXAMPLES.records.items[0]),
          ...problemAnswers('record-not-found', 'overloaded', 'tokenizer-unknown'),
        },
      },
      async answer(request, response, caller) {
        const { explain } = parseQuery(RecordQuery, request.query);
        const id = idOf(request.params);
        await readBack.answer(response, caller, async () =>
          recordJson(await services.getRecord(caller.site, id, explain)),
        );
      },
    },
  ];
}

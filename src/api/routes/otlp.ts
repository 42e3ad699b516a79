/**
 * OTLP/HTTP logs in JSON, as OpenTelemetry's SDKs and collectors export them.
 *
 * Source: OpenTelemetry Protocol 1.x, "OTLP/HTTP": partial success, failures as google.rpc.Status, and 429, 502, 503 and
 * 504 as the only ones that are tried again.
 */
import { isUtf8 } from 'node:buffer';
import { AppError } from '../../domain/errors.ts';
import { OTLP_BODY_BYTES_MAX } from '../../domain/limits.ts';
import { formatOf } from '../../ingest/formats.ts';
import { otlpDocuments } from '../../ingest/otlp.ts';
import { sendJson } from '../answer.ts';
import { withWholeBody } from '../body.ts';
import { documentReader, type ReadBytes } from '../document-items.ts';
import { EXAMPLES } from '../examples.ts';
import { BODY_CODES } from '../management-body.ts';
import { checkJson } from '../media-type.ts';
import { jsonAnswer, jsonContent } from '../operation.ts';
import { OtlpAnswer, sendOtlpFailure } from '../otlp-answer.ts';
import { parseJson, parseQuery } from '../parse.ts';
import type { ApiContext, Route } from '../route.ts';
import { OtlpQuery, OtlpRequest, OtlpResponse, statusAnswers } from '../schemas/otlp.ts';
import { type ReadItem, storeDocuments } from '../store-documents.ts';

export function otlpRoutes(context: ApiContext): Route[] {
  const { jsonBodyBytesMax } = context.limits;
  const max =
    jsonBodyBytesMax < OTLP_BODY_BYTES_MAX
      ? { name: 'jsonBodyBytesMax', bytes: jsonBodyBytesMax }
      : { name: 'otlpBodyBytesMax', bytes: OTLP_BODY_BYTES_MAX };
  return [
    {
      method: 'post',
      path: '/v1/logs',
      permission: 'ingest',
      sendFailure: sendOtlpFailure,
      operation: {
        operationId: 'storeLogs',
        summary: 'Score and store OpenTelemetry logs',
        description:
          'OTLP/HTTP in JSON; Protobuf is answered 415. Each log record is a document of its attributes, by their names ' +
          'in ECS or the semantic conventions, and of its body: a line of any format that is known, or fields. An attribute ' +
          '`log.record.uid` is its `event.id`. Records that are none are told by `partialSuccess`, and lost.',
        tags: ['Shippers'],
        requestParams: { query: OtlpQuery },
        requestBody: { required: true, content: jsonContent(OtlpRequest, EXAMPLES.otlpLogs) },
        responses: {
          200: jsonAnswer('What is not told of is stored.', OtlpResponse, EXAMPLES.otlpStored),
          ...statusAnswers(...BODY_CODES, 'unknown-format', 'tokenizer-unknown'),
        },
      },
      async answer(request, response, caller) {
        const { format } = parseQuery(OtlpQuery, request.query);
        checkOtlpType(request.headers['content-type']);
        const read = await documentReader(
          context,
          caller,
          format === undefined ? undefined : formatOf(format),
        );
        const load = context.load.of(caller.keyId);
        await load.run(() =>
          withWholeBody(request, response, max, load, async body => {
            if (!isUtf8(body)) throw new AppError('invalid-json', 'the body is not UTF-8');
            const answer = new OtlpAnswer();
            const items = readItems(parseJson(body.toString('utf8')), read);
            const failure = await storeDocuments(context, { request, caller }, items, outcome =>
              answer.tell(outcome),
            );
            // There is no word for a part that is to be sent again: all of it is, and what is stored is met again.
            if (failure !== null) throw failure;
            sendJson(response, 200, answer.end());
          }),
        );
      },
    },
  ];
}

function checkOtlpType(contentType: string | undefined): void {
  if (contentType?.toLowerCase().includes('protobuf')) {
    const detail = 'Protobuf is not taken: set the exporter to JSON (protocol http/json, encoding: json)';
    throw new AppError('unsupported-media-type', detail);
  }
  checkJson(contentType);
}

function* readItems(request: unknown, read: ReadBytes): Generator<ReadItem, void, undefined> {
  for (const told of otlpDocuments(request)) yield 'rejected' in told ? told : readItem(told.document, read);
}

/** Fields by which a document is no record of any kind are what a log says. */
function readItem(document: object, read: ReadBytes): ReadItem {
  const text = JSON.stringify(document);
  const item = read(Buffer.from(text));
  const isLog = 'rejected' in item && item.rejected.code === 'unknown-record-kind';
  return isLog ? read(Buffer.from(JSON.stringify({ ...document, message: text }))) : item;
}

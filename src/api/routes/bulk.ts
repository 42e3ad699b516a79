/**
 * The part of Elasticsearch's interface that shippers need to send their documents here: they take this server for one,
 * and change nothing but its address and the key.
 *
 * Sources: Elasticsearch reference, "Bulk API" and "Cluster info"; what clients ask for beside that (`GET /_license`, the
 * header, `"errors":false,"items":[` in this order) is told in docs/shippers.md.
 */
import { setImmediate } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { type BulkItem, splitBulkBody } from '../../ingest/bulk-body.ts';
import { isWhole } from '../../ingest/field-check.ts';
import { formatOf } from '../../ingest/formats.ts';
import type { Caller } from '../../services/caller.ts';
import { sendJson, sendText } from '../answer.ts';
import { authenticate, secretOf } from '../authenticate.ts';
import { withWholeBody } from '../body.ts';
import { BulkAnswer, PRODUCT_HEADER, sendBulkFailure } from '../bulk-answer.ts';
import { leadToDocs } from '../docs-page.ts';
import { documentReader, type ReadBytes } from '../document-items.ts';
import { CLUSTER, LICENSE } from '../elasticsearch.ts';
import { BULK_LINES, EXAMPLES } from '../examples.ts';
import { BODY_CODES } from '../management-body.ts';
import { checkAnyJson, JSON_MEDIA_TYPE } from '../media-type.ts';
import { jsonAnswer } from '../operation.ts';
import { parseQuery } from '../parse.ts';
import { onceClosed } from '../response-closed.ts';
import type { ApiContext, Route } from '../route.ts';
import {
  BULK_BODY,
  BulkQuery,
  BulkResponse,
  ClusterResponse,
  failureAnswers,
  failureOrProblemAnswers,
  IndexPath,
  LicenseResponse,
} from '../schemas/bulk.ts';
import { type ReadItem, storeDocuments } from '../store-documents.ts';

const TAGS = ['Shippers'];
const CODES = [...BODY_CODES, 'unknown-format', 'tokenizer-unknown'] as const;

export function bulkRoutes(context: ApiContext): Route[] {
  const bulk = {
    method: 'post',
    permission: 'ingest',
    sendFailure: sendBulkFailure,
    answer: (request: Request, response: Response, caller: Caller) =>
      answerBulk(context, request, response, caller),
  } as const;
  const operation = {
    summary: 'Score and store documents as Elasticsearch takes them',
    description:
      'Lines in turn: an action, and its document by ECS names, in any other JSON format that is known, or with a log ' +
      'line as its `message`. `index` and `create` store it. With an `_id`, that is its `event.id`; what is there ' +
      'already is answered 409 to a `create` with an `_id`, else 201, and stored once in any case. Items that are ' +
      'answered 429 are to be sent again. Other parameters of Elasticsearch are passed over.',
    tags: TAGS,
    requestBody: BULK_BODY(BULK_LINES),
  };
  const stored = jsonAnswer('What became of each item, in their order.', BulkResponse, EXAMPLES.bulk);
  return [
    {
      ...bulk,
      path: '/_bulk',
      operation: {
        ...operation,
        operationId: 'storeBulk',
        requestParams: { query: BulkQuery },
        responses: { 200: stored, ...failureAnswers(...CODES) },
      },
    },
    {
      ...bulk,
      path: '/{index}/_bulk',
      operation: {
        ...operation,
        operationId: 'storeBulkOfIndex',
        description: `${operation.description} The index is named in the answer, and means nothing else.`,
        requestParams: { path: IndexPath, query: BulkQuery },
        responses: { 200: stored, ...failureOrProblemAnswers(...CODES) },
      },
    },
    {
      method: 'get',
      path: '/',
      permission: null,
      sendFailure: sendBulkFailure,
      operation: {
        operationId: 'getCluster',
        summary: 'What clients of Elasticsearch ask before they send',
        description:
          'A name and a version that they know, with the header that they look for. It takes no key; one that is sent ' +
          'is checked, so that a shipper tells of a wrong key when it starts. Browsers are led to `/docs`.',
        tags: TAGS,
        responses: {
          200: jsonAnswer('Name and version.', ClusterResponse, EXAMPLES.cluster),
          302: {
            description: 'Browsers: to the pages of the API.',
            content: { 'text/plain': { schema: z.string(), example: '/docs\n' } },
          },
          ...failureAnswers(),
        },
      },
      async answer(request, response) {
        if (isBrowser(request)) return leadToDocs(response);
        await checkKey(context, request);
        response.setHeader(...PRODUCT_HEADER);
        sendJson(response, 200, CLUSTER);
      },
    },
    {
      method: 'get',
      path: '/_license',
      permission: null,
      sendFailure: sendBulkFailure,
      operation: {
        operationId: 'getLicense',
        summary: 'What Filebeat and Logstash ask before they send',
        description:
          'They send nothing to a server without an active license of its own kind; this program needs none. It takes no ' +
          'key; one that is sent is checked.',
        tags: TAGS,
        responses: {
          200: jsonAnswer('A license without an end.', LicenseResponse, EXAMPLES.license),
          ...failureAnswers(),
        },
      },
      async answer(request, response) {
        await checkKey(context, request);
        response.setHeader(...PRODUCT_HEADER);
        sendJson(response, 200, LICENSE);
      },
    },
  ];
}

async function checkKey({ services }: ApiContext, request: Request): Promise<void> {
  if (secretOf(request.headers) !== null) await authenticate(services, request.headers, 'score');
}

function isBrowser({ headers }: Request): boolean {
  return headers.accept?.includes('text/html') === true;
}

async function answerBulk(
  context: ApiContext,
  request: Request,
  response: Response,
  caller: Caller,
): Promise<void> {
  const startedAtMs = performance.now();
  const { format } = parseQuery(BulkQuery, request.query);
  checkAnyJson(request.headers['content-type']);
  const read = await documentReader(context, caller, format === undefined ? undefined : formatOf(format));
  const load = context.load.of(caller.keyId);
  const max = { name: 'jsonBodyBytesMax', bytes: context.limits.jsonBodyBytesMax };
  const index = IndexPath.safeParse(request.params).data?.index;
  await load.run(() =>
    withWholeBody(request, response, max, load, async body => {
      const items = await split(body);
      const answer = new BulkAnswer(items, index);
      await storeDocuments(context, { request, caller }, readItems(items, read), outcome =>
        answer.tell(outcome),
      );
      const text = answer.end(performance.now() - startedAtMs);
      load.count(text.length);
      onceClosed(response, () => load.count(-text.length));
      response.setHeader(...PRODUCT_HEADER);
      sendText(response, 200, JSON_MEDIA_TYPE, text);
    }),
  );
}

/** Finds the items; others get their turn meanwhile. */
async function split(body: Buffer): Promise<readonly BulkItem[]> {
  const splitting = splitBulkBody(body);
  let step = splitting.next();
  for (; !step.done; step = splitting.next()) await setImmediate();
  if (step.value.length === 0) throw new AppError('bad-request', 'the body holds no action');
  return step.value;
}

function* readItems(items: readonly BulkItem[], read: ReadBytes): Generator<ReadItem, void, undefined> {
  for (const { action, bytes, id } of items) {
    if (bytes === undefined || (action !== 'index' && action !== 'create')) yield NOT_STORED;
    else yield id === undefined || isWhole(id) ? read(bytes, id) : ID_NOT_WHOLE;
  }
}

/** Two such ids may be one by now. */
const ID_NOT_WHOLE: ReadItem = {
  rejected: {
    code: 'wrong-type',
    detail: '_id must be whole text: UTF-8, no half of a surrogate pair, no U+FFFD',
  },
};

const NOT_STORED: ReadItem = {
  rejected: {
    code: 'not-a-record',
    detail: 'actions that are taken: index, create; a record is never changed',
  },
};

/** The tokens that were learnt: in pages, all of them to take away, and those of another site to be taken over. */
import { z } from 'zod';
import type { ErrorCode } from '../../domain/errors.ts';
import { sendJson } from '../answer.ts';
import { bodyChunks, streamLimits } from '../body.ts';
import { EXAMPLES } from '../examples.ts';
import { ExportQuery, writeExport } from '../export-stream.ts';
import { importLines } from '../import-lines.ts';
import { exportFormatOf } from '../media-type.ts';
import { jsonAnswer, problemAnswers } from '../operation.ts';
import { parseQuery } from '../parse.ts';
import type { ApiContext, Route } from '../route.ts';
import { pageOf } from '../schemas/common.ts';
import { TOKEN_COLUMNS, TokenResponse, TokensQuery, tokenCells, tokenJson } from '../schemas/tokens.ts';
import { ImportAcceptedResponse, ImportQuery } from '../schemas/windows.ts';

const IMPORT_CODES: readonly ErrorCode[] = [
  'invalid-import',
  'tokenizer-differs',
  'import-in-force',
  'bad-encoding',
  'body-too-large',
  'overloaded',
  'unsupported-media-type',
  'unsupported-encoding',
];

const SHAPE = { name: 'tokens', columns: TOKEN_COLUMNS, cells: tokenCells, json: tokenJson };

export function tokensRoutes(context: ApiContext): Route[] {
  const { services } = context;
  return [
    {
      method: 'get',
      path: '/v1/tokens',
      permission: 'read',
      operation: {
        operationId: 'listTokens',
        summary: 'Learnt tokens, by weight or count',
        description: 'What the site has learnt, token by token: what speaks most for bad, or is seen most.',
        tags: ['Model'],
        requestParams: { query: TokensQuery },
        responses: {
          200: jsonAnswer('A page of tokens.', pageOf(TokenResponse), EXAMPLES.tokens),
          ...problemAnswers('tokenizer-unknown'),
        },
      },
      async answer(request, response, { site }) {
        const { items, nextCursor } = await services.listTokens(site, parseQuery(TokensQuery, request.query));
        sendJson(response, 200, { items: items.map(tokenJson), nextCursor });
      },
    },
    {
      method: 'get',
      path: '/v1/tokens/export',
      permission: 'read',
      operation: {
        operationId: 'exportTokens',
        summary: 'All tokens',
        description:
          'Streams all that was learnt: the totals (field `record`, an empty token), the tokenizers that they were counted by, ' +
          'then by field how many records have it (an empty token) and its tokens. `POST /v1/tokens/import` takes it. In CSV, cells that begin like a formula have an apostrophe in front, and control characters, semicolons and ' +
          'backslashes are written as JSON escapes.',
        tags: ['Model'],
        requestParams: { query: ExportQuery },
        responses: {
          200: {
            description: 'Every token, by field and token.',
            content: {
              'text/csv': { schema: z.string(), example: EXAMPLES.tokenTable },
              'application/x-ndjson': { schema: TokenResponse, example: EXAMPLES.tokenLine },
            },
          },
          ...problemAnswers('tokenizer-unknown'),
        },
      },
      async answer(request, response, caller) {
        const { format } = parseQuery(ExportQuery, request.query);
        const pages = services.exportTokens(caller);
        await writeExport(context, { request, response, caller, format }, SHAPE, pages);
      },
    },
    {
      method: 'post',
      path: '/v1/tokens/import',
      permission: 'administer',
      operation: {
        operationId: 'importTokens',
        summary: 'Take over what another site has learnt',
        description:
          'The body is an export of another site, as it came. Its counts are multiplied by `trust` and learnt as of today; it ' +
          'is listed as a window, and `DELETE /v1/windows/{id}` takes it back exactly. It is all or nothing: a line that ' +
          'cannot be right is told by number, and then nothing is imported. Counts that are in force already are not counted ' +
          'again: the same request sent twice is answered with the same import.',
        tags: ['Model'],
        requestParams: { query: ImportQuery },
        requestBody: {
          required: true,
          content: {
            'text/csv': { schema: z.string(), example: EXAMPLES.tokenTable },
            'application/x-ndjson': { schema: z.string(), example: EXAMPLES.tokenLines },
          },
        },
        responses: {
          202: jsonAnswer(
            'It is in the ledger; `Location` tells how its learning goes.',
            ImportAcceptedResponse,
            EXAMPLES.importAccepted,
          ),
          ...problemAnswers(...IMPORT_CODES),
        },
      },
      async answer(request, response, caller) {
        const { trust, note } = parseQuery(ImportQuery, request.query);
        const format = exportFormatOf(request.headers['content-type']);
        const chunks = bodyChunks(request, response, streamLimits(context.limits));
        const load = context.load.of(caller.keyId);
        const lines = importLines(chunks, format, load);
        const { id, status, taught } = await load.run(() =>
          services.importTokens(caller, { trust, note }, lines),
        );
        const tokens = taught.type === 'import' ? taught.imported.tokens : 0;
        context.logger.info({ by: caller.keyId, window: id, trust }, 'an export was imported');
        response.setHeader('Location', `/v1/windows/${encodeURIComponent(id)}`);
        sendJson(response, 202, { id, status, tokens });
      },
    },
  ];
}

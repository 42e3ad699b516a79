/** The tokens that were learnt: in pages, and all of them to take away. */
import { z } from 'zod';
import { sendJson } from '../answer.ts';
import { EXAMPLES } from '../examples.ts';
import { ExportQuery, writeExport } from '../export-stream.ts';
import { jsonAnswer, problemAnswers } from '../operation.ts';
import { parseQuery } from '../parse.ts';
import type { ApiContext, Route } from '../route.ts';
import { pageOf } from '../schemas/common.ts';
import { TOKEN_COLUMNS, TokenResponse, TokensQuery, tokenCells, tokenJson } from '../schemas/model.ts';

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
          'Streams all that was learnt, by field and token. In CSV, cells that begin like a formula have an apostrophe in front, and control characters, semicolons and ' +
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
  ];
}

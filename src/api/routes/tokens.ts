/** The tokens that were learnt: in pages, and all of them to take away. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Caller, TokenView } from '../../services/services.ts';
import { sendJson } from '../answer.ts';
import { AnswerStream } from '../answer-stream.ts';
import { csvLine } from '../csv.ts';
import { logFailure } from '../log-failure.ts';
import { NDJSON_MEDIA_TYPE } from '../media-type.ts';
import { jsonAnswer, problemAnswers } from '../operation.ts';
import { parse } from '../parse.ts';
import type { ApiContext, Route } from '../route.ts';
import { pageOf } from '../schemas/common.ts';
import {
  ExportQuery,
  TOKEN_COLUMNS,
  TokenResponse,
  TokensQuery,
  tokenCells,
  tokenJson,
} from '../schemas/model.ts';

interface ExportFormat {
  mediaType: string;
  head: string;
  line(token: TokenView): string;
}

const EXPORTS: Readonly<Record<z.infer<typeof ExportQuery>['format'], ExportFormat>> = {
  csv: {
    mediaType: 'text/csv; charset=utf-8; header=present',
    head: `${TOKEN_COLUMNS.join(',')}\r\n`,
    line: token => csvLine(tokenCells(token)),
  },
  ndjson: {
    mediaType: NDJSON_MEDIA_TYPE,
    head: '',
    line: token => `${JSON.stringify(tokenJson(token))}\n`,
  },
};

/** Writes all tokens, page by page as the client reads. */
async function writeExport(
  { load, services, logger }: ApiContext,
  { request, response }: { request: Request; response: Response },
  { site, keyId }: Caller,
  format: keyof typeof EXPORTS,
): Promise<void> {
  const { mediaType, head, line } = EXPORTS[format];
  const answer = new AnswerStream(response, load.of(keyId), mediaType);
  response.setHeader('Content-Disposition', `attachment; filename="tokens-${site}.${format}"`);
  let text = head;
  try {
    for await (const page of services.exportTokens(site)) {
      text += page.map(line).join('');
      await answer.write(text);
      text = '';
    }
    if (text !== '') await answer.write(text);
    answer.end();
  } catch (error) {
    if (!answer.isStarted) {
      response.removeHeader('Content-Disposition');
      throw error;
    }
    // Neither format has words for it: the file ends without the end mark of its transfer, which every client reports.
    logFailure(logger, error, request, 'an export was broken off');
    answer.breakOff('');
  }
}

export function tokensRoutes(context: ApiContext): Route[] {
  const { services } = context;
  return [
    {
      method: 'get',
      path: '/v1/tokens',
      permission: 'read',
      operation: {
        summary: 'Learnt tokens, by weight or count',
        tags: ['Model'],
        requestParams: { query: TokensQuery },
        responses: { 200: jsonAnswer('A page of tokens.', pageOf(TokenResponse)), ...problemAnswers() },
      },
      async answer(request, response, { site }) {
        const { items, nextCursor } = await services.listTokens(site, parse(TokensQuery, request.query));
        sendJson(response, 200, { items: items.map(tokenJson), nextCursor });
      },
    },
    {
      method: 'get',
      path: '/v1/tokens/export',
      permission: 'read',
      operation: {
        summary: 'All tokens',
        description:
          'In CSV, cells that begin like a formula have an apostrophe in front, and control characters, semicolons and ' +
          'backslashes are written as JSON escapes.',
        tags: ['Model'],
        requestParams: { query: ExportQuery },
        responses: {
          200: {
            description: 'Every token, by field and token.',
            content: {
              'text/csv': { schema: z.string() },
              'application/x-ndjson': { schema: TokenResponse },
            },
          },
          ...problemAnswers(),
        },
      },
      async answer(request, response, caller) {
        const { format } = parse(ExportQuery, request.query);
        await writeExport(context, { request, response }, caller, format);
      },
    },
  ];
}

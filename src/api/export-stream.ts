/** Exports: pages of rows as CSV or NDJSON, written as fast as the client reads. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Caller } from '../services/caller.ts';
import { AnswerStream } from './answer-stream.ts';
import { csvLine } from './csv.ts';
import { logFailure } from './log-failure.ts';
import { NDJSON_MEDIA_TYPE } from './media-type.ts';
import type { ApiContext } from './route.ts';

export const ExportQuery = z.strictObject({ format: z.enum(['csv', 'ndjson']).default('csv') });

/** How the rows of one kind are written. */
export interface ExportShape<Row> {
  /** Before the site in the name of the file. */
  name: string;
  columns: readonly string[];
  cells(row: Row): (string | number | undefined)[];
  json(row: Row): unknown;
}

interface ExportRequest {
  request: Request;
  response: Response;
  caller: Caller;
  format: z.infer<typeof ExportQuery>['format'];
}

export async function writeExport<Row>(
  { load, logger }: ApiContext,
  { request, response, caller, format }: ExportRequest,
  { name, columns, cells, json }: ExportShape<Row>,
  pages: AsyncIterable<Row[]>,
): Promise<void> {
  const isCsv = format === 'csv';
  const mediaType = isCsv ? 'text/csv; charset=utf-8; header=present' : NDJSON_MEDIA_TYPE;
  const line = (row: Row) => (isCsv ? csvLine(cells(row)) : `${JSON.stringify(json(row))}\n`);
  const answer = new AnswerStream(response, load.of(caller.keyId), mediaType);
  response.setHeader('Content-Disposition', `attachment; filename="${name}-${caller.site}.${format}"`);
  let text = isCsv ? `${columns.join(',')}\r\n` : '';
  try {
    for await (const page of pages) {
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

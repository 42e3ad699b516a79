/** How OpenAPI describes bodies with records and their answers. */

import { z } from 'zod';
import type { ZodOpenApiRequestBodyObject, ZodOpenApiResponseObject } from 'zod-openapi';
import type { ErrorCode } from '../domain/errors.ts';
import { COLUMN_LINES, EXAMPLES, LOG_LINES, RECORD_LINES } from './examples.ts';
import { BODY_CODES } from './management-body.ts';
import { ArrayResponse, LineResponse, OutcomeResponse } from './schemas/result.ts';

export const RECORD_CODES: readonly ErrorCode[] = [...BODY_CODES, 'unknown-format', 'tokenizer-unknown'];

const Record = z.record(z.string(), z.unknown()).meta({
  description:
    'A record by ECS names, or in any other JSON format that is known. Fields that are not known are ignored.',
});
const lines = (what: string, example: string) => ({
  schema: z.string().meta({ description: what }),
  example,
});

export const RECORDS_BODY: ZodOpenApiRequestBodyObject = {
  required: true,
  description:
    'Records as one JSON text or line by line; gzip, deflate, br or zstd by Content-Encoding. Any `text/*`, a form type ' +
    'as curl sends it and no type at all are read line by line. JSON has to be UTF-8; in raw lines other bytes become U+FFFD.',
  content: {
    'application/json': { schema: z.union([Record, z.array(Record)]), example: EXAMPLES.record },
    'application/x-ndjson': lines('A record a line.', RECORD_LINES),
    'text/plain': lines('Log lines.', LOG_LINES),
    'text/csv': lines('Lines of columns, with the header that names them.', COLUMN_LINES),
  },
};

export const RECORDS_ANSWER: ZodOpenApiResponseObject = {
  description:
    'An object is answered by its result, an array by `{results, rejected, model}`; lines are answered by NDJSON in ' +
    'their order, a result or a rejection each, and a last line with the summary. With `Prefer: return=minimal` NDJSON ' +
    'leaves the results out. Where something stops the request after this status is sent, the answer ends with `error` ' +
    'and the connection is cut: what was told before it holds, the rest is to be sent again.',
  content: {
    'application/json': { schema: z.union([OutcomeResponse, ArrayResponse]), example: EXAMPLES.result },
    'application/x-ndjson': {
      schema: LineResponse.meta({ description: 'Each line.' }),
      example: EXAMPLES.resultLines,
    },
  },
};

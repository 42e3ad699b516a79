/** Bodies of management requests: small, JSON, and nothing in them that is not understood. */
import { isUtf8 } from 'node:buffer';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import { MANAGEMENT_BODY_BYTES_MAX } from '../domain/limits.ts';
import type { Caller } from '../services/caller.ts';
import { withWholeBody } from './body.ts';
import { checkJson } from './media-type.ts';
import { parse, parseJson } from './parse.ts';
import type { ApiContext } from './route.ts';

const MAX = { name: 'managementBodyBytesMax', bytes: MANAGEMENT_BODY_BYTES_MAX };

/** What reading such a body may end in, for the description of a route. */
export const BODY_CODES: readonly ErrorCode[] = [
  'bad-request',
  'invalid-json',
  'bad-encoding',
  'body-too-large',
  'overloaded',
  'unsupported-media-type',
  'unsupported-encoding',
];

/** What a person writes is kept as it was written or refused: a name with U+FFFD in it would be another name. */
function textOf(body: Buffer): string {
  if (!isUtf8(body)) throw new AppError('invalid-json', 'the body is not UTF-8');
  return body.toString('utf8');
}

/** @throws AppError one of BODY_CODES, or `invalid-request` with a pointer to each wrong field */
export function readManagementBody<T>(
  { load }: ApiContext,
  { keyId }: Caller,
  request: Request,
  response: Response,
  schema: z.ZodType<T>,
): Promise<T> {
  checkJson(request.headers['content-type']);
  return withWholeBody(request, response, MAX, load.of(keyId), async body => {
    if (body.length === 0) throw new AppError('bad-request', 'the body is empty; it should be a JSON object');
    return parse(schema, parseJson(textOf(body)));
  });
}

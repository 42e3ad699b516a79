/** The parts of OpenAPI descriptions that many routes share. */
import type { z } from 'zod';
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import type { ErrorCode } from '../domain/errors.ts';
import { EXAMPLES } from './examples.ts';
import { PROBLEMS } from './problem.ts';
import { ProblemResponse } from './schemas/common.ts';

export function jsonContent(schema: z.ZodType, example: unknown) {
  return { 'application/json': { schema, example } };
}

export function jsonAnswer(
  description: string,
  schema: z.ZodType,
  example: unknown,
): ZodOpenApiResponseObject {
  return { description, content: jsonContent(schema, example) };
}

/** Problems that any request with a key may meet. */
const KEYED_CODES: readonly ErrorCode[] = [
  'invalid-request',
  'unauthenticated',
  'forbidden',
  'internal',
  'stopping',
  'store-unavailable',
  'store-full',
];

/** The problems of a keyed route, by status; those of `codes` besides the usual ones. */
export function problemAnswers(...codes: ErrorCode[]): ZodOpenApiResponsesObject {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...KEYED_CODES, ...codes]) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const answers = [...byStatus].map(([status, told]) => [
    status,
    {
      description: told.join(', '),
      content: { 'application/problem+json': { schema: ProblemResponse, example: exampleOf(told) } },
    },
  ]);
  return Object.fromEntries(answers);
}

/** What an answer looks like that is one of these problems. */
function exampleOf(codes: readonly ErrorCode[]): unknown {
  const [code] = codes;
  if (code === undefined || codes.includes('invalid-request')) return EXAMPLES.problem;
  const { status, title } = PROBLEMS[code];
  return { type: `/problems/${code}`, title, status, detail: title, instance: '/v1/windows' };
}

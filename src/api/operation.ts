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
  return failuresByStatus(codes, problemAnswer);
}

/** Codes of one status. */
export type SameStatus = readonly [ErrorCode, ...ErrorCode[]];

export function problemAnswer(told: SameStatus): ZodOpenApiResponseObject {
  return {
    description: told.join(', '),
    content: { 'application/problem+json': { schema: ProblemResponse, example: exampleOf(told) } },
  };
}

/**
 * The failures of a keyed route by status, whatever form they are told in; those of `codes` besides the usual ones.
 * @param answerOf what is said of those of one status
 */
export function failuresByStatus(
  codes: readonly ErrorCode[],
  answerOf: (codes: SameStatus) => ZodOpenApiResponseObject,
  statusOf = (code: ErrorCode): number => PROBLEMS[code].status,
): ZodOpenApiResponsesObject {
  const byStatus = new Map<number, [ErrorCode, ...ErrorCode[]]>();
  for (const code of new Set([...KEYED_CODES, ...codes])) {
    const status = statusOf(code);
    const same = byStatus.get(status);
    if (same === undefined) byStatus.set(status, [code]);
    else same.push(code);
  }
  return Object.fromEntries([...byStatus].map(([status, told]) => [status, answerOf(told)]));
}

/** What an answer looks like that is one of these problems. */
function exampleOf(codes: readonly ErrorCode[]): unknown {
  const [code] = codes;
  if (code === undefined || codes.includes('invalid-request')) return EXAMPLES.problem;
  const { status, title } = PROBLEMS[code];
  return { type: `/problems/${code}`, title, status, detail: title, instance: '/v1/windows' };
}

/**
 * Errors as `application/problem+json` (RFC 9457). The only table from error codes to HTTP; docs/errors.md explains
 * each code, test/api/errors.test.ts keeps codes, table and page equal.
 */
import type { ServerResponse } from 'node:http';
import {
  AppError,
  type ErrorCode,
  type FieldProblem,
  publicDetailOf,
  type Rejection,
} from '../domain/errors.ts';
import { sendText } from './answer.ts';

/** Status and title of each code: fixed, so that programs may compare them. */
export const PROBLEMS = {
  'bad-request': { status: 400, title: 'The request cannot be understood' },
  'invalid-json': { status: 400, title: 'The body is not JSON' },
  'invalid-request': { status: 400, title: 'The request has a wrong value' },
  'unknown-format': { status: 400, title: 'The format is not known' },
  'bad-encoding': { status: 400, title: 'The compressed body is broken' },
  unauthenticated: { status: 401, title: 'A key is needed' },
  forbidden: { status: 403, title: 'The role of the key does not allow this' },
  'not-found': { status: 404, title: 'There is nothing at this path' },
  'record-not-found': { status: 404, title: 'There is no such record' },
  'window-not-found': { status: 404, title: 'There is no such window' },
  'key-not-found': { status: 404, title: 'There is no such key' },
  'model-not-found': { status: 404, title: 'There is no such version of the model' },
  'model-gone': { status: 410, title: 'The counts of that version are gone' },
  'method-not-allowed': { status: 405, title: 'The path does not take this method' },
  'invalid-import': { status: 400, title: 'The import is not as an export has it' },
  'import-in-force': { status: 409, title: 'The counts are imported already' },
  'tokenizer-differs': { status: 409, title: 'The counts are of another version' },
  'window-name-taken': { status: 409, title: 'The name stands for another label' },
  'policy-changed': { status: 409, title: 'The policy was set by somebody else' },
  'slice-sealed': { status: 409, title: 'The record is too old to be judged' },
  'last-admin-key': { status: 409, title: 'It is the last admin key' },
  'body-too-large': { status: 413, title: 'The body is over a limit' },
  'unsupported-media-type': { status: 415, title: 'The media type is not taken here' },
  'unsupported-encoding': { status: 415, title: 'The content encoding is not taken here' },
  'expectation-failed': { status: 417, title: 'The expectation cannot be met' },
  overloaded: { status: 429, title: 'Too much is going on, try again' },
  /** Nobody is left to read it; the number (nginx's) stands in logs and metrics only. */
  'client-gone': { status: 499, title: 'The client went away' },
  'backup-damaged': { status: 500, title: 'The backup is damaged' },
  'config-invalid': { status: 500, title: 'The configuration is invalid' },
  'data-folder-unusable': { status: 500, title: 'The data folder cannot be used' },
  internal: { status: 500, title: 'The fault is ours' },
  'unsupported-transfer-encoding': { status: 501, title: 'The transfer encoding is not taken here' },
  stopping: { status: 503, title: 'The server is stopping' },
  'backup-unavailable': { status: 503, title: 'No backup can be made now' },
  'store-unavailable': { status: 503, title: 'The store cannot be reached' },
  'queue-unavailable': { status: 503, title: 'The queue of learning cannot be reached' },
  'store-full': { status: 507, title: 'The disk of the store is full' },
  'tokenizer-unknown': { status: 503, title: 'What is learnt is of another version' },
} satisfies Record<ErrorCode, { status: number; title: string }>;

const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Seconds after which it is worth trying again. */
const RETRY_AFTER_SECONDS: Partial<Record<ErrorCode, number>> = {
  overloaded: 1,
  stopping: 5,
  'store-unavailable': 5,
  'store-full': 60,
  'queue-unavailable': 5,
  'tokenizer-unknown': 60,
  'backup-unavailable': 60,
};

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  errors?: FieldProblem[];
  /** Why a record that was posted alone was refused. */
  rejected?: Rejection;
}

/** A record that was posted alone and is none; among others it would be one rejected line. */
export class RecordRefused extends AppError {
  readonly rejection: Rejection;
  constructor(rejection: Rejection) {
    super('invalid-request', `the record is refused: ${rejection.detail}`);
    this.rejection = rejection;
  }
}

/**
 * The code of anything thrown. What Express throws for an undecodable path (`/v1/windows/%`) is the sender's fault,
 * everything else that is no AppError is ours.
 */
export function errorCodeOf(error: unknown): ErrorCode {
  if (error instanceof AppError) return error.code;
  return error instanceof URIError ? 'bad-request' : 'internal';
}

/**
 * What is told of an error. Nothing of an unexpected one leaves: no message, no stack.
 * @param instance the path that was asked for
 */
export function problemOf(error: unknown, instance: string): Problem {
  const code = errorCodeOf(error);
  const problem: Problem = {
    type: `/problems/${code}`,
    title: PROBLEMS[code].title,
    status: PROBLEMS[code].status,
    detail: detailOf(error),
    instance,
  };
  if (error instanceof AppError && error.errors.length > 0) problem.errors = [...error.errors];
  if (error instanceof RecordRefused) problem.rejected = error.rejection;
  return problem;
}

function detailOf(error: unknown): string {
  return error instanceof URIError ? 'the path is not percent-encoded UTF-8' : publicDetailOf(error);
}

/** Answers with what is wrong. The caller has made sure that no headers are sent yet. */
export type SendFailure = (response: ServerResponse, error: unknown, instance: string) => void;

/** Answers with a problem. */
export const sendProblem: SendFailure = (response, error, instance) => {
  setFailureHeaders(response, error);
  const text = JSON.stringify(problemOf(error, instance));
  sendText(response, PROBLEMS[errorCodeOf(error)].status, PROBLEM_MEDIA_TYPE, text);
};

/** The headers of an answer that is a failure, whatever its body looks like. */
export function setFailureHeaders(response: ServerResponse, error: unknown): void {
  const code = errorCodeOf(error);
  const retryAfterSeconds = RETRY_AFTER_SECONDS[code];
  if (retryAfterSeconds !== undefined && !response.hasHeader('Retry-After'))
    response.setHeader('Retry-After', retryAfterSeconds);
  if (code === 'unauthenticated') response.setHeader('WWW-Authenticate', 'Bearer realm="bayeswatch"');
}

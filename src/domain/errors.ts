/** Expected failures: one closed list of codes, no HTTP in it. docs/errors.md explains each; api/problem.ts maps them. */

export const ERROR_CODES = [
  'bad-request',
  'invalid-json',
  'invalid-request',
  'unknown-format',
  'unauthenticated',
  'forbidden',
  'not-found',
  'record-not-found',
  'window-not-found',
  'key-not-found',
  'model-not-found',
  'model-gone',
  'method-not-allowed',
  'window-name-taken',
  'policy-changed',
  'invalid-import',
  'import-in-force',
  'tokenizer-differs',
  'last-admin-key',
  'slice-sealed',
  'body-too-large',
  'unsupported-media-type',
  'unsupported-encoding',
  'unsupported-transfer-encoding',
  'expectation-failed',
  'bad-encoding',
  'overloaded',
  'stopping',
  'store-unavailable',
  'store-full',
  'queue-unavailable',
  'tokenizer-unknown',
  'client-gone',
  'backup-unavailable',
  'backup-damaged',
  'config-invalid',
  'data-folder-unusable',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Why a single line was rejected; the batch goes on. Also explained in docs/errors.md. */
export const REJECTION_CODES = [
  'line-too-long',
  'invalid-json',
  'too-deep',
  'not-a-record',
  'unknown-record-kind',
  'wrong-type',
  'missing-field',
  'invalid-time',
  'column-count',
  'missing-header',
  'unparsable-line',
  'slice-sealed',
] as const;
export type RejectionCode = (typeof REJECTION_CODES)[number];

export interface Rejection {
  code: RejectionCode;
  detail: string;
}

export interface FieldProblem {
  detail: string;
  /** JSON pointer into the body, e.g. `#/where/source`; absent for a query. */
  pointer?: string;
  /** Name of the parameter of the query, e.g. `limit`. */
  parameter?: string;
  /** Number of the line of a body that is read by lines, from 1. */
  line?: number;
}

/**
 * An expected failure, told to whoever asked.
 * @example throw new AppError('window-not-found', `no window ${id}`)
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly errors: readonly FieldProblem[];
  constructor(
    code: ErrorCode,
    detail: string,
    options: { cause?: unknown; errors?: readonly FieldProblem[] } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.errors = options.errors ?? [];
  }
}

/** Whether it is the expected failure of this code. */
export function isAppError(error: unknown, code: ErrorCode): error is AppError {
  return error instanceof AppError && error.code === code;
}

/**
 * What anybody may be told of a failure: the detail of an expected one. The message of any other may hold what a sender
 * wrote, so whoever catches it logs it.
 */
export function publicDetailOf(error: unknown): string {
  return error instanceof AppError ? error.message : 'the log of the server says why';
}

/** Every list refuses a cursor that is none of its own in the same words. */
export function wrongCursor(cause?: unknown): AppError {
  return new AppError('invalid-request', 'the cursor is none that was given out for this list', {
    cause,
    errors: [{ detail: 'not a cursor of this list', parameter: 'cursor' }],
  });
}

/** How a command ends: its exit code, and the failures that carry one. */
import { AppError } from '../domain/errors.ts';

export const EXIT = {
  done: 0,
  /** Something is wrong with the input; rejected lines are listed. */
  input: 1,
  /** Usage or configuration. */
  usage: 2,
  /** What the command needs cannot be reached or opened. */
  unreachable: 3,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A failure with a sentence for the person at the terminal. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  constructor(exitCode: ExitCode, sentence: string, options: { cause?: unknown } = {}) {
    super(sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

/**
 * What the person at the terminal reads of a failure that has an exit code. Where a thread of ours has crashed, a server logs
 * why; a command has no log.
 * @example sentenceOf(new AppError('store-unavailable', 'the thread has failed', { cause: new Error('no memory') }))
 * // 'the thread has failed: no memory'
 */
export function sentenceOf(error: Error): string {
  const { message, cause } = error;
  if (!(error instanceof AppError && error.code === 'store-unavailable')) return message;
  return cause instanceof Error && !message.includes(cause.message)
    ? `${message}: ${cause.message}`
    : message;
}

/** The code of an operating system's error, e.g. `ENOENT`; undefined for other errors. */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof AppError || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The exit code of anything thrown, or null where it is a defect of ours and its stack is worth seeing. */
export function exitCodeOf(error: unknown): ExitCode | null {
  if (error instanceof CommandError) return error.exitCode;
  if (!(error instanceof AppError)) return null;
  switch (error.code) {
    case 'config-invalid':
      return EXIT.usage;
    case 'data-folder-unusable':
    case 'store-unavailable':
    case 'store-full':
    case 'queue-unavailable':
    case 'tokenizer-unknown':
    case 'backup-unavailable':
      return EXIT.unreachable;
    default:
      return EXIT.input;
  }
}

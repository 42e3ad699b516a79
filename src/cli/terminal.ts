/** What a command reads and writes: the process' streams, or a test's. */
import type { Readable, Writable } from 'node:stream';

/** A stream that may be a terminal, as `process.stdout` is. */
export type Screen = Writable & { isTTY?: boolean; columns?: number };

export interface Terminal {
  readonly stdin: Readable;
  /** Answers, and nothing else, so that they can be piped. */
  readonly stdout: Screen;
  /** Errors, rejected lines and progress. */
  readonly stderr: Screen;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Columns of a screen whose width nobody knows. */
const COLUMNS_DEFAULT = 120;

/** The width of standard output: that of its screen, else what COLUMNS says. */
export function columnsOf({ stdout, env }: Terminal): number {
  const columns = Number(env['COLUMNS']);
  return stdout.columns ?? (Number.isSafeInteger(columns) && columns > 0 ? columns : COLUMNS_DEFAULT);
}

/** Writes a text, or the bytes of one, and waits until the stream takes more. Rejects with the stream's error, e.g. EPIPE. */
export function print(screen: Screen, text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    screen.write(text, error => (error ? reject(error) : resolve()));
  });
}

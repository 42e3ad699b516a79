/** What the ingest tests share: bytes to lines to parsed lines, as a request goes. */
import type { Format, ParsedLine } from '../../src/ingest/format.ts';
import { type JsonBody, splitJsonBody } from '../../src/ingest/json-body.ts';
import { splitLines } from '../../src/ingest/lines.ts';

/** A time of receipt after every date in fixtures and data. */
export const RECEIVED_AT_MS = Date.UTC(2026, 10, 23);

export async function* chunksOf(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

export interface NumberedLine {
  number: number;
  text: string;
}

/** A JSON body, split without pauses. */
export function wholeSplit(bytes: Uint8Array): JsonBody {
  const splitting = splitJsonBody(bytes);
  for (;;) {
    const step = splitting.next();
    if (step.done) return step.value;
  }
}

/** The non-blank lines of a file, decoded. */
export async function linesOf(bytes: Uint8Array): Promise<NumberedLine[]> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const lines: NumberedLine[] = [];
  for await (const batch of splitLines(chunksOf(bytes), 1_048_576)) {
    for (const line of batch) {
      if (!('bytes' in line)) throw new Error(`line ${line.number} is too long for a fixture`);
      lines.push({ number: line.number, text: decoder.decode(line.bytes) });
    }
  }
  return lines;
}

/** Each line's outcome, with its number; lines that are not meant to be records are left out. */
export function parseLines(
  format: Format,
  lines: readonly NumberedLine[],
): ({ line: number } & Exclude<ParsedLine, null>)[] {
  const parser = format.open({ receivedAtMs: RECEIVED_AT_MS });
  return lines.flatMap(({ number, text }) => {
    const parsed = parser.parse(text);
    return parsed === null ? [] : [{ line: number, ...parsed }];
  });
}

/** The lines that a server answers with, as text. */
import { type Line, splitLines } from '../ingest/lines.ts';
import { CommandError, EXIT } from './exit.ts';

/** A line of ours is under a kilobyte; with a hundred reasons of hostile tokens it stays far below this. */
const SERVER_LINE_BYTES_MAX = 4_194_304;

/** In batches as they arrive. @throws CommandError 3 for a line without end, and what `chunks` throws */
export async function* serverLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  for await (const batch of splitLines(chunks, SERVER_LINE_BYTES_MAX)) yield batch.map(textOf);
}

function textOf(line: Line): string {
  if ('tooLong' in line) throw new CommandError(EXIT.unreachable, 'the server answers with an endless line');
  return Buffer.from(line.bytes).toString('utf8');
}

/** An export on its way to standard output, or a failure: half of one looks like a whole one that says little. */
import type { Client } from './client.ts';
import { CommandError, EXIT, systemCodeOf } from './exit.ts';
import { print, type Terminal } from './terminal.ts';

export type ExportFormat = 'csv' | 'ndjson';

/** @throws CommandError 3 where it broke off, or could not begin */
export async function printExport(
  { stdout }: Terminal,
  client: Client,
  path: string,
  format: ExportFormat,
): Promise<void> {
  for await (const chunk of exportChunks(client, path, format)) await print(stdout, chunk);
}

/** The export as it comes. @throws as printExport */
export async function* exportChunks(
  client: Client,
  path: string,
  format: ExportFormat,
): AsyncGenerator<Uint8Array> {
  const answer = await client.stream({ method: 'GET', path, query: { format } });
  try {
    yield* answer as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (answer.complete || systemCodeOf(cause) !== 'ECONNRESET') throw cause;
    throw new CommandError(EXIT.unreachable, 'the export broke off; what was written is not all', { cause });
  }
}

/** One file on its way through the server: bytes up, answer lines down, at the same time, with progress. */
import { Readable } from 'node:stream';
import { type AnswerLine, answerLines } from './answer-lines.ts';
import type { Call, Client } from './client.ts';
import { CommandError } from './exit.ts';
import { type Input, openInput } from './input.ts';
import { KeptLines } from './kept-lines.ts';
import { MappedLines } from './mapped-lines.ts';
import type { LineMapping } from './mapping-file.ts';
import { startProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

export interface Sending {
  readonly path: '/v1/score' | '/v1/records';
  readonly query: NonNullable<Call['query']>;
  /** Whether lines are wanted beside their results. The file is then decompressed here. */
  readonly keepsLines: boolean;
  /** How lines are read before they are sent; undefined where they go as they are. */
  readonly mapping: LineMapping | undefined;
  /** Whether rejections and the summary are all that is wanted. */
  readonly isMinimal: boolean;
}

export interface Answered {
  lines: AnswerLine[];
  /** The lines that are on their way, as they are sent; none unless they are kept. */
  kept: KeptLines;
}

/**
 * Sends a file and yields what is answered to it, in batches. An empty file is answered with nothing.
 * @param file a path, or `-` for standard input
 * @throws CommandError where the file cannot be read, or the server cannot be reached, refuses it or breaks off
 */
export async function* sendFile(
  client: Client,
  terminal: Terminal,
  file: string,
  sending: Sending,
): AsyncGenerator<Answered> {
  const input = await openInput(file, terminal.stdin);
  try {
    if (!input.isEmpty) yield* sendInput(client, terminal, input, sending);
  } finally {
    await input.close();
  }
}

async function* sendInput(
  client: Client,
  terminal: Terminal,
  input: Input,
  sending: Sending,
): AsyncGenerator<Answered> {
  const { keepsLines, mapping } = sending;
  const kept = new KeptLines();
  const mapped = mapping === undefined ? null : new MappedLines(mapping);
  const answers = answersTo(client, input, sending, { mapped, kept });
  const progress = startProgress(terminal.stderr, input.name, input.bytes);
  let records = 0;
  let answeredLine = 0;
  try {
    for await (const lines of mapped === null ? answers : mapped.among(answers)) {
      for (const line of lines) {
        if (line.type !== 'summary') records += 1;
        if ('line' in line && line.line !== undefined) answeredLine = line.line;
      }
      // What was read is not yet answered: where lines are kept it is known how many of them are.
      const share = keepsLines ? Math.min(1, answeredLine / Math.max(1, kept.passed)) : 1;
      progress.update(input.readBytes * share, records);
      yield { lines, kept };
    }
  } finally {
    progress.stop();
  }
}

/** The server's answers; none where there is nothing to send. */
async function* answersTo(
  client: Client,
  input: Input,
  { path, query, keepsLines, isMinimal }: Sending,
  { mapped, kept }: { mapped: MappedLines | null; kept: KeptLines },
): AsyncGenerator<AnswerLine[]> {
  // The server knows no xz.
  const coding = input.coding === 'xz' ? undefined : input.coding;
  const isSentAsStored = !keepsLines && mapped === null && input.coding === coding;
  const lines = mapped === null ? input.decoded() : await begun(mapped.through(input.decoded()));
  if (lines === null) return;
  const content = isSentAsStored
    ? input.stream
    : Readable.from(keepsLines ? kept.through(lines) : lines, { objectMode: false });
  const contentEncoding = isSentAsStored ? coding : undefined;
  const body = { contentType: 'text/plain', contentEncoding, content };
  const prefer = isMinimal ? 'return=minimal' : undefined;
  try {
    yield* answerLines(await client.stream({ method: 'POST', path, query, prefer, body }));
  } catch (error) {
    // A file that breaks takes the connection with it: the file is what is to be told of.
    throw content.errored instanceof CommandError ? content.errored : error;
  } finally {
    content.destroy();
  }
}

/** The chunks, once there is one; null where there is none. */
async function begun(chunks: AsyncGenerator<Buffer>): Promise<AsyncGenerator<Buffer> | null> {
  const first = await chunks.next();
  if (first.done === true) return null;
  return (async function* () {
    yield first.value;
    yield* chunks;
  })();
}

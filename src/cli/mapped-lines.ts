/**
 * The lines of a file on their way through a mapping: each becomes a line of the native format with the same number, so
 * that the server speaks of the lines of the file. What is no record leaves a blank line; what is rejected is told here,
 * in its place among the answers.
 */

import type { Rejection } from '../domain/errors.ts';
import { LINE_BYTES_MAX } from '../domain/limits.ts';
import type { LineParser, ParsedLine } from '../ingest/format.ts';
import { type Line, splitLines } from '../ingest/lines.ts';
import { toEcs } from '../ingest/to-ecs.ts';
import type { AnswerLine, RejectedLine } from './answer-lines.ts';
import type { LineMapping } from './mapping-file.ts';

/** Rejections that wait for the answer to a later line; more are told at once. */
const WAITING_MAX = 8_192;
/** Lines of a file, blank ones included: all of them blank but the last one fit into a text. No request may have as many. */
const LINES_MAX = 268_435_456;

type Rejected = RejectedLine & { text: string };

export class MappedLines {
  readonly #name: string;
  readonly #parser: LineParser;
  /** In the order of their lines. */
  #waiting: Rejected[] = [];
  #rejected = 0;
  /** Number of the last line that was sent. */
  #sent = 0;
  #hasSummary = false;
  #crowded = newSignal();

  constructor(mapping: LineMapping) {
    this.#name = mapping.name;
    this.#parser = mapping.open();
  }

  /** What is to be sent of the lines; nothing of a file without a record. */
  async *through(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
    for await (const batch of splitLines(chunks, LINE_BYTES_MAX, LINES_MAX)) {
      const text = batch.map(line => this.#sentFor(line)).join('');
      if (text !== '') yield Buffer.from(text);
    }
  }

  /** The answers to the lines, with the rejections among them, and the summary as if the server had read the file. */
  async *among(answers: AsyncIterator<AnswerLine[]>): AsyncGenerator<AnswerLine[]> {
    let next = answers.next();
    try {
      for (;;) {
        // What is rejected here is not sent: of a file that is rejected whole, no answer would come before its end.
        const step = await Promise.race([next, this.#crowded.told]);
        if (step === undefined) {
          this.#crowded = newSignal();
          yield this.#takeBefore(Number.POSITIVE_INFINITY);
          continue;
        }
        if (step.done === true) break;
        yield step.value.flatMap(line => [...this.#takeBefore(numberOf(line)), this.#told(line)]);
        next = answers.next();
      }
      // Nothing was sent, so nobody but us can sum it up.
      if (!this.#hasSummary && this.#rejected > 0) {
        yield [...this.#takeBefore(Number.POSITIVE_INFINITY), this.#ownSummary()];
      }
    } finally {
      // Nobody waits for the answer that is on its way where the consumer has left.
      next.catch(() => undefined);
      await answers.return?.();
    }
  }

  /** The line as it is sent, after the blank ones that keep its number; nothing for a line without a record. */
  #sentFor(line: Line): string {
    const parsed = 'bytes' in line ? this.#parser.parse(textOf(line.bytes)) : TOO_LONG;
    if (parsed === null) return '';
    if ('rejected' in parsed) {
      this.#reject(line.number, parsed.rejected);
      return '';
    }
    const blanks = line.number - this.#sent - 1;
    this.#sent = line.number;
    return `${'\n'.repeat(blanks)}${JSON.stringify(toEcs(parsed.record))}\n`;
  }

  #reject(line: number, { code, detail }: Rejection): void {
    const text = JSON.stringify({ line, rejected: { code, detail } });
    this.#rejected += 1;
    this.#waiting.push({ type: 'rejected', line, code, detail, text });
    if (this.#waiting.length >= WAITING_MAX) this.#crowded.tell();
  }

  /** Rejections of lines before one; they wait no longer. */
  #takeBefore(number: number): Rejected[] {
    const count = this.#waiting.findIndex(({ line }) => line > number);
    return this.#waiting.splice(0, count === -1 ? this.#waiting.length : count);
  }

  #ownSummary(): AnswerLine {
    const counts = { accepted: 0, duplicates: 0, rejected: this.#rejected };
    const unknown = { model: undefined, from: undefined, to: undefined, hint: undefined };
    return { type: 'summary', ...counts, ...unknown, format: this.#name, text: '' };
  }

  #told(line: AnswerLine): AnswerLine {
    if (line.type !== 'summary') return line;
    this.#hasSummary = true;
    return { ...line, rejected: line.rejected + this.#rejected, format: this.#name };
  }
}

const TOO_LONG: ParsedLine = {
  rejected: { code: 'line-too-long', detail: `lineBytesMax: more than ${LINE_BYTES_MAX} bytes` },
};

/** UTF-8, what is none becomes U+FFFD. */
function textOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('utf8');
}

/** Behind every line of the file: the summary. Before them all: an answer that does not tell its line. */
function numberOf(line: AnswerLine): number {
  if (line.type === 'summary') return Number.POSITIVE_INFINITY;
  return 'line' in line ? (line.line ?? 0) : 0;
}

/** A promise that somebody else keeps. */
function newSignal(): { told: Promise<undefined>; tell: () => void } {
  let tell = () => {};
  const told = new Promise<undefined>(resolve => {
    tell = () => resolve(undefined);
  });
  return { told, tell };
}

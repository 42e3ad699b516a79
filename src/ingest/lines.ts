/**
 * Splits a stream of bytes into lines, without ever holding more than one line of at most the limit.
 *
 * A line ends with LF or CR LF; the last one may lack its end. NUL is an ordinary byte. A UTF-8 byte order mark at the
 * start is dropped. UTF-16 is not supported: such text arrives as lines full of NUL bytes.
 */
import { AppError } from '../domain/errors.ts';
import { BATCH_RECORDS_MAX } from '../domain/limits.ts';

/** A line, numbered from 1; blank lines are counted and not yielded. */
export type Line = ByteLine | TooLongLine;
export interface ByteLine {
  number: number;
  /** Without its end. A view of the chunk that it came in, where it lay in one: read it, never write to it. */
  bytes: Uint8Array;
}
/** The line was longer than the limit; its bytes were skipped unread. */
export interface TooLongLine {
  number: number;
  tooLong: true;
}

const LF = 10;
const CR = 13;

/**
 * Yields the lines of a stream in batches of at most BATCH_RECORDS_MAX, at least one batch for each chunk that ends a line.
 * @param lineBytesMax bytes that a line may have without its end, ≥ 1 (a byte order mark counts)
 * @param linesMax lines that the stream may have, blank ones included
 * @throws AppError `body-too-large` soon after a line too many, and what `chunks` throws
 * @example splitLines(['a\r\n\nlong', 'er\nb'] as bytes, 5) // [{1, 'a'}], [{3, tooLong}], [{4, 'b'}]
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  lineBytesMax: number,
  linesMax = Number.POSITIVE_INFINITY,
): AsyncGenerator<Line[], void, undefined> {
  const splitter = new LineSplitter(lineBytesMax);
  const checkLines = () => {
    if (splitter.number <= linesMax) return;
    throw new AppError('body-too-large', `requestLinesMax: more than ${linesMax} lines, blank ones included`);
  };
  for await (const chunk of chunks) {
    for (const batch of splitter.push(chunk)) yield batch;
    checkLines();
  }
  const rest = splitter.end();
  checkLines();
  if (rest !== null) yield [rest];
}

/** The state between two chunks: the number of lines seen, and the beginning of the line that has not ended yet. */
export class LineSplitter {
  private readonly lineBytesMax: number;
  /** Of the last line that has ended. */
  number = 0;
  /** Holds the beginning; grows by doubling, to one byte more than the limit: a CR before the LF is not part of the line. */
  private held = new Uint8Array(0);
  /** Bytes of the beginning; more than the limit and one where it was let go. */
  private heldBytes = 0;

  constructor(lineBytesMax: number) {
    this.lineBytesMax = lineBytesMax;
  }

  *push(chunk: Uint8Array): Generator<Line[], void, undefined> {
    let batch: Line[] = [];
    let start = this.skipBlank(chunk, 0);
    for (let end = chunk.indexOf(LF, start); end !== -1; end = chunk.indexOf(LF, start)) {
      const line = this.endLine(chunk, start, end);
      start = this.skipBlank(chunk, end + 1);
      if (line === null) continue;
      batch.push(line);
      if (batch.length === BATCH_RECORDS_MAX) {
        yield batch;
        batch = [];
      }
    }
    if (start < chunk.length) this.hold(chunk, start, chunk.length);
    if (batch.length > 0) yield batch;
  }

  /** Counts the blank lines from `start` on: a body may be nothing else, at a thousandth of its bytes. @returns their end */
  private skipBlank(chunk: Uint8Array, start: number): number {
    if (this.heldBytes > 0) return start;
    let at = start;
    for (;;) {
      if (chunk[at] === LF) at += 1;
      else if (chunk[at] === CR && chunk[at + 1] === LF) at += 2;
      else return at;
      this.number += 1;
    }
  }

  /** The last line, where it lacks its end. */
  end(): Line | null {
    return this.heldBytes === 0 ? null : this.endLine(new Uint8Array(0), 0, 0);
  }

  /** The line that is made of what is held and `chunk[start, end)`, or null where it is blank. */
  private endLine(chunk: Uint8Array, start: number, end: number): Line | null {
    this.number += 1;
    const bytes = this.heldBytes === 0 ? bare(chunk.subarray(start, end)) : this.join(chunk, start, end);
    if (bytes === null || bytes.length > this.lineBytesMax) return { number: this.number, tooLong: true };
    const line = this.number === 1 ? withoutMark(bytes) : bytes;
    return line.length === 0 ? null : { number: this.number, bytes: line };
  }

  /** The whole line, or null where it is longer than the limit and a CR. */
  private join(chunk: Uint8Array, start: number, end: number): Uint8Array | null {
    this.hold(chunk, start, end);
    const length = this.heldBytes;
    this.heldBytes = 0;
    return length > this.lineBytesMax + 1 ? null : bare(this.held.slice(0, length));
  }

  /** Appends `chunk[start, end)` to what is held; where that would be too long, only its length is kept. */
  private hold(chunk: Uint8Array, start: number, end: number): void {
    const from = this.heldBytes;
    this.heldBytes += end - start;
    if (this.heldBytes > this.lineBytesMax + 1) return;
    if (this.heldBytes > this.held.length) {
      const grown = new Uint8Array(Math.min(this.lineBytesMax + 1, Math.max(4_096, 2 * this.heldBytes)));
      grown.set(this.held.subarray(0, from));
      this.held = grown;
    }
    this.held.set(chunk.subarray(start, end), from);
  }
}

/** The bytes without a CR at their end. */
function bare(bytes: Uint8Array): Uint8Array {
  return bytes[bytes.length - 1] === CR ? bytes.subarray(0, -1) : bytes;
}

/** The bytes without the byte order mark EF BB BF. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/**
 * The lines that are on their way, so that a result can be shown beside the line it speaks of. A line is let go as soon
 * as a later one is answered: what is held is what the server has not answered yet, and never more than a budget.
 */

/** Bytes held at most; a server is behind by a few thousand lines, and comments are never answered. The oldest go first. */
const HELD_BYTES_MAX = 67_108_864;
/** What an entry takes besides its text. */
const ENTRY_BYTES = 128;
const LF = 10;
const CR = 13;

export class KeptLines {
  readonly #lines = new Map<number, Buffer>();
  readonly #bytesMax: number;
  #heldBytes = 0;
  #number = 1;
  #beginning: Buffer[] = [];

  constructor(bytesMax = HELD_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /** Lines held. */
  get size(): number {
    return this.#lines.size;
  }

  /** Lines that went by so far. */
  get passed(): number {
    return this.#number - 1;
  }

  /** Passes chunks on and keeps their lines. */
  async *through(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#push(chunk);
      yield chunk;
    }
    this.#endLine();
  }

  /** A line, counted from 1 as the server counts; undefined where it is not held. Earlier ones are let go. */
  take(number: number): string | undefined {
    const line = this.#lines.get(number);
    for (const earlier of this.#lines.keys()) {
      if (earlier > number) break;
      this.#drop(earlier);
    }
    return line?.toString('utf8');
  }

  /** The lines before one, as far as they are held: before the first that is answered, headers and comments. */
  before(number: number): string[] {
    const earlier = [...this.#lines].filter(([held]) => held < number);
    return earlier.map(([, line]) => line.toString('utf8'));
  }

  #push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#beginning.push(chunk.subarray(start, end));
      this.#endLine();
      this.#number += 1;
      start = end + 1;
    }
    if (start < chunk.length) this.#beginning.push(chunk.subarray(start));
  }

  #endLine(): void {
    // A copy, always: a view would hold the whole chunk for as long as the line waits.
    const bytes = Buffer.concat(this.#beginning);
    this.#beginning = [];
    const line = bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes;
    if (line.length === 0) return;
    this.#lines.set(this.#number, line);
    this.#heldBytes += line.length + ENTRY_BYTES;
    for (const oldest of this.#lines.keys()) {
      if (this.#heldBytes <= this.#bytesMax) break;
      this.#drop(oldest);
    }
  }

  #drop(number: number): void {
    const line = this.#lines.get(number);
    if (line === undefined) return;
    this.#lines.delete(number);
    this.#heldBytes -= line.length + ENTRY_BYTES;
  }
}

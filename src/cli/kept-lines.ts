/**
 * The beginnings of the lines that are on their way, so that a result can be shown beside the line it speaks of. A line
 * is let go as soon as a later one is answered: what is held is what the server has not answered yet.
 */

/** Lines held at most; a server is behind by a few thousand, and comments are never answered. The oldest go first. */
const LINES_MAX = 65_536;
/** Bytes kept of a line: more than a terminal shows of it. */
const KEPT_BYTES = 512;
const LF = 10;
const CR = 13;

export class KeptLines {
  readonly #lines = new Map<number, string>();
  #number = 1;
  #beginning: Buffer[] = [];
  #keptBytes = 0;

  /** Lines held. */
  get size(): number {
    return this.#lines.size;
  }

  /** Passes chunks on and keeps the beginnings of their lines. */
  async *through(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#push(chunk);
      yield chunk;
    }
    this.#endLine();
  }

  /** The beginning of a line, counted from 1 as the server counts; undefined where it is not held. Earlier ones are let go. */
  take(number: number): string | undefined {
    const line = this.#lines.get(number);
    for (const earlier of this.#lines.keys()) {
      if (earlier > number) break;
      this.#lines.delete(earlier);
    }
    return line;
  }

  #push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#endLine();
      this.#number += 1;
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  #keep(bytes: Buffer): void {
    const kept = bytes.subarray(0, KEPT_BYTES - this.#keptBytes);
    if (kept.length === 0) return;
    // A copy: a view would hold the whole chunk for as long as the line waits.
    this.#beginning.push(Buffer.from(kept));
    this.#keptBytes += kept.length;
  }

  #endLine(): void {
    const bytes = Buffer.concat(this.#beginning);
    const text = (bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes).toString('utf8');
    if (text !== '') this.#lines.set(this.#number, text);
    this.#lines.delete(this.#number - LINES_MAX);
    this.#beginning = [];
    this.#keptBytes = 0;
  }
}

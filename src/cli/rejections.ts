/** The rejected lines of a file, listed as `file:line: reason` on standard error. */
import type { RejectedLine } from './answer-lines.ts';
import { plainText } from './plain-text.ts';
import { print, type Terminal } from './terminal.ts';

/** Lines listed of one file: whoever has more has one mistake many times, and --json lists all. */
const LISTED_MAX = 100;

export class Rejections {
  readonly #terminal: Terminal;
  readonly #file: string;
  #count = 0;

  constructor(terminal: Terminal, file: string) {
    this.#terminal = terminal;
    this.#file = plainText(file);
  }

  async list({ line, code, detail }: RejectedLine): Promise<void> {
    this.#count += 1;
    if (this.#count > LISTED_MAX) return;
    await print(this.#terminal.stderr, `${this.#file}:${line}: ${plainText(`${code}: ${detail}`)}\n`);
  }

  /** Tells how many were not listed. @returns how many there were */
  async end(): Promise<number> {
    const rest = this.#count - LISTED_MAX;
    if (rest > 0) {
      await print(
        this.#terminal.stderr,
        `${this.#file}: ${rest} more lines were rejected; --json lists all\n`,
      );
    }
    return this.#count;
  }
}

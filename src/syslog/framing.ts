/**
 * Where messages begin and end in a stream of bytes: RFC 6587's two framings, told apart message by message as its section
 * 3.4 has it. Pure: any cut of the bytes into chunks gives the same messages, and no more than one message is held.
 *
 * - Octet counting (RFC 6587, section 3.4.1; RFC 5425 over TLS): `LENGTH SP MESSAGE`. A frame begins so if digits and a blank
 *   are followed by `<`, with which every message begins.
 * - Everything else is a line (section 3.4.2). It ends with LF or CR LF, or with NUL where that is how the first line of the
 *   stream ended; so nobody who writes a NUL into a line makes two of it, the second with a sender of his choice.
 *
 * What cannot be framed breaks the stream, for there is no telling where the next message begins: a frame that begins with a
 * control character (TLS on the wrong port), a count of 0 or above COUNT_MAX, a line that does not end in as many bytes, and,
 * once a frame was counted, one that begins with neither a count nor `<` (its sender counts characters, not bytes).
 */

/** Bytes of a frame that are skipped where it is longer than the limit: a stream with a longer one is none of ours. */
const COUNT_MAX = 9_999_999;
/** Digits that are looked at before a frame is taken for a line; more than COUNT_MAX has, so that too large counts are seen. */
const DIGITS_MAX = 20;
const HELD_BYTES_MIN = 1_024;

const NUL = 0x00;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;
const LESS_THAN = 0x3c;
const DELETE = 0x7f;

/** A message without its frame, or one that was longer than the limit and skipped. */
export type Frame = { bytes: Uint8Array } | { tooLong: true };

type State =
  /** Between two frames, where line ends and NUL are passed over. */
  | { in: 'gap' }
  /** In the digits that a frame begins with, and the blank behind them. */
  | { in: 'head'; digits: number; count: number; hasBlank: boolean }
  | { in: 'counted'; left: number }
  | { in: 'line' };

export class FrameReader {
  readonly #bytesMax: number;
  #state: State = { in: 'gap' };
  /** The beginning of the frame that has not ended yet; grows by doubling up to the limit. */
  #held = new Uint8Array(0);
  /** Bytes of that beginning, those that were let go included. */
  #heldBytes = 0;
  #hasCounted = false;
  /** What ends lines here; undefined before the first line has ended. */
  #lineEnd: typeof LF | typeof NUL | undefined;
  #broken: string | null = null;

  /** @param bytesMax bytes that a message may have */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Why nothing more can be read of the stream; null where it can. */
  get broken(): string | null {
    return this.#broken;
  }

  /** Whether a frame has begun that has not ended. */
  get isInFrame(): boolean {
    return this.#state.in !== 'gap';
  }

  /**
   * The messages that end in a chunk, in their order; none once the stream is broken. Blank lines are none.
   * @example new FrameReader(100).push(bytes('5 <1>ab<2>cd\n')) // '<1>ab', '<2>cd'
   */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let at = 0;
    while (at < chunk.length && this.#broken === null) at = this.#step(chunk, at, frames);
    return frames;
  }

  /** What the stream ends with: a line may lack its end, a counted frame may not. */
  end(): Frame | 'cut' | null {
    const state = this.#state;
    if (state.in === 'gap' || this.#broken !== null) return null;
    if (state.in === 'counted') return 'cut';
    const frames: Frame[] = [];
    this.#finish(frames);
    return frames[0] ?? null;
  }

  /** Reads on from an index. @returns the index of what is not read yet */
  #step(chunk: Uint8Array, at: number, frames: Frame[]): number {
    const state = this.#state;
    switch (state.in) {
      case 'gap':
        return this.#begin(chunk, at);
      case 'head':
        return this.#readHead(state, chunk, at);
      case 'counted': {
        const end = Math.min(chunk.length, at + state.left);
        this.#hold(chunk, at, end);
        state.left -= end - at;
        if (state.left === 0) this.#finish(frames);
        return end;
      }
      case 'line':
        return this.#readLine(chunk, at, frames);
    }
  }

  #begin(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length && isLineEnd(chunk[at])) at += 1;
    const first = chunk[at];
    if (first === undefined) return at;
    if (isDigit(first)) this.#state = { in: 'head', digits: 0, count: 0, hasBlank: false };
    else if ((first < SPACE && first !== TAB) || first === DELETE) this.#break('it is binary');
    else this.#beginLine(first === LESS_THAN);
    return at;
  }

  #readHead(state: State & { in: 'head' }, chunk: Uint8Array, at: number): number {
    const byte = chunk[at] ?? 0;
    if (state.hasBlank && byte === LESS_THAN) {
      this.#beginCounted(state.count);
      return at;
    }
    const isMore = !state.hasBlank && isDigit(byte) && state.digits < DIGITS_MAX;
    const isBlank = !state.hasBlank && byte === SPACE;
    if (!isMore && !isBlank) {
      this.#beginLine(false);
      return at;
    }
    this.#hold(chunk, at, at + 1);
    if (isBlank) state.hasBlank = true;
    else {
      state.digits += 1;
      state.count = Math.min(COUNT_MAX + 1, 10 * state.count + byte - ZERO);
    }
    return at + 1;
  }

  #beginCounted(count: number): void {
    if (count === 0 || count > COUNT_MAX) {
      this.#break(`a message is said to have ${count === 0 ? 'no' : `more than ${COUNT_MAX}`} bytes`);
      return;
    }
    this.#heldBytes = 0;
    this.#hasCounted = true;
    this.#state = { in: 'counted', left: count };
  }

  #beginLine(hasPriority: boolean): void {
    if (this.#hasCounted && !hasPriority) this.#break('behind a counted message stands none');
    else this.#state = { in: 'line' };
  }

  #readLine(chunk: Uint8Array, at: number, frames: Frame[]): number {
    const end = this.#endOfLine(chunk, at);
    this.#hold(chunk, at, end === -1 ? chunk.length : end);
    // Where NUL ends lines, one that is too long shows that it does not.
    const bytesMax = this.#lineEnd === NUL ? this.#bytesMax : COUNT_MAX;
    if (this.#heldBytes > bytesMax) this.#break('a line has no end');
    if (end === -1 || this.#broken !== null) return chunk.length;
    this.#lineEnd ??= chunk[end] === NUL ? NUL : LF;
    this.#finish(frames);
    return end + 1;
  }

  #endOfLine(chunk: Uint8Array, at: number): number {
    if (this.#lineEnd !== undefined) return chunk.indexOf(this.#lineEnd, at);
    const lf = chunk.indexOf(LF, at);
    const nul = chunk.subarray(0, lf === -1 ? chunk.length : lf).indexOf(NUL, at);
    return nul === -1 ? lf : nul;
  }

  #finish(frames: Frame[]): void {
    const length = this.#heldBytes;
    this.#heldBytes = 0;
    this.#state = { in: 'gap' };
    if (length > this.#bytesMax) {
      frames.push({ tooLong: true });
      return;
    }
    const bytes = withoutLineEnd(this.#held.subarray(0, length));
    if (bytes.length > 0) frames.push({ bytes: bytes.slice() });
  }

  /** Appends `chunk[start, end)` to what is held; where that would be too long, only its length is kept. */
  #hold(chunk: Uint8Array, start: number, end: number): void {
    const from = this.#heldBytes;
    this.#heldBytes += end - start;
    if (this.#heldBytes > this.#bytesMax) return;
    if (this.#heldBytes > this.#held.length) {
      const size = Math.min(this.#bytesMax, Math.max(HELD_BYTES_MIN, 2 * this.#heldBytes));
      const grown = new Uint8Array(size);
      grown.set(this.#held.subarray(0, from));
      this.#held = grown;
    }
    this.#held.set(chunk.subarray(start, end), from);
  }

  #break(reason: string): void {
    this.#broken = reason;
    this.#held = new Uint8Array(0);
    this.#heldBytes = 0;
    this.#state = { in: 'gap' };
  }
}

/** A message without the LF, CR LF or NUL that senders put behind it, in frames and datagrams too. */
export function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && isLineEnd(bytes[end - 1])) end -= 1;
  return bytes.subarray(0, end);
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === LF || byte === CR || byte === NUL;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

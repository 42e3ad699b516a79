/**
 * Variable-length integers, the letters of counts-codec.ts: seven bits a byte, lowest first, the top bit says that more
 * follow. Every number has one form only, and the reader takes no other, so equal counts are equal bytes.
 */

/** What a reader throws: bytes that no writer wrote. */
export class CorruptBytesError extends Error {
  constructor(reason: string, at: number) {
    super(`corrupt counts at byte ${at}: ${reason}`);
    this.name = 'CorruptBytesError';
  }
}

const BYTES_MIN = 256;

export class ByteWriter {
  #bytes = new Uint8Array(BYTES_MIN);
  #length = 0;

  /** @param value 0 to 255 */
  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow();
    this.#bytes[this.#length++] = value;
  }

  /** @param value an integer, 0 to 2³² − 1. @example 300 → ac 02 */
  unsigned(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.byte((rest & 127) | 128);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** Zigzag: 0, −1, 1, −2 … become 0, 1, 2, 3 … @param value an integer, −2³¹ to 2³¹ − 1 */
  signed(value: number): void {
    this.unsigned(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** The text's UTF-16 units from an index on, one number each: lossless whatever the text. */
  units(text: string, from: number): void {
    for (let at = from; at < text.length; at++) this.unsigned(text.charCodeAt(at));
  }

  /** What was written, as an array of its own. */
  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(): void {
    const grown = new Uint8Array(2 * this.#bytes.length);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  /** Bytes that are left. */
  get rest(): number {
    return this.#bytes.length - this.#at;
  }

  /** @throws CorruptBytesError, always */
  fail(reason: string): never {
    throw new CorruptBytesError(reason, this.#at);
  }

  byte(): number {
    if (this.#at >= this.#bytes.length) this.fail('they end too early');
    return this.#bytes[this.#at++] as number;
  }

  unsigned(): number {
    let byte = this.byte();
    if (byte < 128) return byte;
    let value = byte & 127;
    for (let shift = 7; shift < 35; shift += 7) {
      byte = this.byte();
      if (byte < 128) {
        if (byte === 0) this.fail('a number is longer than it needs to be');
        if (shift === 28 && byte > 15) break;
        return (value | (byte << shift)) >>> 0;
      }
      value |= (byte & 127) << shift;
    }
    return this.fail('a number does not fit in 32 bits');
  }

  signed(): number {
    const value = this.unsigned();
    return (value >>> 1) ^ -(value & 1);
  }

  /** @param max largest value that makes sense here */
  unsignedUpTo(max: number, what: string): number {
    const value = this.unsigned();
    if (value > max) this.fail(`${what} is ${value}, at most ${max}`);
    return value;
  }

  /** A text of so many UTF-16 units. */
  units(length: number): string {
    if (length > this.rest) this.fail('a text is longer than the bytes');
    let text = '';
    for (let at = 0; at < length; at++)
      text += String.fromCharCode(this.unsignedUpTo(0xffff, 'a UTF-16 unit'));
    return text;
  }

  end(): void {
    if (this.rest > 0) this.fail(`${this.rest} bytes too many`);
  }
}

/**
 * Zstandard bodies (RFC 8878), for a Node whose zlib has no zstd yet. fzstd decodes the blocks; the frames are walked
 * here, because fzstd trusts a frame: it would allocate a claimed window of 2 GiB, and decode all the blocks of a chunk
 * at once however long they become. Walked block by block, at most BLOCK_BYTES_MAX come out of each step, and no step
 * may cost more than the body brings (window-moves.ts).
 *
 * Sources: RFC 8878, sections 3.1.1 (frames), 3.1.1.2 (blocks), 3.1.2 (skippable frames), 3.1.1.1.2 (8 MiB windows).
 */
import { Decompress } from 'fzstd';
import { AppError } from '../domain/errors.ts';
import { WindowMoves } from './window-moves.ts';

const MAGIC = 0xfd2fb528;
/** Skippable frames are 0x184d2a50 to 0x184d2a5f. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const BLOCK_BYTES_MAX = 131_072;
/** What every decoder should take; encoders stay under it without --ultra or --long. */
const WINDOW_BYTES_MAX = 8_388_608;

function broken(detail: string, cause?: unknown): AppError {
  return new AppError('bad-encoding', `the zstd body is broken: ${detail}`, { cause });
}

/** Reads exact numbers of bytes from chunks of any size. */
class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async isAtEnd(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return true;
      this.#rest = next.value;
    }
    return false;
  }

  /** @throws AppError `bad-encoding` where fewer are left */
  async read(bytes: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    let missing = bytes;
    while (missing > 0) {
      if (await this.isAtEnd()) throw broken('it ends early');
      const part = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(part.length);
      missing -= part.length;
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  async skip(bytes: number): Promise<void> {
    for (let left = bytes; left > 0; left -= Math.min(left, BLOCK_BYTES_MAX)) {
      await this.read(Math.min(left, BLOCK_BYTES_MAX));
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

interface FrameHeader {
  bytes: Buffer;
  windowBytes: number;
  hasChecksum: boolean;
}

/** Reads what follows the magic number of a frame. */
async function readFrameHeader(reader: ByteReader): Promise<FrameHeader> {
  const first = await reader.read(1);
  const descriptor = first.readUInt8(0);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = descriptor >> 6 === 0 ? Number(isSingleSegment) : 1 << (descriptor >> 6);
  const rest = await reader.read(Number(!isSingleSegment) + dictionaryBytes + sizeBytes);
  const size = contentBytes(rest.subarray(rest.length - sizeBytes));
  const windowBytes = isSingleSegment ? size : windowBytesOf(rest.readUInt8(0));
  if (windowBytes > WINDOW_BYTES_MAX) {
    throw new AppError(
      'body-too-large',
      `zstdWindowBytesMax: a window of more than ${WINDOW_BYTES_MAX} bytes`,
    );
  }
  return { bytes: Buffer.concat([first, rest]), windowBytes, hasChecksum: (descriptor & 4) !== 0 };
}

/** Frame_Content_Size: little-endian; two bytes count from 256 (RFC 8878, 3.1.1.1.4). */
function contentBytes(field: Buffer): number {
  if (field.length === 8) return Number(field.readBigUInt64LE(0));
  if (field.length === 0) return 0;
  return field.readUIntLE(0, field.length) + (field.length === 2 ? 256 : 0);
}

/** @example windowBytesOf(0x58) // 2 ** 21: exponent 11, mantissa 0 */
function windowBytesOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

/**
 * The decompressed bytes, at most BLOCK_BYTES_MAX at a time; frames may follow each other.
 * @param checkWanted called before each block; throws where nobody waits for the rest
 * @throws AppError `bad-encoding`; `body-too-large` for a window of more than 8 MiB, or blocks too short for theirs; and
 *   what `chunks` and `checkWanted` throw
 */
export async function* zstdDecompressed(
  chunks: AsyncIterable<Uint8Array>,
  checkWanted: () => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(chunks);
  const moves = new WindowMoves();
  const charge = async (windowBytes: number) => {
    await moves.charge(windowBytes);
    checkWanted();
  };
  try {
    while (!(await reader.isAtEnd())) {
      const magic = await reader.read(4);
      const number = magic.readUInt32LE(0);
      if (number === MAGIC) {
        for await (const { readBytes, decoded } of frame(reader, magic, charge)) {
          moves.credit(readBytes + decoded.length);
          if (decoded.length > 0) yield decoded;
        }
      } else if ((number & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
        await reader.skip((await reader.read(4)).readUInt32LE(0));
      } else throw broken('no frame begins where one should');
    }
  } finally {
    await reader.close();
  }
}

/** What a step read of the body, and what came of it: nothing for a header, a checksum or an empty block. */
interface Step {
  readBytes: number;
  decoded: Uint8Array;
}

/**
 * One frame. Its checksum is passed on as it is; fzstd does not verify it.
 * @param charge called before a window is allocated, and before it is moved
 */
async function* frame(
  reader: ByteReader,
  magic: Buffer,
  charge: (windowBytes: number) => Promise<void>,
): AsyncGenerator<Step> {
  const header = await readFrameHeader(reader);
  await charge(header.windowBytes);
  let decoded: Uint8Array[] = [];
  const decompress = new Decompress(bytes => decoded.push(bytes));
  const step = (bytes: Buffer, isLast: boolean): Step => {
    decoded = [];
    try {
      decompress.push(bytes, isLast);
    } catch (cause) {
      throw broken(cause instanceof Error ? cause.message : 'unknown', cause);
    }
    const [first] = decoded;
    return {
      readBytes: bytes.length,
      decoded: decoded.length === 1 && first !== undefined ? first : Buffer.concat(decoded),
    };
  };
  yield step(Buffer.concat([magic, header.bytes]), false);
  for (let isLast = false; !isLast; ) {
    const blockHeader = await reader.read(3);
    const bits = blockHeader.readUIntLE(0, 3);
    isLast = (bits & 1) === 1;
    const isRepeat = ((bits >> 1) & 3) === 1;
    const size = bits >> 3;
    if (size > BLOCK_BYTES_MAX) throw broken('a block is too long');
    const content = await reader.read(isRepeat ? 1 : size);
    await charge(header.windowBytes);
    yield step(Buffer.concat([blockHeader, content]), false);
  }
  yield step(await reader.read(header.hasChecksum ? 4 : 0), true);
}

/**
 * Request bodies as streams of bytes: content encodings undone, every limit kept while the bytes come, so that neither
 * a long body nor a bomb is ever held. What a limit stops is told by the limit's name.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { AppError } from '../domain/errors.ts';
import { BODY_RATIO_MAX } from '../domain/limits.ts';
import { askForBody } from './expect-continue.ts';
import type { RequestLimits } from './limits.ts';
import type { KeyLoad } from './load.ts';
import { zstdDecompressed } from './zstd.ts';

type Chunks = AsyncIterable<Uint8Array>;

/** A limit on bytes, and the name that it is told by. */
interface BytesMax {
  name: string;
  bytes: number;
}

interface BodyLimits {
  /** As the body comes over the wire. */
  wire: BytesMax;
  decompressed: BytesMax;
}

/** The limits of a body that is never held as a whole. */
export function streamLimits({ bodyBytesMax, bodyDecompressedBytesMax }: RequestLimits): BodyLimits {
  return {
    wire: { name: 'bodyBytesMax', bytes: bodyBytesMax },
    decompressed: { name: 'bodyDecompressedBytesMax', bytes: bodyDecompressedBytesMax },
  };
}

/** Decompressed bytes from which on the ratio says something. */
const RATIO_CHECKED_FROM_BYTES = 1_048_576;

const DECODERS: Readonly<Record<string, (wire: Wire) => Chunks>> = {
  identity: wire => notPacked(wire.chunks()),
  gzip: wire => inflated(wire, createGunzip()),
  'x-gzip': wire => inflated(wire, createGunzip()),
  deflate: wire => inflated(wire, createInflate()),
  br: wire => inflated(wire, createBrotliDecompress()),
  zstd: wire => zstdDecompressed(wire.chunks(), () => wire.checkThere()),
};

export function tooLarge(limit: string, max: number, unit = 'bytes'): AppError {
  return new AppError('body-too-large', `${limit}: more than ${max} ${unit}`);
}

function checkBytes(bytes: number, max: BytesMax): void {
  if (bytes > max.bytes) throw tooLarge(max.name, max.bytes);
}

/** The bytes as they come over the wire, counted. */
class Wire {
  readonly #request: IncomingMessage;
  readonly #max: BytesMax;
  bytes = 0;

  constructor(request: IncomingMessage, max: BytesMax) {
    this.#request = request;
    this.#max = max;
  }

  /**
   * Reads what is there, and waits only where nothing is: a small body has mostly come whole with its headers. The request
   * outlives the reading, wherever that ends: it still has to be answered.
   * @throws AppError `body-too-large`; `client-gone` where the client leaves before the end
   */
  async *chunks(): AsyncGenerator<Uint8Array> {
    const request = this.#request;
    for (;;) {
      if (request.destroyed && !request.readableEnded) {
        const cause = request.errored;
        throw new AppError('client-gone', 'the body ended before it was complete', { cause });
      }
      const chunk: Buffer | null = request.read();
      if (chunk !== null) {
        this.bytes += chunk.length;
        checkBytes(this.bytes, this.#max);
        yield chunk;
      } else if (request.complete) {
        return;
      } else {
        await moreOf(request);
      }
    }
  }

  /** What has come already may still be much to decode. @throws AppError `client-gone` where nobody waits for it */
  checkThere(): void {
    if (this.#request.socket.destroyed) {
      throw new AppError('client-gone', 'the client went away while its body was decoded');
    }
  }
}

/** Resolves when more has come of a request, or its end, or when nothing more will. */
function moreOf(request: IncomingMessage): Promise<void> {
  return new Promise(resolve => {
    const moved = () => {
      request.off('readable', moved);
      request.off('close', moved);
      resolve();
    };
    request.on('readable', moved);
    request.on('close', moved);
  });
}

/** How compressed data begins. No UTF-8 text begins so: a continuation byte follows no byte below 128. */
const PACKED: readonly { magic: string; encoding: string }[] = [
  { magic: '1f8b', encoding: 'gzip' },
  { magic: '28b52ffd', encoding: 'zstd' },
];
const MAGIC_BYTES_MAX = 4;

/**
 * Passes plain bytes on. A file that was sent packed without a word would be read as lines of text, and learnt so.
 * @throws AppError `unsupported-encoding` where they begin as compressed data does
 */
async function* notPacked(chunks: Chunks): AsyncGenerator<Uint8Array> {
  let begin = '';
  for await (const chunk of chunks) {
    if (begin.length < 2 * MAGIC_BYTES_MAX) {
      begin += Buffer.from(chunk.subarray(0, MAGIC_BYTES_MAX)).toString('hex');
      const packed = PACKED.find(({ magic }) => begin.startsWith(magic));
      if (packed !== undefined) {
        const { encoding } = packed;
        const detail = `the body begins as ${encoding} does: say so with Content-Encoding: ${encoding}`;
        throw new AppError('unsupported-encoding', detail);
      }
    }
    yield chunk;
  }
}

/** @throws AppError `bad-encoding` for data that the engine cannot read, that ends early, or goes on after its end */
async function* inflated(
  wire: Wire,
  engine: Transform & { bytesWritten: number },
): AsyncGenerator<Uint8Array> {
  // Whatever fails on the way destroys the engine with its error, and the loop below throws it.
  pipeline(wire.chunks(), engine, () => undefined);
  try {
    for await (const chunk of engine) yield chunk;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('bad-encoding', `the compressed body is broken: ${reasonOf(cause)}`, { cause });
  }
  if (engine.bytesWritten < wire.bytes) {
    throw new AppError('bad-encoding', 'there is more after the end of the compressed data');
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'unknown';
}

/**
 * The decoded body, chunk by chunk.
 * @throws AppError, before or between chunks: `unsupported-encoding`, `body-too-large`, `bad-encoding`, `client-gone`
 */
export async function* bodyChunks(
  request: IncomingMessage,
  response: ServerResponse,
  limits: BodyLimits,
): AsyncGenerator<Uint8Array> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const decode = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
  if (decode === undefined) {
    const known = 'gzip, deflate, br, zstd, one at a time';
    throw new AppError('unsupported-encoding', `content encodings that are taken: ${known}`);
  }
  checkBytes(Number(request.headers['content-length'] ?? 0), limits.wire);
  askForBody(response);
  const wire = new Wire(request, limits.wire);
  let bytes = 0;
  for await (const chunk of decode(wire)) {
    wire.checkThere();
    bytes += chunk.length;
    checkBytes(bytes, limits.decompressed);
    if (bytes > RATIO_CHECKED_FROM_BYTES && bytes > BODY_RATIO_MAX * wire.bytes) {
      throw tooLarge('bodyRatioMax', BODY_RATIO_MAX, 'decompressed bytes for each compressed one');
    }
    yield chunk;
  }
}

/**
 * Gives the whole decoded body to `work`, which it is held for.
 * @param max of the body, before and after its encoding is undone
 * @throws AppError as bodyChunks, and `overloaded` where there is no memory to hold it
 */
export async function withWholeBody<T>(
  request: IncomingMessage,
  response: ServerResponse,
  max: BytesMax,
  load: KeyLoad,
  work: (body: Buffer) => Promise<T>,
): Promise<T> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of bodyChunks(request, response, { wire: max, decompressed: max })) {
      load.hold(chunk.length);
      bytes += chunk.length;
      chunks.push(chunk);
    }
    return await work(chunks.length === 1 && Buffer.isBuffer(chunks[0]) ? chunks[0] : Buffer.concat(chunks));
  } finally {
    load.count(-bytes);
  }
}

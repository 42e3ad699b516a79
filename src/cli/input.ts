/** Files as request bodies: opened, told by their first bytes, streamed. */
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { zstdDecompressed } from '../api/zstd.ts';
import { CommandError, EXIT, systemCodeOf } from './exit.ts';
import { NoXz, xzDecompressed } from './xz.ts';

/** Content codings that the server takes as well. */
export type ContentCoding = 'gzip' | 'zstd';
/** How an input is compressed. */
export type Coding = ContentCoding | 'xz';

const CODINGS: readonly { magic: string; coding: Coding }[] = [
  { magic: '1f8b', coding: 'gzip' },
  { magic: '28b52ffd', coding: 'zstd' },
  { magic: 'fd377a585a00', coding: 'xz' },
];
/** What is not read, and what makes lines of it. */
const FOREIGN: readonly { magic: string; tool: string }[] = [
  { magic: '425a68', tool: 'bzip2 -dc' },
  { magic: '504b0304', tool: 'unzip -p' },
];
/** Bytes of one read: large enough that reading never is what one waits for. */
const READ_BYTES = 262_144;

/** An open file, or standard input. */
export class Input {
  /** The path as given; `-` for standard input. */
  readonly name: string;
  /** Bytes in all, as stored; undefined for standard input and pipes. */
  readonly bytes: number | undefined;
  readonly isEmpty: boolean;
  /** Undefined where the bytes are plain. */
  readonly coding: Coding | undefined;
  /** The bytes as they are stored. */
  readonly stream: Readable;
  /** Bytes read so far. */
  readBytes = 0;
  readonly #rest: AsyncIterator<Buffer>;

  constructor(name: string, bytes: number | undefined, head: Buffer, rest: AsyncIterator<Buffer>) {
    this.name = name;
    this.bytes = bytes;
    this.isEmpty = head.length === 0;
    const hex = head.subarray(0, 8).toString('hex');
    this.coding = CODINGS.find(({ magic }) => hex.startsWith(magic))?.coding;
    this.stream = Readable.from(this.#chunks(head), { objectMode: false, highWaterMark: READ_BYTES });
    this.#rest = rest;
  }

  /** Lets go of the file, read to its end or not. */
  async close(): Promise<void> {
    this.stream.destroy();
    await this.#rest.return?.();
  }

  async *#chunks(head: Buffer): AsyncGenerator<Buffer> {
    try {
      for (let chunk = head; ; ) {
        this.readBytes += chunk.length;
        if (chunk.length > 0) yield chunk;
        const next = await this.#rest.next();
        if (next.done === true) return;
        chunk = Buffer.from(next.value);
      }
    } catch (cause) {
      throw cannotRead(this.name, cause);
    }
  }

  /**
   * The bytes, decompressed.
   * @throws CommandError 1 where the compressed data is broken, 3 where the file cannot be read on
   */
  async *decoded(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.#decoder())
        yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    } catch (cause) {
      if (cause instanceof CommandError) throw cause;
      if (cause instanceof NoXz) throw unread(this.name, 'xz -dc', cause);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CommandError(EXIT.input, `${this.name} cannot be decompressed: ${reason}`, { cause });
    }
  }

  #decoder(): AsyncIterable<Uint8Array> {
    if (this.coding === 'zstd') return zstdDecompressed(this.stream);
    // Whatever fails destroys the engine with its error, and its reader gets it.
    if (this.coding === 'gzip') return pipeline(this.stream, createGunzip(), () => undefined);
    if (this.coding === 'xz') return xzDecompressed(this.stream);
    return this.stream;
  }
}

/**
 * Opens one input.
 * @param path of a file, or `-` for standard input
 * @throws CommandError 3 where it cannot be opened, 1 where its form is not read: other compressions, a JSON array
 */
export async function openInput(path: string, stdin: Readable): Promise<Input> {
  const { chunks, bytes } = path === '-' ? { chunks: stdin, bytes: undefined } : await openFile(path);
  const iterator: AsyncIterator<Buffer> = chunks[Symbol.asyncIterator]();
  const first = await iterator.next().catch((cause: unknown) => {
    throw cannotRead(path, cause);
  });
  const head = first.done === true ? Buffer.alloc(0) : Buffer.from(first.value);
  const tool = foreignTool(head);
  if (tool === null) return new Input(path, bytes, head, iterator);
  await iterator.return?.();
  throw unread(path, tool);
}

function unread(path: string, tool: string, cause?: unknown): CommandError {
  const sentence = `${path} is not read as it is; make lines of it: ${tool} FILE | bayeswatch … -`;
  return new CommandError(EXIT.input, sentence, { cause });
}

/** @throws CommandError 3 where one of them cannot be opened: told before anything is sent */
export async function assertReadable(paths: readonly string[]): Promise<void> {
  if (paths.filter(path => path === '-').length > 1) {
    throw new CommandError(EXIT.usage, 'standard input (-) can be read only once');
  }
  for (const path of paths) {
    if (path !== '-') await (await openHandle(path)).close();
  }
}

async function openHandle(path: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(path);
  } catch (cause) {
    throw cannotRead(path, cause);
  }
  if (!(await handle.stat()).isDirectory()) return handle;
  await handle.close();
  throw new CommandError(EXIT.unreachable, `cannot read ${path}: it is a folder; name its files`);
}

async function openFile(path: string): Promise<{ chunks: Readable; bytes: number | undefined }> {
  const handle = await openHandle(path);
  const stat = await handle.stat();
  const chunks = createReadStream(path, { fd: handle, highWaterMark: READ_BYTES });
  return { chunks, bytes: stat.isFile() ? stat.size : undefined };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'you may not read it',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
};

function cannotRead(path: string, cause: unknown): CommandError {
  if (cause instanceof CommandError) return cause;
  return new CommandError(EXIT.unreachable, `cannot read ${path}: ${reasonOf(cause)}`, { cause });
}

/** Why a file cannot be read, in our words where we have some. */
export function reasonOf(cause: unknown): string {
  return REASONS[systemCodeOf(cause) ?? ''] ?? (cause instanceof Error ? cause.message : String(cause));
}

/** What makes lines of an input that is not read as it is; null for one that is. */
function foreignTool(head: Buffer): string | null {
  if (isJsonArray(head)) return "jq -c '.[]'";
  const hex = head.subarray(0, 8).toString('hex');
  return FOREIGN.find(({ magic }) => hex.startsWith(magic))?.tool ?? null;
}

/** An array of objects, as exports of other tools have it: line by line it would be taken for log text. */
function isJsonArray(head: Buffer): boolean {
  const text = head.subarray(0, 1_024).toString('utf8').replace('\ufeff', '').trimStart();
  return text.startsWith('[') && text.slice(1).trimStart().startsWith('{');
}

/** The file of a backup: a tar archive of the manifest and the database, written in one pass and read in one pass. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { AppError } from '../domain/errors.ts';
import { type BackupManifest, DATABASE_NAME, MANIFEST_NAME, parseManifest } from './manifest.ts';
import { BLOCK_BYTES, paddingOf, parseTarHeader, type TarFile, tarHeaderOf } from './tar.ts';

/** Two empty blocks end a tar archive. */
const END_BYTES = 2 * BLOCK_BYTES;
/** Some hundred bytes a site. */
const MANIFEST_BYTES_MAX = 67_108_864;
const READ_BYTES = 1_048_576;

function manifestBytes(manifest: BackupManifest): Buffer {
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
}

/** Bytes of the whole archive. */
export function archiveBytesOf(manifest: BackupManifest): number {
  const sizes = [manifestBytes(manifest).length, manifest.database.bytes];
  return sizes.reduce((sum, bytes) => sum + BLOCK_BYTES + bytes + paddingOf(bytes), END_BYTES);
}

/** @param databasePath file whose bytes are those that the manifest tells of */
export async function* archiveChunks(
  manifest: BackupManifest,
  databasePath: string,
): AsyncGenerator<Uint8Array> {
  const head = manifestBytes(manifest);
  const madeAtMs = Date.parse(manifest.madeAt);
  yield tarHeaderOf({ name: MANIFEST_NAME, bytes: head.length }, madeAtMs);
  yield head;
  yield Buffer.alloc(paddingOf(head.length));
  yield tarHeaderOf({ name: DATABASE_NAME, bytes: manifest.database.bytes }, madeAtMs);
  yield* createReadStream(databasePath, { highWaterMark: READ_BYTES });
  yield Buffer.alloc(paddingOf(manifest.database.bytes) + END_BYTES);
}

/**
 * Reads an archive. The manifest is there before the database, whose bytes are handed on as they come; only the end tells
 * whether they were right, so nothing made of them counts before this has resolved.
 * @param onManifest may refuse the backup before any of its database is read
 * @throws AppError `backup-damaged` where it is cut, changed or no backup
 */
export async function readArchive(
  chunks: AsyncIterable<Uint8Array>,
  onManifest: (manifest: BackupManifest) => Promise<void> | void,
  onDatabase: (bytes: Uint8Array) => Promise<void>,
): Promise<BackupManifest> {
  const source = new ByteSource(chunks);
  const head = await headerOf(source, MANIFEST_NAME);
  if (head.bytes > MANIFEST_BYTES_MAX) throw damaged('its manifest is longer than any');
  const manifest = parseManifest((await source.take(head.bytes)).toString('utf8'));
  await source.take(paddingOf(head.bytes));
  await onManifest(manifest);
  const database = await headerOf(source, DATABASE_NAME);
  if (database.bytes !== manifest.database.bytes)
    throw damaged('the database is not as long as the manifest says');
  const digest = createHash('sha256');
  for (let left = database.bytes; left > 0; ) {
    const bytes = await source.some(left);
    digest.update(bytes);
    await onDatabase(bytes);
    left -= bytes.length;
  }
  if (digest.digest('hex') !== manifest.database.sha256)
    throw damaged('the database does not have the SHA-256 that the manifest says');
  const rest = await source.take(paddingOf(database.bytes) + END_BYTES);
  if (rest.some(byte => byte !== 0)) throw damaged('there is more after its database');
  return manifest;
}

async function headerOf(source: ByteSource, name: string): Promise<TarFile> {
  const file = parseTarHeader(await source.take(BLOCK_BYTES));
  if (file?.name !== name) throw damaged(`there is no ${name} where it should be`);
  return file;
}

function damaged(reason: string): AppError {
  return new AppError('backup-damaged', `the file is no whole backup: ${reason}`);
}

/** Bytes in pieces of the lengths that are asked for, whatever they come in. */
class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** At least one byte, at most so many. */
  async some(bytesMax: number): Promise<Buffer> {
    while (this.#held.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) throw damaged('it ends too early');
      this.#held = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
    const some = this.#held.subarray(0, bytesMax);
    this.#held = this.#held.subarray(some.length);
    return some;
  }

  /** Exactly so many bytes. */
  async take(bytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let left = bytes; left > 0; ) {
      const piece = await this.some(left);
      pieces.push(piece);
      left -= piece.length;
    }
    return Buffer.concat(pieces);
  }
}

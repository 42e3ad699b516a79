/**
 * A file that grows, read as far as it goes; and after it has been rotated, the one that took its place. Both ways of
 * rotation are seen: the name given to another file (rename and create), and the file cut to nothing (copytruncate).
 */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { CommandError, EXIT, systemCodeOf } from './exit.ts';
import { reasonOf } from './input.ts';

/** Bytes of one read: what one request carries. */
const READ_BYTES = 1_048_576;

/** What was read, and whether more is there, nothing for now, or the file is over and the next read begins a new one. */
export interface Growth {
  bytes: Buffer;
  state: 'more' | 'caught-up' | 'over';
}

export class FollowedFile {
  readonly #path: string;
  #handle: FileHandle;
  #offset = 0;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** @throws CommandError 3 where it cannot be opened */
  static async open(path: string): Promise<FollowedFile> {
    try {
      return new FollowedFile(path, await open(path));
    } catch (cause) {
      throw cannotFollow(path, cause);
    }
  }

  /** @throws CommandError 3 where it cannot be read on */
  async read(): Promise<Growth> {
    try {
      const before = await this.#findSuccessor();
      // Looked for before the rest is read: what has another in its place gets nothing more.
      const bytes = await this.#readOn();
      if (bytes.length > 0) {
        await before?.close();
        return { bytes, state: bytes.length === READ_BYTES ? 'more' : 'caught-up' };
      }
      if (before !== null) {
        await this.#handle.close();
        this.#handle = before;
      } else if ((await this.#handle.stat()).size >= this.#offset) return { bytes, state: 'caught-up' };
      this.#offset = 0;
      return { bytes, state: 'over' };
    } catch (cause) {
      throw cannotFollow(this.#path, cause);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #readOn(): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    const { bytesRead } = await this.#handle.read(buffer, 0, READ_BYTES, this.#offset);
    this.#offset += bytesRead;
    return buffer.subarray(0, bytesRead);
  }

  /** The other file that has the name now; null where there is none, or none yet. */
  async #findSuccessor(): Promise<FileHandle | null> {
    const mine = await this.#handle.stat({ bigint: true });
    const isMine = (other: { ino: bigint; dev: bigint }) => other.ino === mine.ino && other.dev === mine.dev;
    try {
      if (isMine(await stat(this.#path, { bigint: true }))) return null;
      return await open(this.#path);
    } catch (error) {
      // Between the two steps of a rotation nobody has the name.
      if (systemCodeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }
}

function cannotFollow(path: string, cause: unknown): CommandError {
  return new CommandError(EXIT.unreachable, `cannot follow ${path}: ${reasonOf(cause)}`, { cause });
}

/**
 * What decoding a zstd body costs, held against what it brings. fzstd moves its whole window for each block, however
 * short the block is: 8 MiB for one byte, a millisecond for four bytes of body. So moves are paid for by the bytes that
 * were read and decoded, and whoever writes blocks too short for the window is told so.
 */
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../domain/errors.ts';

/** Moved for nothing: 64 blocks of the largest window, a tenth of a second. */
const FREE_BYTES = 536_870_912;
/**
 * Bytes moved for each one read or decoded. Full blocks of 128 KiB in a window of 8 MiB take 64, a flush every 2 KiB
 * with zstd's usual window of 2 MiB takes 1,024: then moving costs 0.15 µs a byte, as much as scoring does.
 */
const MOVED_PER_BYTE_MAX = 1_024;
/** After so much work others get their turn: a millisecond. */
const BYTES_PER_TURN = 8_388_608;
/** What a block costs beside its moves, told in bytes moved: some ten microseconds. */
const BLOCK_COST_BYTES = 65_536;

export class WindowMoves {
  #leftBytes = FREE_BYTES;
  #turnBytes = 0;

  /** Bytes of the body that were read, or decoded, are credited: they pay for moves. */
  credit(bytes: number): void {
    this.#leftBytes += bytes * MOVED_PER_BYTE_MAX;
  }

  /**
   * Charges one move of a window, and gives others their turn now and then.
   * @throws AppError `body-too-large` where too much was moved for too little
   */
  async charge(windowBytes: number): Promise<void> {
    this.#leftBytes -= windowBytes;
    if (this.#leftBytes < 0) {
      const detail =
        `zstdMovedPerByteMax: more than ${MOVED_PER_BYTE_MAX} bytes of window moved for each byte; ` +
        'compress with fewer flushes, or with a smaller window';
      throw new AppError('body-too-large', detail);
    }
    this.#turnBytes += windowBytes + BLOCK_COST_BYTES;
    if (this.#turnBytes < BYTES_PER_TURN) return;
    this.#turnBytes = 0;
    await setImmediate();
  }
}

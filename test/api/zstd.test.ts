/** What decoding zstd may cost: windows are moved as often as the body pays for, and only while somebody waits. */
import { describe, expect, it } from 'vitest';
import { WindowMoves } from '../../src/api/window-moves.ts';
import { zstdDecompressed } from '../../src/api/zstd.ts';
import { AppError } from '../../src/domain/errors.ts';
import { ZSTD_LINES, zstdShortBlocks, zstdStored } from './zstd-frames.ts';

/** Exponent 13, mantissa 0: a window of 8 MiB. */
const LARGEST_WINDOW = 13 << 3;

async function decompressed(body: Buffer, checkWanted?: () => void): Promise<Buffer> {
  async function* chunks() {
    yield body;
  }
  const parts: Uint8Array[] = [];
  for await (const part of zstdDecompressed(chunks(), checkWanted)) parts.push(part);
  return Buffer.concat(parts);
}

describe('zstd', () => {
  it('of one byte a block is refused before its window has been moved for long', async () => {
    const body = zstdShortBlocks(250_000, LARGEST_WINDOW);
    await expect(decompressed(body)).rejects.toMatchObject({
      code: 'body-too-large',
      message: expect.stringMatching(/^zstdMovedPerByteMax: more than 1024 bytes of window moved/),
    });
  });

  it('of many frames with hardly anything in them is refused likewise', async () => {
    const frames = Array.from({ length: 200 }, () => zstdShortBlocks(1, LARGEST_WINDOW));
    await expect(decompressed(Buffer.concat(frames))).rejects.toMatchObject({ code: 'body-too-large' });
  });

  it('of short blocks is read where the window is small, or there are few', async () => {
    expect(await decompressed(zstdShortBlocks(5_000, 0))).toHaveLength(5_000);
    expect(await decompressed(zstdShortBlocks(60, LARGEST_WINDOW))).toHaveLength(60);
  });

  it('of long blocks may go on for ever', async () => {
    const bytes = Buffer.alloc(30_000_000, 'abc');
    const body = zstdStored(bytes, { windowDescriptor: LARGEST_WINDOW });
    expect((await decompressed(body)).equals(bytes)).toBe(true);
  });

  it('that nobody waits for any more is not decoded to its end', async () => {
    let blocks = 0;
    const gone = new AppError('client-gone', 'gone');
    const checkWanted = () => {
      blocks += 1;
      if (blocks === 3) throw gone;
    };
    await expect(decompressed(zstdShortBlocks(50, 0), checkWanted)).rejects.toBe(gone);
    expect(blocks).toBe(3);
    expect((await decompressed(ZSTD_LINES)).toString()).toContain('h199.example.org');
  });
});

describe('moves of a window', () => {
  it('are paid for by the bytes that the body brings', async () => {
    const moves = new WindowMoves();
    for (let free = 0; free < 64; free += 1) await moves.charge(8_388_608);
    await expect(moves.charge(1)).rejects.toMatchObject({ code: 'body-too-large' });
    const credited = new WindowMoves();
    for (let block = 0; block < 1_000; block += 1) {
      credited.credit(8_192);
      await credited.charge(8_388_608);
    }
  });
});

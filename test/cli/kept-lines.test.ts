/** Beginnings of lines, numbered as the server numbers them, held no longer than they are needed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptLines } from '../../src/cli/kept-lines.ts';
import { splitLines } from '../../src/ingest/lines.ts';

async function* chunksOf(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function passed(kept: KeptLines, chunks: AsyncIterable<Buffer>): Promise<string> {
  const through: Buffer[] = [];
  for await (const chunk of kept.through(chunks)) through.push(chunk);
  return Buffer.concat(through).toString();
}

describe('KeptLines', () => {
  it('passes everything on and gives each line by its number', async () => {
    const kept = new KeptLines();
    expect(await passed(kept, chunksOf('one\r\n\nthree\nfour', 4))).toBe('one\r\n\nthree\nfour');
    expect([1, 3, 4].map(number => kept.take(number))).toEqual(['one', 'three', 'four']);
  });

  it('lets a line go once a later one was asked for', async () => {
    const kept = new KeptLines();
    await passed(kept, chunksOf('a\nb\nc\nd\n', 64));
    expect(kept.size).toBe(4);
    expect(kept.take(3)).toBe('c');
    expect(kept.size).toBe(1);
    expect(kept.take(2)).toBeUndefined();
  });

  it('keeps the first 512 bytes of a long line', async () => {
    const kept = new KeptLines();
    await passed(kept, chunksOf(`${'x'.repeat(5_000)}\nnext`, 100));
    expect(kept.take(1)).toBe('x'.repeat(512));
    expect(kept.take(2)).toBe('next');
  });

  it('holds a bounded number of lines that nobody asks for', async () => {
    const kept = new KeptLines();
    await passed(kept, chunksOf(`${'#\n'.repeat(70_000)}#`, 50_000));
    expect(kept.size).toBe(65_536);
  });

  it('counts as the server does, however the bytes are cut', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r\n'), maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (whole, size) => {
        const kept = new KeptLines();
        await passed(kept, chunksOf(whole, size));
        for await (const batch of splitLines(chunksOf(whole, size), 1_000)) {
          for (const line of batch) {
            const expected = 'bytes' in line ? Buffer.from(line.bytes).toString() : '';
            expect(kept.take(line.number)).toBe(expected);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

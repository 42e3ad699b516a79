/** Lines on their way, numbered as the server numbers them, held no longer than they are needed. */
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

  it('gives what stands before the first line that is answered', async () => {
    const kept = new KeptLines();
    await passed(kept, chunksOf('#a\n\n#b\nrecord\nrecord', 3));
    expect(kept.before(4)).toEqual(['#a', '#b']);
    expect(kept.take(4)).toBe('record');
    expect(kept.before(4)).toEqual([]);
  });

  it('holds a bounded number of bytes that nobody asks for, the newest', async () => {
    const kept = new KeptLines(10 * (128 + 2));
    await passed(kept, chunksOf('##\n'.repeat(1_000), 100));
    expect(kept.size).toBe(10);
    expect(kept.take(990)).toBeUndefined();
    expect(kept.take(991)).toBe('##');
  });

  it('lets even a line go that is larger than all that may be held', async () => {
    const kept = new KeptLines(1_000);
    await passed(kept, chunksOf(`${'x'.repeat(5_000)}\nnext`, 100));
    expect(kept.take(1)).toBeUndefined();
    expect(kept.take(2)).toBe('next');
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

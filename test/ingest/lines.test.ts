/** The line splitter: equal to a naive split however the bytes are cut, and bounded. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BATCH_RECORDS_MAX } from '../../src/domain/limits.ts';
import { type Line, splitLines } from '../../src/ingest/lines.ts';
import { chunksOf } from './parse-lines.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

async function split(chunks: readonly Uint8Array[], lineBytesMax: number): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const batch of splitLines(chunksOf(...chunks), lineBytesMax)) lines.push(...batch);
  return lines;
}

/** Number and text of each line; `tooLong` for a rejected one. */
async function shown(texts: readonly string[], lineBytesMax = 100): Promise<[number, string][]> {
  const lines = await split(
    texts.map(text => encoder.encode(text)),
    lineBytesMax,
  );
  return lines.map(line => [line.number, 'bytes' in line ? decoder.decode(line.bytes) : 'tooLong']);
}

/** What the splitter promises, done with strings of one character a byte. */
function naive(bytes: Uint8Array, lineBytesMax: number): [number, string][] {
  const text = Buffer.from(bytes).toString('latin1');
  return text.split('\n').flatMap((raw, index): [number, string][] => {
    const bare = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (bare.length > lineBytesMax) return [[index + 1, 'tooLong']];
    const line = index === 0 && bare.startsWith('\xef\xbb\xbf') ? bare.slice(3) : bare;
    return line === '' ? [] : [[index + 1, line]];
  });
}

function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const length of lengths) {
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return [...chunks, bytes.subarray(at)];
}

describe('splitLines', () => {
  test.each([
    [
      'LF, and a last line without its end',
      ['a\nb'],
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'CR LF',
      ['a\r\nb\r\n'],
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'CR and LF in two chunks',
      ['a\r', '\nb'],
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    ['blank lines count and are not yielded', ['\n\r\na\n\n'], [[3, 'a']]],
    [
      'NUL is an ordinary byte',
      ['a\0b\n\0\n'],
      [
        [1, 'a\0b'],
        [2, '\0'],
      ],
    ],
    [
      'a byte order mark at the start, in pieces, is dropped',
      ['\ufeffa\n\ufeffb'],
      [
        [1, 'a'],
        [2, '\ufeffb'],
      ],
    ],
    ['nothing', [], []],
    ['a lone CR ends nothing', ['a\rb\n'], [[1, 'a\rb']]],
  ] as [string, string[], [number, string][]][])('%s', async (_case, texts, expected) => {
    expect(await shown(texts)).toEqual(expected);
  });

  test('a line longer than the limit is rejected once, and the next ones are read', async () => {
    const chunks = ['abc\nabcd', 'efgh', 'ijkl\nabc\r\nabcd\nx'];
    expect(await shown(chunks, 3)).toEqual([
      [1, 'abc'],
      [2, 'tooLong'],
      [3, 'abc'],
      [4, 'tooLong'],
      [5, 'x'],
    ]);
    expect(await shown(['abcdefgh'], 3)).toEqual([[1, 'tooLong']]);
  });

  test('blank lines count to the limit of lines, and nothing is left out before it', async () => {
    const blank = encoder.encode('\n\r\n'.repeat(50));
    const limited = async (chunks: Uint8Array[], linesMax: number) => {
      const numbers: number[] = [];
      for await (const batch of splitLines(chunksOf(...chunks), 100, linesMax)) {
        numbers.push(...batch.map(({ number }) => number));
      }
      return numbers;
    };
    const last = encoder.encode('x');
    expect(await limited([blank, last], 101)).toEqual([101]);
    await expect(limited([blank, last], 100)).rejects.toMatchObject({
      code: 'body-too-large',
      message: expect.stringMatching(/^requestLinesMax: /),
    });
    await expect(limited([blank], 99)).rejects.toMatchObject({ code: 'body-too-large' });
  });

  test('equals a naive split for any bytes, chunks and limit', async () => {
    const bytes = fc
      .array(fc.constantFrom(10, 13, 0, 97, 0xc3, 0xef, 0xbb, 0xbf), { maxLength: 60 })
      .map(values => Uint8Array.from(values));
    const lengths = fc.array(fc.nat({ max: 9 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(bytes, lengths, fc.integer({ min: 1, max: 12 }), async (input, cuts, max) => {
        const lines = await split(cut(input, cuts), max);
        const got = lines.map(line => [
          line.number,
          'bytes' in line ? Buffer.from(line.bytes).toString('latin1') : 'tooLong',
        ]);
        expect(got).toEqual(naive(input, max));
      }),
      { numRuns: 500 },
    );
  });

  test('batches are not larger than what is stored together', async () => {
    const sizes: number[] = [];
    const chunk = encoder.encode('x\n'.repeat(3 * BATCH_RECORDS_MAX + 1));
    for await (const batch of splitLines(chunksOf(chunk), 10)) sizes.push(batch.length);
    expect(sizes).toEqual([BATCH_RECORDS_MAX, BATCH_RECORDS_MAX, BATCH_RECORDS_MAX, 1]);
  });

  test('lines stay as they were when later chunks come', async () => {
    const lines = await split(
      [encoder.encode('first half, '), encoder.encode('second\nother'), encoder.encode(' end\n')],
      99,
    );
    expect(lines.map(line => ('bytes' in line ? decoder.decode(line.bytes) : ''))).toEqual([
      'first half, second',
      'other end',
    ]);
  });
});

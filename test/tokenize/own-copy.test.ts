import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownCopyOf } from '../../src/tokenize/own-copy.ts';
import { heapBytes } from '../heap-bytes.ts';

const MEBIBYTE = 2 ** 20;
const LINES = 64;

/** Bytes that are held by parts of lines of a mebibyte, kept as `keep` says. */
function heldBy(keep: (part: string) => string): number {
  const before = heapBytes();
  const kept = Array.from({ length: LINES }, () =>
    keep('0123456789abcdef'.repeat(MEBIBYTE / 16).slice(0, 20)),
  );
  const held = heapBytes() - before;
  for (const part of kept) expect(part).toHaveLength(20);
  return held;
}

describe('ownCopyOf', () => {
  it('is the same text', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud800', '\udc00x'));
    fc.assert(
      fc.property(text, one => {
        expect(ownCopyOf(one)).toBe(one);
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  it('lets the line go that a part was cut from', () => {
    expect(heldBy(part => part)).toBeGreaterThan((LINES / 2) * MEBIBYTE);
    expect(heldBy(ownCopyOf)).toBeLessThan(4 * MEBIBYTE);
  });
});

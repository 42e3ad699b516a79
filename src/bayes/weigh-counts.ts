/** Counts of another site as this one takes them over: of one day, and weighed by how far they are trusted. */
import { UNIT_COUNT } from './content-hash.ts';
import { Counts, sumOfBlocks } from './counts.ts';
import { encodeBlocks, readBlocks } from './counts-codec.ts';
import { NgramCounts } from './field-counts.ts';

/** A trust is kept in these: 0.0001 is the least. */
const PARTS_OF_TRUST = 10_000;

/**
 * count × trust, halves rounded up; in integers, so that no machine rounds otherwise.
 * @param count an integer, 0 to 2³¹ − 1    @param trust in (0, 1], at most four decimals
 * @example weighedCount(5, 0.5) // 3
 * @example weighedCount(1, 0.4999) // 0
 */
export function weighedCount(count: number, trust: number): number {
  const parts = count * Math.round(trust * PARTS_OF_TRUST);
  return Math.floor((2 * parts + PARTS_OF_TRUST) / (2 * PARTS_OF_TRUST));
}

/**
 * Counts as a segment has them. Rounding keeps the order of numbers: no token comes to more than what its field holds.
 * @param bytes as encodeCounts writes them, all of one day, whichever    @param sign −1 takes them away
 * @returns the counts, and their addend to the model id
 * @throws CorruptBytesError
 * @example 3 good records at a trust of 0.5, of day 20,468: goodRecords 2 on day 20,468
 */
export function weighCounts(
  bytes: Uint8Array,
  { day, trust, sign }: { day: number; trust: number; sign: 1 | -1 },
): { counts: Uint8Array; sum: string } {
  const weighed = new Counts();
  readBlocks(bytes, ({ field, rows, keys, tokens, values }) => {
    const into = weighed.fieldOf(day, field);
    for (let row = 0; row < rows; row++) {
      const to =
        into instanceof NgramCounts ? into.rowOf(keys[row] as number) : into.rowOf(tokens[row] as string);
      for (let unit = 0; unit < UNIT_COUNT; unit++)
        into.add(to, unit, sign * weighedCount(values[row * UNIT_COUNT + unit] as number, trust));
    }
  });
  const blocks = [...weighed.blocks()];
  return { counts: encodeBlocks(blocks), sum: sumOfBlocks(blocks).toString() };
}

import { describe, expect, it } from 'vitest';
import { parseRecordId, recordIdOf, sliceOf } from '../../src/domain/identity.ts';
import { DAY_MS } from '../../src/domain/time.ts';
import { undatedGenerationOf, undatedGenerationsOf } from '../../src/domain/undated-generation.ts';

const AT_MS = Date.UTC(2026, 0, 20, 13);

describe('the generation of a live record without a time of its own', () => {
  it.each([
    [0.01, 20_473],
    [15, 20_473],
    [30, 20_472],
    [90, 20_472],
    [365, 20_448],
    [36_500, 16_384],
  ])('is the first day of its period, where records are kept for %d days', (retentionDays, first) =>
    expect(undatedGenerationOf(AT_MS, retentionDays)).toBe(first),
  );

  it('is one for the whole of a period of eight days, and the next after it', () => {
    const firstMs = 20_472 * DAY_MS;
    const of = (atMs: number) => undatedGenerationOf(atMs, 90);
    expect([firstMs - 1, firstMs, firstMs + 8 * DAY_MS - 1, firstMs + 8 * DAY_MS].map(of)).toEqual([
      20_464, 20_472, 20_472, 20_480,
    ]);
  });

  it('has an id whatever the clock says', () => {
    const identity = 'f'.repeat(32);
    for (const atMs of [-(10 ** 13), 0, AT_MS, 8.64e15]) {
      const ref = { slice: sliceOf(undefined, identity, undatedGenerationOf(atMs, 90)), identity };
      expect(ref.slice).toBeLessThan(0);
      expect(parseRecordId(recordIdOf(ref))).toEqual(ref);
    }
  });
});

describe('the generations that may be open', () => {
  it.each([0.01, 1, 7.9, 8, 30, 90, 127, 128, 36_500])(
    'hold all that was received within %d days, and are few',
    retentionDays => {
      const open = undatedGenerationsOf(AT_MS, retentionDays);
      expect(open[0]).toBe(undatedGenerationOf(AT_MS, retentionDays));
      expect(open.length).toBeLessThanOrEqual(18);
      for (let share = 0; share <= 1; share += 1 / 64)
        expect(open).toContain(
          Math.max(undatedGenerationOf(AT_MS - share * retentionDays * DAY_MS, retentionDays)),
        );
    },
  );

  it('of a shorter retention are found again after it is made longer, as far as they begin a longer period', () => {
    expect(undatedGenerationsOf(AT_MS, 90)).toContain(undatedGenerationOf(20_472 * DAY_MS, 30));
  });
});

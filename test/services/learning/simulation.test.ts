/** Learning's promise, tried: whatever is interleaved, paused or killed, the counts are those of a plain recount. */
import { describe, expect, it } from 'vitest';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { loadImplementation } from './implementation.ts';
import { simulate } from './simulation.ts';
import { isWrong } from './simulation-report.ts';

const SEEDS = 150;

describe('the protocol of learning, interleaved at every store call', () => {
  it(`settles to the recount for ${SEEDS} seeds`, async () => {
    const implementation = await loadImplementation();
    let crashes = 0;
    let seals = 0;
    let generations = 0;
    let removed = 0;
    let imports = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const report = await simulate(seed, implementation, async () => new SqliteStore(':memory:'));
      expect(report.recount.differences, `seed ${seed}`).toEqual([]);
      expect(report.recount.negative, `seed ${seed}`).toBe(0);
      expect(report.lost, `seed ${seed}`).toBe(0);
      expect(report.sealProblems, `seed ${seed}`).toEqual([]);
      expect(report.readerProblems, `seed ${seed}`).toEqual([]);
      expect(isWrong(report), `seed ${seed}`).toBe(false);
      generations += report.generations;
      removed += report.removed;
      imports += report.imports;
      seals += report.seals;
      crashes += report.crashes;
    }
    expect(crashes).toBeGreaterThan(SEEDS / 4);
    expect(seals).toBeGreaterThan(SEEDS / 5);
    expect(generations).toBeGreaterThan(SEEDS / 4);
    expect(removed).toBeGreaterThan(SEEDS);
    expect(imports).toBeGreaterThan(SEEDS / 2);
  }, 120_000);
});

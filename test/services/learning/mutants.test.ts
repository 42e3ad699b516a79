/** Each rule of the protocol, taken out, is found out by the simulation: else the simulation would prove nothing. */
import { describe, expect, it } from 'vitest';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { loadImplementation } from './implementation.ts';
import { MUTANTS, plant } from './mutants.ts';
import { simulate } from './simulation.ts';
import { isWrong } from './simulation-report.ts';

const SEEDS_MAX = 2_000;

describe('without the rule that', () => {
  it.each(MUTANTS)(
    '$rule, counts go wrong',
    async mutant => {
      const { src, remove } = plant(mutant);
      try {
        const implementation = await loadImplementation(src);
        let found = 0;
        for (let seed = 1; seed <= SEEDS_MAX && found === 0; seed++) {
          const report = await simulate(seed, implementation, async () => new SqliteStore(':memory:'));
          if (isWrong(report)) found = seed;
        }
        expect(found).toBeGreaterThan(0);
      } finally {
        remove();
      }
    },
    180_000,
  );
});

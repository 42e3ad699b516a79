/**
 * The counts of one day, kept as encoded runs: what decay is rebuilt from when a newer day comes.
 * Runs are merged in tiers (sixteen of a level become one of the next: a log-structured merge), so a row is rewritten
 * once per factor of sixteen and a day costs about four bytes an n-gram, whatever number of segments it came in.
 */
import { Counts } from './counts.ts';
import { addEncoded, type CountsVisitor, encodeCounts, readCounts } from './counts-codec.ts';

const RUNS_OF_LEVEL = 16;

export class DayRuns {
  /** Runs of each level, smallest first. */
  #levels: Uint8Array[][] = [];

  /** @param run encoded counts of this day only */
  add(run: Uint8Array): void {
    this.#push(0, run);
  }

  /** All rows of all runs; a token comes once in each run that holds it. */
  read(visitor: CountsVisitor): void {
    for (const runs of this.#levels) for (const run of runs) readCounts(run, visitor);
  }

  /** Makes one run of all, so that `read` tells each token once and none whose counts are all 0. */
  merge(): void {
    const runs = this.#levels.flat();
    if (runs.length > 1) this.#levels = [[mergeRuns(runs)]];
  }

  #push(level: number, run: Uint8Array): void {
    this.#levels[level] ??= [];
    const runs = this.#levels[level];
    runs.push(run);
    if (runs.length < RUNS_OF_LEVEL) return;
    this.#levels[level] = [];
    this.#push(level + 1, mergeRuns(runs));
  }
}

function mergeRuns(runs: readonly Uint8Array[]): Uint8Array {
  const merged = new Counts();
  for (const run of runs) addEncoded(merged, run);
  return encodeCounts(merged);
}

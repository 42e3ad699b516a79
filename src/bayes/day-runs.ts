/**
 * The counts of one day, kept as encoded runs: what decay is rebuilt from when a newer day comes.
 * Runs are merged in tiers (a log-structured merge: sixteen runs of a level, more where they are small, become one of the
 * next), so a row is rewritten once per factor of sixteen, and a day costs about four bytes an n-gram, whatever number of
 * segments it came in, and a few mebibytes that wait to be merged.
 */
import { Counts } from './counts.ts';
import { addEncoded, type DecodedBlock, encodeCounts, readBlocks } from './counts-codec.ts';

const RUNS_OF_LEVEL = 16;
/** Less than that is left as it came: merging costs more than all else that adding a segment does. */
const MERGED_BYTES_MIN = 4_194_304;

export class DayRuns {
  /** Runs of each level, smallest first. */
  #levels: Uint8Array[][] = [];

  /** @param run encoded counts of this day only */
  add(run: Uint8Array): void {
    this.#push(0, run);
  }

  /** All blocks of all runs; a token comes once in each run that holds it. */
  read(visit: (block: DecodedBlock) => void): void {
    for (const runs of this.#levels) for (const run of runs) readBlocks(run, visit);
  }

  /** Makes one run of all where it can, so that `read` tells each token once and none whose counts are all 0. */
  merge(): void {
    const runs = this.#levels.flat();
    const merged = runs.length > 1 ? mergedRun(runs) : null;
    if (merged !== null) this.#levels = [[merged]];
  }

  #push(level: number, run: Uint8Array): void {
    this.#levels[level] ??= [];
    const runs = this.#levels[level];
    runs.push(run);
    const bytes = runs.reduce((sum, { length }) => sum + length, 0);
    if (runs.length < RUNS_OF_LEVEL || bytes < MERGED_BYTES_MIN) return;
    const merged = mergedRun(runs);
    // Left as they are, among the runs of the next level.
    if (merged === null) this.#levels[level + 1] = [...(this.#levels[level + 1] ?? []), ...runs];
    this.#levels[level] = [];
    if (merged !== null) this.#push(level + 1, merged);
  }
}

/** @returns null where a count would leave 32 bits, as those of several imports together may */
function mergedRun(runs: readonly Uint8Array[]): Uint8Array | null {
  const merged = new Counts();
  try {
    for (const run of runs) addEncoded(merged, run);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return encodeCounts(merged);
}

/** Whether the lives find the faults of planted.ts: each in a copy of the program, in as few lives as it takes. */
import { readNames } from './corpus.ts';
import { type Figure, figureOf, printFigures, writeFigures } from './figures.ts';
import { live } from './life.ts';
import { FAULTS, type Fault, plant } from './planted.ts';

/** A fault that so many lives do not find is told as not found. */
const LIVES_MAX = 4;

/** @param only number of the one fault that is tried, from 1; without it, all @returns whether every fault was found */
export async function findPlanted(only?: number): Promise<boolean> {
  const names = readNames();
  const tried = FAULTS.filter((_, index) => only === undefined || index === only - 1);
  const figures: Figure[] = [];
  let found = 0;
  for (const fault of tried) {
    const beganMs = performance.now();
    const lives = await livesUntilFound(fault, names);
    const seconds = ((performance.now() - beganMs) / 1_000).toFixed(1);
    process.stderr.write(`  in ${seconds} s\n`);
    if (lives !== null) found += 1;
    figures.push(figureOf(`found: ${fault.what}`, lives ?? 0, 'lives until then, 0 for never'));
  }
  figures.unshift(figureOf('planted faults that were found', found, 'faults', { n: tried.length }));
  printFigures(figures);
  if (only === undefined) writeFigures('faults-planted.jsonl', figures);
  return found === tried.length;
}

/** @returns null where it was not found, or shows without a kill too: then nothing was found by kills */
async function livesUntilFound(fault: Fault, names: ReturnType<typeof readNames>): Promise<number | null> {
  const { program, remove } = plant(fault);
  try {
    for (let seed = 1; seed <= LIVES_MAX; seed++) {
      const { kills, problems, undisturbedProblems } = await live(seed, names, program, true);
      const [unwanted] = undisturbedProblems;
      const [problem] = problems;
      const what = unwanted === undefined ? problem : `without a kill: ${unwanted}`;
      process.stderr.write(
        `${fault.what}: life ${seed}, ${kills.length} kills: ${what?.slice(0, 400) ?? 'nothing'}\n`,
      );
      if (unwanted !== undefined) return null;
      if (problem !== undefined) return seed;
    }
    return null;
  } finally {
    remove();
  }
}

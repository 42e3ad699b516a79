/** What every experiment over tasks begins and ends with: which tasks run, and where its lines go. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from './task.ts';

const RESULTS = join(import.meta.dirname, '../results');

/** Prefixes of task names that the command line asks for; none asks for all. */
export const WANTED: readonly string[] = process.argv.slice(2);
/** Whether everything runs, and so may be written to the results. */
export const IS_WHOLE_RUN = WANTED.length === 0;

/** The tasks that are wanted and whose data are there; tells of those that do not. */
export function wantedTasks(tasks: readonly Task[]): Task[] {
  const wanted = tasks.filter(task => IS_WHOLE_RUN || WANTED.some(prefix => task.name.startsWith(prefix)));
  return wanted.filter(task => {
    const isAvailable = task.available();
    if (!isAvailable) console.error(`${task.name}: skipped, its data is not there (bench/README.md)`);
    return isAvailable;
  });
}

/** Writes results/<file>, if this is a run of everything. */
export function writeResults(file: string, text: string): void {
  if (IS_WHOLE_RUN) writeFileSync(join(RESULTS, file), text);
}

/**
 * Prints the lines of each wanted task as they come, and writes all of them to results/<file> after a run of everything.
 * @param file as `corrections.jsonl`
 */
export function experiment(file: string, tasks: readonly Task[], linesOf: (task: Task) => string[]): void {
  const lines = wantedTasks(tasks).flatMap(task => {
    const own = linesOf(task);
    for (const line of own) console.log(line);
    return own;
  });
  if (lines.length > 0) writeResults(file, `${lines.join('\n')}\n`);
}

/** What a life of the simulation came to. */
import type { RecountReport } from '../../../src/services/recount.ts';

export interface SimulationReport {
  seed: number;
  calls: number;
  crashes: number;
  acknowledged: number;
  recount: RecountReport;
  /** Acknowledged records that are neither stored nor in a slice that was sealed and purged. */
  lost: number;
  /** Slices sealed. */
  seals: number;
  /** Tokenizers that came into force after the first. */
  generations: number;
  /** Segments that were removed since they count no more. */
  removed: number;
  /** Imports that were answered. */
  imports: number;
  /** What is wrong with what was kept of sealed slices. */
  sealProblems: string[];
  /** What is wrong with what readers found, on their way and in the end. */
  readerProblems: string[];
}

/** Whether a life ended with other counts than a recount's, with something lost, or misled somebody on the way. */
export function isWrong({ recount, lost, sealProblems, readerProblems }: SimulationReport): boolean {
  const isCounted = recount.differences.length === 0 && recount.negative === 0;
  return !isCounted || lost > 0 || sealProblems.length > 0 || readerProblems.length > 0;
}

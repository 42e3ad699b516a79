/** Figures of the faults and of the protocol: one JSON line each, on the output and in bench/results. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './program.ts';

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** Lives, trials or requests that it was found in. */
  n: number;
  seed: string;
  node: string;
}

export function figureOf(
  name: string,
  value: number,
  unit: string,
  { n = 1, seed = '-' }: { n?: number; seed?: string } = {},
): Figure {
  return { name, value, unit, n, seed, node: process.version };
}

export function printFigures(figures: readonly Figure[]): void {
  process.stdout.write(linesOf(figures));
}

/** @param name of a file of bench/results */
export function writeFigures(name: string, figures: readonly Figure[]): void {
  writeFileSync(join(ROOT, 'bench/results', name), linesOf(figures));
}

function linesOf(figures: readonly Figure[]): string {
  return figures.map(figure => `${JSON.stringify(figure)}\n`).join('');
}

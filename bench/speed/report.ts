/** What a benchmark tells: one JSON line a figure as it comes, and at the end the files in bench/results. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { type Figure, rounded } from './figures.ts';

export const RESULTS = join(import.meta.dirname, '../results');

export class Report {
  readonly seed: number;
  readonly figures: Figure[] = [];
  readonly #loadBefore = loadAverage();

  constructor(seed: number) {
    this.seed = seed;
  }

  /** @param n how many of what was measured */
  add(name: string, value: number, unit: string, n: number): void {
    const figure = { name, value: rounded(value), unit, n, seed: this.seed, node: process.version };
    this.figures.push(figure);
    process.stdout.write(`${JSON.stringify(figure)}\n`);
  }

  /** Writes `<name>.jsonl` and `<name>.md`, whose second paragraph tells command and machine. */
  write(name: string, title: string, command: string, lines: readonly string[]): void {
    const loadAfter = loadAverage();
    this.add('load average before', this.#loadBefore, 'processes', 1);
    this.add('load average after', loadAfter, 'processes', 1);
    const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}`;
    const load = `load ${rounded(this.#loadBefore)} before, ${rounded(loadAfter)} after`;
    const head = `Written by \`${command}\`; bench/README.md says how to read it. ${machine}; ${load}.`;
    const text = [`# ${title}`, '', head, ...lines, ''].join('\n');
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(
      join(RESULTS, `${name}.jsonl`),
      `${this.figures.map(figure => JSON.stringify(figure)).join('\n')}\n`,
    );
    writeFileSync(join(RESULTS, `${name}.md`), text);
    process.stdout.write(`\n${text}`);
  }
}

/** Processes that run or wait to run, a minute's mean. */
function loadAverage(): number {
  return loadavg()[0] ?? 0;
}

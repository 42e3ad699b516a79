/** The table of `score`: what is shown at which width, and what is said under it. */
import { describe, expect, it } from 'vitest';
import type { ScoredLine } from '../../src/cli/answer-lines.ts';
import { ScoreTable, type TableOptions } from '../../src/cli/score-table.ts';

const scored = (line: number, score: number, more: Partial<ScoredLine> = {}): ScoredLine => ({
  type: 'scored',
  line,
  id: `u1.${line}`,
  kind: 'http',
  score,
  verdict: 'unsure',
  isOpen: true,
  reasons: [],
  ...more,
});
const OPTIONS: TableOptions = { columns: 80, reasons: 3, textsOf: () => null };

describe('the table', () => {
  it('shows a reason a line, its nats first, and none that would be 0.0', () => {
    const table = new ScoreTable(1);
    table.add('a.log', scored(7, 0.9), 'GET /');
    const [suspect] = table.suspects();
    if (suspect === undefined) throw new Error('there is a suspect');
    suspect.reasons = [
      { field: 'url.query', token: 'union', contribution: 12.34 },
      { field: 'url.path', token: 'x'.repeat(200), contribution: 1 },
      { field: 'url.path', token: '/', contribution: 0.04 },
    ];
    const [, , first, second, tally] = table.text(OPTIONS).split('\n');
    expect(first).toBe('                   +12.3  url.query "union"');
    expect(second).toMatch(/^ {20}\+1\.0 {2}url\.path "x+…"$/);
    expect(second).toHaveLength(80);
    expect(tally).toBe('1 records scored');
  });

  it.each([200, 80, 60])('keeps within %i columns, whatever its records hold', columns => {
    const table = new ScoreTable(3);
    table.add('/var/log/some/where/far/away/access.log', scored(1, 0.9), `a\tb ${'long '.repeat(300)}`);
    table.add('b', scored(2, 0.8), undefined);
    const lines = table
      .text({ ...OPTIONS, columns })
      .trimEnd()
      .split('\n')
      .slice(0, -2);
    expect(Math.max(...lines.map(line => [...line].length))).toBeLessThanOrEqual(columns);
    expect(lines.join('\n')).toContain('access.log:1  a b long');
    expect(lines.at(-1)).toContain('u1.2');
    expect(lines).toHaveLength(6);
  });

  it('has verdicts where something is calibrated', () => {
    const table = new ScoreTable(1);
    table.add('a', scored(1, 0.9, { verdict: 'bad', isOpen: false }), 'x');
    table.add('a', scored(2, 0.1, { verdict: 'good', isOpen: false }), 'y');
    const text = table.text(OPTIONS);
    expect(text).toMatch(/^ score {2}verdict {2}where/);
    expect(text).toContain('2 records scored: 1 bad, 0 unsure, 1 good\n');
  });
});

describe('silence', () => {
  it('is told of a kind whose records all score the same for no reason', () => {
    const table = new ScoreTable(4);
    for (const line of [1, 2]) table.add('a', scored(line, 0.001, { kind: 'flow' }), 'x');
    table.add('a', scored(3, 0.001), 'y');
    expect(table.evidenceNotes()).toEqual([
      'no evidence in 2 flow records: nothing is learnt that tells them apart',
    ]);
  });

  it('is told of each kind, however few records are shown', () => {
    const table = new ScoreTable(1);
    for (const line of [1, 2]) table.add('a', scored(line, 0.2, { kind: 'http' }), 'x');
    for (const line of [3, 4]) table.add('a', scored(line, 0.001, { kind: 'flow' }), 'y');
    for (const line of [5, 6]) table.add('a', scored(line, 0.1, { kind: 'log' }), 'z');
    expect(table.suspects()).toHaveLength(1);
    expect(table.asked().map(({ scored: { kind } }) => kind)).toEqual(['http', 'flow', 'log']);
    const log = table.asked().at(-1);
    if (log !== undefined) log.reasons = [{ field: 'message', token: 'x', contribution: 1 }];
    expect(table.evidenceNotes()).toEqual([
      'no evidence in 2 http records: nothing is learnt that tells them apart',
      'no evidence in 2 flow records: nothing is learnt that tells them apart',
    ]);
  });

  it('is not told where scores differ, or a reason speaks', () => {
    const differing = new ScoreTable(4);
    differing.add('a', scored(1, 0.1), 'x');
    differing.add('a', scored(2, 0.2), 'y');
    expect(differing.evidenceNotes()).toEqual([]);
    const equal = new ScoreTable(4);
    for (const line of [1, 2]) equal.add('a', scored(line, 0.1), 'x');
    for (const suspect of equal.suspects()) {
      suspect.reasons = [{ field: 'url.path', token: '/', contribution: -1 }];
    }
    expect(equal.evidenceNotes()).toEqual([]);
  });
});

/** Tables for people: plain columns, hostile text made harmless, nothing wider than asked. */
import Table from 'cli-table3';
import { clipped, plainText } from './plain-text.ts';

export interface Column {
  readonly title: string;
  /** Characters that a cell shows at most. */
  readonly width: number;
  readonly align?: 'left' | 'right';
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** What stands in a cell: one line of text, or several. */
export type Cell = string | readonly string[];

/** The text of a table, ending with a line break. Each line of a cell is clipped to its column. */
export function tableOf(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const table = new Table({
    head: columns.map(column => column.title),
    colAligns: columns.map(column => column.align ?? 'left'),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  const cellText = (cell: Cell | undefined, width: number) =>
    [cell ?? '']
      .flat()
      .map(line => clipped(plainText(line), width))
      .join('\n');
  for (const row of rows) table.push(columns.map(({ width }, index) => cellText(row[index], width)));
  const lines = table.toString().split('\n');
  return `${lines.map(line => line.trimEnd()).join('\n')}\n`;
}

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

/** The text of a table, ending with a line break. Cells are clipped to their column. */
export function tableOf(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map(column => column.title),
    colAligns: columns.map(column => column.align ?? 'left'),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows)
    table.push(columns.map(({ width }, index) => clipped(plainText(row[index] ?? ''), width)));
  const lines = table.toString().split('\n');
  return `${lines.map(line => line.trimEnd()).join('\n')}\n`;
}

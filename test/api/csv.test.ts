/** Cells that no spreadsheet runs and that can be read back exactly. */
import { describe, expect, it } from 'vitest';
import { csvLine, csvText } from '../../src/api/csv.ts';

/** What a program does that wants the text back: RFC 4180 quotes, then escapes, then the apostrophe. */
function readBack(cell: string): string {
  const text = cell.slice(1, -1).replaceAll('""', '"');
  const unescaped = text.replace(/\\(?:u([0-9a-f]{4})|\\)/g, (_, hex?: string) =>
    hex === undefined ? '\\' : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return unescaped.startsWith("'") ? unescaped.slice(1) : unescaped;
}

describe('csvText', () => {
  it.each([
    ['example.org', '"example.org"'],
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['＝1', `"'＝1"`],
    ['\t=1', '"\\u0009=1"'],
    ['\r=1', '"\\u000d=1"'],
    ['\n=1', '"\\u000a=1"'],
    ['a";=1', '"a""\\u003b=1"'],
    ['a\0b\u001b[31m', '"a\\u0000b\\u001b[31m"'],
    ['a\u2028b\u202ec', '"a\\u2028b\\u202ec"'],
    ['C:\\x', '"C:\\\\x"'],
    ['\ud800', '"\\ud800"'],
    ["'x", `"''x"`],
    ['a=1', '"a=1"'],
    ['', '""'],
  ])('%j becomes %s, and can be read back', (text, cell) => {
    expect(csvText(text)).toBe(cell);
    expect(readBack(cell)).toBe(text);
  });
});

describe('csvLine', () => {
  it('writes numbers as they are and leaves absent cells empty', () => {
    expect(csvLine(['a', -1.5, undefined, 0])).toBe('"a",-1.5,,0\r\n');
  });
});

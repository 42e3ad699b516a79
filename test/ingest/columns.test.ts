/** Columns: how lines are cut, and how headers and layouts say what a column is. */
import { describe, expect, test } from 'vitest';
import { FORMATS } from '../../src/ingest/formats.ts';
import { measureOf } from '../../src/ingest/measure.ts';
import { sampleOf } from '../../src/ingest/sample.ts';
import { splitColumns } from '../../src/ingest/split-columns.ts';
import { RECEIVED_AT_MS } from './parse-lines.ts';

describe('splitColumns', () => {
  test.each([
    ['', ['']],
    ['a', ['a']],
    ['a,,b,', ['a', '', 'b', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['"a""b",""""', ['a"b', '"']],
    ['"never closed, a', ['never closed, a']],
    ['"', ['']],
    ['""', ['']],
    ['"a"dropped,b', ['a', 'b']],
    ['a"b,c', ['a"b', 'c']],
  ])('%j', (line, columns) => expect(splitColumns(line, ',', 99)).toEqual(columns));

  test('makes no more columns than asked for', () => {
    expect(splitColumns(','.repeat(1_000_000), ',', 3)).toEqual(['', '', '']);
  });

  test.each([
    ['quotes without end', `"${'""'.repeat(500_000)}`],
    ['quotes', '"'.repeat(1_000_000)],
    ['columns in quotes', '"a",'.repeat(250_000)],
  ])('a megabyte of %s is cut in one pass', (_, line) => {
    expect(splitColumns(line, ',', 256).length).toBeLessThanOrEqual(256);
  });
});

test.each([
  ['132.0', '132'],
  ['132', '132'],
  ['0.0', '0'],
  ['1.5', '1.5'],
  ['NaN', undefined],
  ['Infinity', undefined],
  ['-1', undefined],
  ['-1.5e-7', undefined],
  ['-', undefined],
  ['- 1', '- 1'],
  [undefined, undefined],
])('a measure of %j is %j', (text, expected) => expect(measureOf(text)).toBe(expected));

describe('headers', () => {
  const HEADER =
    'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label';
  const ROW = '2026/11/20 09:46:59.6,1.0,tcp,192.0.2.1,1577,->,198.51.100.9,80,CON,0,0,4,276,156,';

  const codesOf = (lines: readonly string[]) => {
    const parser = FORMATS.binetflow.open({ receivedAtMs: RECEIVED_AT_MS });
    return lines.map(line => {
      const parsed = parser.parse(line);
      if (parsed === null) return null;
      return 'rejected' in parsed ? parsed.rejected.code : parsed.record.kind;
    });
  };

  test('say what the lines below them are, until the next one', () => {
    const turned = 'Dir,DstAddr,SrcAddr,Proto,StartTime';
    expect(codesOf([HEADER, ROW, turned, ROW, '->,192.0.2.1,192.0.2.2,tcp,2026/11/20 09:46:59'])).toEqual([
      null,
      'flow',
      null,
      'column-count',
      'flow',
    ]);
  });

  test('may be quoted, commented out, and spelled in other ways', () => {
    const quoted = HEADER.split(',').map(name => `"${name}"`);
    expect(codesOf([quoted.join(','), ROW])).toEqual([null, 'flow']);
    expect(codesOf([`#${HEADER}`, ROW])).toEqual([null, 'flow']);
    expect(codesOf([HEADER.replaceAll(',', ', ').toUpperCase(), ROW])).toEqual([null, 'flow']);
  });

  test('are missed where the columns are not the usual ones', () => {
    expect(codesOf([ROW, `${ROW},1,2`, '# comment', ' '])).toEqual(['flow', 'missing-header', null, null]);
  });

  test.each(['__proto__', 'constructor', 'toString'])('of the name %s are no columns that are read', name => {
    expect(codesOf([`${HEADER},${name}`, `${ROW},x`])).toEqual([null, 'flow']);
  });

  test('are looked for in a bounded part of the line', () => {
    const lines = Array.from({ length: 20 }, () => `a${',a'.repeat(400_000)}`);
    expect(FORMATS.binetflow.detect(sampleOf(lines))).toBe(0);
    expect(FORMATS.unicauca87.detect(sampleOf(lines))).toBe(0);
  });
});

/** Nothing that a terminal obeys comes through. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipped, plainText } from '../../src/cli/plain-text.ts';
import { tableOf } from '../../src/cli/table.ts';

describe('plainText', () => {
  it.each([
    ['a\u001b[2Jb\n', 'a\\x1b[2Jb\\x0a'],
    ['\u009b31m', '\\x9b31m'],
    ['\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
    ['a\r\tb\0', 'a\\x0d\\x09b\\x00'],
    ['evil\u202egpj.exe', 'evil\\u{202e}gpj.exe'],
    ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
    ['line\u2028break', 'line\\u{2028}break'],
    ['lone \ud800 half', 'lone \\u{d800} half'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
    ['münchen 東京 😀 é', 'münchen 東京 😀 é'],
  ])('of %j is %j', (text, expected) => {
    expect(plainText(text)).toBe(expected);
  });

  it('holds no control or format character, whatever goes in', () => {
    const hostile = fc.string({ unit: 'binary' });
    fc.assert(fc.property(hostile, text => !/[\p{C}\p{Zl}\p{Zp}]/u.test(plainText(text))));
  });
});

describe('clipped', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['😀😀😀', 3, '😀😀😀'],
    ['😀😀😀😀', 3, '😀😀…'],
    ['', 1, ''],
  ])('%j at %i is %j', (text, max, expected) => {
    expect(clipped(text, max)).toBe(expected);
  });
});

describe('tableOf', () => {
  it('clips cells, spells controls out and keeps the lines of a cell apart', () => {
    const columns = [
      { title: 'n', width: 3, align: 'right' as const },
      { title: 'text', width: 12 },
    ];
    const rows = [
      ['1', ['first\u001b[1m', '  second']],
      ['1234', 'abcdefghijklmnop'],
    ];
    expect(tableOf(columns, rows)).toBe('  n  text\n  1  first\\x1b[1m\n       second\n12…  abcdefghijk…\n');
  });
});

import { describe, expect, it } from 'vitest';
import { TOKEN_CHARACTERS_MAX } from '../../src/domain/limits.ts';
import { codeTokenText, foldedTokenText, tokenText } from '../../src/tokenize/token-text.ts';

describe('tokenText', () => {
  it.each([
    ['curl', 'curl'],
    ['', ''],
    ['größer 日本語 😀', 'größer 日本語 😀'],
    ['a\u0000b', 'a\uFFFDb'],
    ['line\r\nbreak', 'line\uFFFD\uFFFDbreak'],
    ['\u001b[31mred', '\uFFFD[31mred'],
    ['\u0085\u009f', '\uFFFD\uFFFD'],
    ['user\u202egnp.exe', 'user\uFFFDgnp.exe'],
    ['zero\u200bwidth', 'zero\uFFFDwidth'],
    ['\ud800', '\uFFFD'],
    ['x\udc00\ud800', 'x\uFFFD\uFFFD'],
    ['x'.repeat(TOKEN_CHARACTERS_MAX), 'x'.repeat(TOKEN_CHARACTERS_MAX)],
    ['x'.repeat(TOKEN_CHARACTERS_MAX + 1), `${'x'.repeat(TOKEN_CHARACTERS_MAX - 1)}…`],
    [`${'x'.repeat(TOKEN_CHARACTERS_MAX - 2)}😀x`, `${'x'.repeat(TOKEN_CHARACTERS_MAX - 2)}…`],
    [`${'x'.repeat(TOKEN_CHARACTERS_MAX - 2)}😀`, `${'x'.repeat(TOKEN_CHARACTERS_MAX - 2)}😀`],
    ['😀'.repeat(64), '😀'.repeat(64)],
  ])('%j is shown as %j', (raw, expected) => {
    expect(tokenText(raw)).toBe(expected);
  });
});

describe('foldedTokenText', () => {
  it.each([
    ['host7', 'host7'],
    ['Host7', 'host7'],
    ['GRÖSSE', 'grösse'],
    ['A\u0000', 'a\uFFFD'],
    ['İ'.repeat(TOKEN_CHARACTERS_MAX), `${'i\u0307'.repeat(63)}i…`],
    ['X'.repeat(1000), `${'x'.repeat(TOKEN_CHARACTERS_MAX - 1)}…`],
  ])('%j is shown as %j', (raw, expected) => {
    expect(foldedTokenText(raw)).toBe(expected);
  });
});

describe('codeTokenText', () => {
  it.each([
    ['NXDOMAIN', 'NXDOMAIN'],
    ['nxdomain', 'NXDOMAIN'],
    ['type65', 'TYPE65'],
    ['ß'.repeat(100), `${'S'.repeat(TOKEN_CHARACTERS_MAX - 1)}…`],
  ])('%j is shown as %j', (raw, expected) => {
    expect(codeTokenText(raw)).toBe(expected);
  });
});

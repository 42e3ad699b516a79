import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTROL, DOUBLE, ESCAPED, MALFORMED, NOT_UTF8, percentDecoded } from '../../src/tokenize/percent.ts';

describe('percentDecoded', () => {
  it.each([
    ['plain', 'plain', 0],
    ['', '', 0],
    ['a%20b', 'a b', ESCAPED],
    ['%e2%82%ac%F0%9F%98%80', '€😀', ESCAPED],
    ['%252e%252e', '%2e%2e', ESCAPED | DOUBLE],
    ['100%25', '100%', ESCAPED],
    ['100%', '100%', MALFORMED],
    ['%zz%2', '%zz%2', MALFORMED],
    ['%u0041', '%u0041', MALFORMED],
    ['a%00b%0d%0a', 'a\u0000b\r\n', ESCAPED | CONTROL],
    ['%c2%85', '\u0085', ESCAPED | CONTROL],
    ['%c0%ae', '\uFFFD\uFFFD', ESCAPED | NOT_UTF8],
    ['%ed%a0%80', '\uFFFD\uFFFD\uFFFD', ESCAPED | NOT_UTF8],
    ['%f5%80', '\uFFFD\uFFFD', ESCAPED | NOT_UTF8],
    ['%e2%82x', '\uFFFD\uFFFDx', ESCAPED | NOT_UTF8],
    ['%%41', '%A', ESCAPED | MALFORMED],
  ])('of %j is %j', (encoded, text, oddities) => {
    expect(percentDecoded(encoded)).toEqual({ text, oddities });
  });

  it('is what decodeURIComponent says, where that does not throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), text => {
        const encoded = encodeURIComponent(text);
        expect(percentDecoded(encoded).text).toBe(text);
        expect(percentDecoded(encoded).oddities & (MALFORMED | NOT_UTF8)).toBe(0);
      }),
      { seed: 1 },
    );
  });

  it('takes any text, and makes none longer', () => {
    const piece = fc.constantFrom('%', '%2', '%25', '%e2', '%82', '%00', 'a', '&', '\ud800');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
        const encoded = pieces.join('');
        expect(percentDecoded(encoded).text.length).toBeLessThanOrEqual(encoded.length);
      }),
      { seed: 2 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { SEQUENCE_SYMBOLS_MAX } from '../../src/domain/limits.ts';
import { queryOf } from '../../src/tokenize/fields/query.ts';

describe('queryOf', () => {
  it.each([
    ['q=a%20b&x', 'q&x', 'a b', ['escaped']],
    ['a=1&&b=2;c=3', 'a&b&c', '1&2&3', ['plain']],
    ['a+b=c+d', 'a b', 'c d', ['plain']],
    ['=v&k=', 'k', 'v', ['plain']],
    ['f=..%252f..%252fetc', 'f', '..%2f..%2fetc', ['escaped', 'double']],
    ['a=b=c', 'a', 'b=c', ['plain']],
    ['x%26y=%26', 'x&y', '&', ['escaped']],
    ['100%', '100%', '', ['malformed']],
    ['a=%00%ff', 'a', '\u0000\uFFFD', ['escaped', 'control', 'not-utf8']],
    ['&&', '', '', ['plain']],
  ])('takes %j apart', (query, keys, values, encoding) => {
    expect(queryOf(query)).toEqual({ keys, values, encoding });
  });

  it('reads as much as a string is read', () => {
    const { values } = queryOf(`a=${'b'.repeat(70_000)}`);
    expect(values.length).toBe(SEQUENCE_SYMBOLS_MAX - 2);
  });
});

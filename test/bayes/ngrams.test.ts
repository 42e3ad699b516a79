/** Symbols and n-gram keys: the alphabet, the keys' arithmetic, and what people read. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  forEachNgram,
  isNgramKey,
  KEY_LIMIT,
  keyOfNgram,
  lengthOfKey,
  ngramOfKey,
  ngramsOf,
  suffixOfKey,
  symbolsOf,
} from '../../src/bayes/ngrams.ts';
import { END, OTHER, SYMBOL_CHARACTERS, SYMBOL_COUNT, symbolOf } from '../../src/bayes/symbols.ts';
import { SEQUENCE_SYMBOLS_MAX } from '../../src/domain/limits.ts';

describe('the alphabet', () => {
  it('has 62 distinct characters, other and end', () => {
    expect(new Set(SYMBOL_CHARACTERS).size).toBe(SYMBOL_COUNT - 2);
    expect([OTHER, END]).toEqual([62, 63]);
  });

  it('gives each of its characters its own symbol, in order', () => {
    expect([...SYMBOL_CHARACTERS].map(character => symbolOf(character.charCodeAt(0)))).toEqual(
      Array.from({ length: 62 }, (_, symbol) => symbol),
    );
  });

  it('folds upper case and nothing else', () => {
    expect(symbolOf('Z'.charCodeAt(0))).toBe(symbolOf('z'.charCodeAt(0)));
    expect(symbolOf('@'.charCodeAt(0))).not.toBe(symbolOf('`'.charCodeAt(0)));
    expect(symbolOf('['.charCodeAt(0))).not.toBe(symbolOf('{'.charCodeAt(0)));
  });

  it.each(['\0', '\t', '\n', '\x7f', '\x80', 'é', '‮', '\ud800', '\uffff'])('calls %j other', character => {
    expect(symbolOf(character.charCodeAt(0))).toBe(OTHER);
  });
});

describe('n-grams', () => {
  it('are every stretch of one to five symbols, the end mark last', () => {
    expect(ngramsOf('abcd').map(ngramOfKey)).toEqual([
      'a',
      'b',
      'ab',
      'c',
      'bc',
      'abc',
      'd',
      'cd',
      'bcd',
      'abcd',
      '␃',
      'd␃',
      'cd␃',
      'bcd␃',
      'abcd␃',
    ]);
  });

  it('come once each from ngramsOf, as often as they stand there from forEachNgram', () => {
    let visited = 0;
    forEachNgram('aaaa', () => visited++);
    expect(visited).toBe(1 + 2 + 3 + 4 + 5);
    expect(ngramsOf('aaaa').map(ngramOfKey)).toEqual([
      'a',
      'aa',
      'aaa',
      'aaaa',
      '␃',
      'a␃',
      'aa␃',
      'aaa␃',
      'aaaa␃',
    ]);
  });

  it('count a character beyond the basic plane as two others', () => {
    expect(ngramsOf('😀').map(ngramOfKey)).toEqual(['□', '□□', '␃', '□␃', '□□␃']);
  });

  it('are the same as slices of the symbols', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), text => {
        const into = new Uint8Array(SEQUENCE_SYMBOLS_MAX + 1);
        const symbols = [...into.subarray(0, symbolsOf(text, into))];
        const expected = new Set<number>();
        for (let end = 1; end <= symbols.length; end++) {
          for (let start = Math.max(0, end - 5); start < end; start++) {
            expected.add(symbols.slice(start, end).reduce((key, symbol) => key * 64 + symbol, 1));
          }
        }
        expect(new Set(ngramsOf(text))).toEqual(expected);
      }),
    );
  });

  it('stop at SEQUENCE_SYMBOLS_MAX characters', () => {
    let visited = 0;
    forEachNgram('x'.repeat(100_000), () => visited++);
    expect(visited).toBe(5 * (SEQUENCE_SYMBOLS_MAX + 1) - 10);
  });
});

describe('keys', () => {
  it.each([
    ['', 1],
    ['a', 64],
    ['b', 65],
    ['aa', 4096],
    ['␃', 127],
    ['␠', 64 + symbolOf(32)],
    ['99999', 2 ** 30 + 35 * (1 + 64 + 64 ** 2 + 64 ** 3 + 64 ** 4)],
  ])('%j is %d', (text, key) => {
    expect(keyOfNgram(text)).toBe(key);
    expect(ngramOfKey(key)).toBe(text);
  });

  it.each(['abcdef', '␃a', 'A', ' ', 'é', '#'])('%j is no n-gram', text => {
    expect(keyOfNgram(text)).toBeNull();
  });

  it.each([0, -1, 2, 63, 128, 0.5, Number.NaN, KEY_LIMIT, 2 ** 30 + 63 * 64])('%d is no key', key => {
    expect(isNgramKey(key)).toBe(false);
    expect(() => ngramOfKey(key)).toThrow(RangeError);
  });

  it('go there and back, know their length, and lose their first symbol', () => {
    const ngram = fc.string({
      unit: fc.constantFrom(...SYMBOL_CHARACTERS.replace(' ', '␠'), '□'),
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(ngram, text => {
        const key = keyOfNgram(text) ?? 0;
        expect(ngramOfKey(key)).toBe(text);
        expect(lengthOfKey(key)).toBe(text.length);
        expect(ngramOfKey(suffixOfKey(key))).toBe(text.slice(1));
        expect(ngramOfKey(key >>> 6)).toBe(text.slice(0, -1));
      }),
    );
  });
});

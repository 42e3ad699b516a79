/** Versions of tokenizers: which is the newest, and what is said of one that is not there. */
import { describe, expect, it } from 'vitest';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import { tokenize } from '../../src/tokenize/tokenize.ts';
import { KNOWN_TOKENIZERS, Tokenizers } from '../../src/tokenize/tokenizers.ts';

const none = () => ({ sequences: [], shape: [], categories: [] });

describe('tokenizers by version', () => {
  it('are those of this program, the one in use as the newest', () => {
    expect(KNOWN_TOKENIZERS.newest).toBe(TOKENIZER_VERSION);
    expect(KNOWN_TOKENIZERS.getTokenizer(TOKENIZER_VERSION)).toBe(tokenize);
    expect([0, 1, 2, 3, 4, 5, 6].map(version => KNOWN_TOKENIZERS.knows(version))).toEqual([
      false,
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it.each([
    [4, /version 4 .* knows 2, 3: start a newer Bayeswatch/],
    [1, /version 1 .* knows 2, 3: start one that knows it/],
  ])('say of version %i which are there', (version, detail) => {
    const tokenizers = new Tokenizers(
      new Map([
        [3, tokenize],
        [2, none],
      ]),
    );
    expect(tokenizers.newest).toBe(3);
    expect(tokenizers.getTokenizer(2)).toBe(none);
    expect(() => tokenizers.getTokenizer(version)).toThrow(
      expect.objectContaining({ code: 'tokenizer-unknown', message: expect.stringMatching(detail) }),
    );
  });

  it.each([[[]], [[0]], [[1.5]], [[1, Number.NaN]]])('are not made of versions %j', versions => {
    expect(() => new Tokenizers(new Map(versions.map(version => [version, tokenize])))).toThrow(RangeError);
  });
});

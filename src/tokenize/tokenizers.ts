/**
 * Tokenizers by version. Counts are of the tokens of one version, so what is seen in a record is asked for by the version of
 * the counts that it is held against or added to: the version before stays here until no site counts by it any more
 * (docs/adr/0005-generations-of-tokenizers.md).
 */
import { AppError } from '../domain/errors.ts';
import { TOKENIZER_VERSION } from '../domain/observation.ts';
import { type Tokenize, tokenize, tokenizerOf } from './tokenize.ts';

export type { Tokenize };

export class Tokenizers {
  readonly #byVersion: ReadonlyMap<number, Tokenize>;
  /** The highest version: what all is to be counted by. */
  readonly newest: number;

  /** @throws RangeError where there is none, or a version is no integer from 1 */
  constructor(byVersion: ReadonlyMap<number, Tokenize>) {
    const versions = [...byVersion.keys()];
    if (versions.length === 0 || !versions.every(version => Number.isSafeInteger(version) && version >= 1))
      throw new RangeError(`tokenizers have versions from 1, these have: ${versions.join(', ')}`);
    this.#byVersion = byVersion;
    this.newest = Math.max(...versions);
  }

  knows(version: number): boolean {
    return this.#byVersion.has(version);
  }

  /**
   * @throws AppError `tokenizer-unknown`
   * @example KNOWN_TOKENIZERS.getTokenizer(1)(record) // what version 1 sees in it
   */
  getTokenizer(version: number): Tokenize {
    const known = this.#byVersion.get(version);
    if (known !== undefined) return known;
    const versions = [...this.#byVersion.keys()].sort((a, b) => a - b).join(', ');
    const which = version > this.newest ? 'a newer Bayeswatch' : 'one that knows it';
    throw new AppError(
      'tokenizer-unknown',
      `what is learnt is of version ${version} of the tokenizers, and this program knows ${versions}: start ${which}`,
    );
  }
}

/** Those of this program. */
export const KNOWN_TOKENIZERS = new Tokenizers(
  new Map([
    [1, tokenizerOf(1)],
    [2, tokenizerOf(2)],
    [3, tokenizerOf(3)],
    [4, tokenizerOf(4)],
    [TOKENIZER_VERSION, tokenize],
  ]),
);

/**
 * Reads a text with an automaton: one step a symbol, summed by segment (label, path part, parameter, word).
 * The hot path of scoring: everything is in typed arrays that are made once, nothing is allocated.
 */
import { SEQUENCE_SYMBOLS_MAX } from '../domain/limits.ts';
import { SEGMENT_SEPARATORS, type SequenceField } from '../domain/observation.ts';
import type { Automaton } from './model.ts';
import { END, SYMBOL_COUNT, symbolOf } from './symbols.ts';

/** What is summed over the symbols of a segment: indices into its row of sums. */
export const LN_GOOD = 0;
export const LN_BAD = 1;
/** Σλ of the 1- to 4-grams that end at each symbol: bad against good episodes, and against good records. */
export const LAMBDA = 2;
export const LAMBDA_RECORDS = 3;
/** n-grams of 1 to 4 symbols that end here and were never seen, and how many end here at all. */
export const UNSEEN = 4;
export const NGRAMS = 5;
/** Symbols, the end mark included. */
export const SYMBOLS = 6;
/** Index of the first character. */
export const START = 7;
export const SUM_COUNT = 8;

/** Words of a state, and of a slot. */
export const NODE_WORDS = 5;

const LN_UNIFORM = -Math.log(SYMBOL_COUNT);
/** Longest n-gram that has a λ and may be unseen. */
const TOKEN_SYMBOLS_MAX = 4;

export class SequenceReader {
  readonly automaton: Automaton;
  /** Rows of SUM_COUNT sums, one a segment of the text read last, in their order. */
  readonly sums = new Float64Array((SEQUENCE_SYMBOLS_MAX + 1) * SUM_COUNT);
  /** The floats among the automaton's words. */
  readonly #floats: Float32Array;
  /** 1 for UTF-16 units below 128 that end a segment. */
  readonly #separators = new Uint8Array(128);

  constructor(field: SequenceField, automaton: Automaton) {
    this.automaton = automaton;
    this.#floats = floatsOf(automaton.nodes);
    for (const separator of SEGMENT_SEPARATORS[field]) this.#separators[separator.charCodeAt(0)] = 1;
  }

  /**
   * Reads a text, its end mark included, and leaves the sums of its segments in `sums`. A separator belongs to the
   * segment that it ends; the end mark to the last segment, also where a separator stands before it.
   * @returns segments, at least 1
   */
  read(text: string): number {
    const { nodes } = this.automaton;
    const floats = this.#floats;
    const { sums } = this;
    const separators = this.#separators;
    const length = Math.min(text.length, SEQUENCE_SYMBOLS_MAX);
    let state = 0;
    let row = 0;
    let start = 0;
    let lnGood = 0;
    let lnBad = 0;
    let lambda = 0;
    let lambdaRecords = 0;
    let unseen = 0;
    let ngrams = 0;
    for (let at = 0; at <= length; at++) {
      const unit = at < length ? text.charCodeAt(at) : -1;
      const symbol = at < length ? symbolOf(unit) : END;
      const bit = 1 << (symbol & 31);
      const word = symbol >>> 5;
      const possible = at < TOKEN_SYMBOLS_MAX ? at + 1 : TOKEN_SYMBOLS_MAX;
      let bits = nodes[state + word] as number;
      while ((bits & bit) === 0 && state !== 0) {
        lnGood += floats[state + 3] as number;
        lnBad += floats[state + 4] as number;
        state = (nodes[state + 2] as number) >>> 3;
        bits = nodes[state + word] as number;
      }
      if ((bits & bit) !== 0) {
        const below = word === 0 ? 0 : bitsOf(nodes[state] as number);
        const slot = state + NODE_WORDS * (1 + below + bitsOf(bits & (bit - 1)));
        lnGood += floats[slot + 1] as number;
        lnBad += floats[slot + 2] as number;
        lambda += floats[slot + 3] as number;
        lambdaRecords += floats[slot + 4] as number;
        const seen = ((nodes[state + 2] as number) & 7) + 1;
        if (seen < possible) unseen += possible - seen;
        state = nodes[slot] as number;
      } else {
        lnGood += (floats[3] as number) + LN_UNIFORM;
        lnBad += (floats[4] as number) + LN_UNIFORM;
        unseen += possible;
      }
      ngrams += possible;
      if (at === length || (unit < 128 && separators[unit] === 1 && at + 1 < length)) {
        const sum = row * SUM_COUNT;
        sums[sum + LN_GOOD] = lnGood;
        sums[sum + LN_BAD] = lnBad;
        sums[sum + LAMBDA] = lambda;
        sums[sum + LAMBDA_RECORDS] = lambdaRecords;
        sums[sum + UNSEEN] = unseen;
        sums[sum + NGRAMS] = ngrams;
        sums[sum + SYMBOLS] = at + 1 - start;
        sums[sum + START] = start;
        row++;
        start = at + 1;
        lnGood = 0;
        lnBad = 0;
        lambda = 0;
        lambdaRecords = 0;
        unseen = 0;
        ngrams = 0;
      }
    }
    return row;
  }
}

/** The same memory as floats. */
export function floatsOf(words: Uint32Array): Float32Array {
  return new Float32Array(words.buffer, words.byteOffset, words.length);
}

/**
 * The place of a symbol's slot after a state, or −1 where none is known: the step that `read` spells out.
 * @example findSlot(automaton, 0, symbolOf('a'.charCodeAt(0))) // the slot of the single a
 */
export function findSlot({ nodes }: Automaton, state: number, symbol: number): number {
  const bit = 1 << (symbol & 31);
  const bits = nodes[state + (symbol >>> 5)] as number;
  if ((bits & bit) === 0) return -1;
  const below = symbol < 32 ? 0 : bitsOf(nodes[state] as number);
  return state + NODE_WORDS * (1 + below + bitsOf(bits & (bit - 1)));
}

/** One bits of a 32-bit word. @example bitsOf(0b1011) // 3 */
export function bitsOf(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

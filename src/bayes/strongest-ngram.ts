/**
 * The n-gram of a segment that weighs most, so that people can be shown the counts behind a reason. A second, slow
 * reading of the text, for explanations only.
 */
import { SEQUENCE_SYMBOLS_MAX } from '../domain/limits.ts';
import type { Automaton } from './model.ts';
import { NGRAM_SYMBOLS_MAX, ngramOfKey, symbolsOf } from './ngrams.ts';
import { findSlot, floatsOf } from './sequence.ts';
import { SYMBOL_BITS } from './symbols.ts';

/** By what an n-gram weighs: its λ against good episodes or against good records, or how the good model is surprised. */
export type NgramMeasure = 'lambda' | 'lambda-records' | 'surprise';

/** Where Σλ stands in a slot. */
const SUM_OF = { lambda: 3, 'lambda-records': 4 } as const;
const TOKEN_SYMBOLS_MAX = 4;
const UNKNOWN = -1;

/** Symbols start to end − 1 of a text: where n-grams of a segment end. */
export interface SymbolRange {
  start: number;
  end: number;
}

/**
 * The n-gram that says most towards bad (sign 1) or good (sign −1) among those that end in a range of a text, as people
 * read it; undefined where none does. By surprise it is the one at the most (or least) surprising symbol: up
 * to where it becomes unseen, or the longest that is known.
 */
export function strongestNgram(
  automaton: Automaton,
  text: string,
  range: SymbolRange,
  measure: NgramMeasure,
  sign: 1 | -1,
): string | undefined {
  const symbols = new Uint8Array(SEQUENCE_SYMBOLS_MAX + 1);
  symbolsOf(text, symbols);
  let highest = measure === 'surprise' ? Number.NEGATIVE_INFINITY : 0;
  let found: string | undefined;
  for (let at = range.start; at < range.end; at++) {
    const { value, length } =
      measure === 'surprise'
        ? surpriseAt(automaton, symbols, at, sign)
        : strongestLambda(automaton, symbols, at, SUM_OF[measure], sign);
    if (value <= highest) continue;
    highest = value;
    found = ngramOfKey(keyOf(symbols, at + 1 - length, at + 1));
  }
  return found;
}

interface Weighed {
  /** In the direction asked for. */
  value: number;
  /** Symbols of the n-gram. */
  length: number;
}

/** Of the 1- to 4-grams that end at a symbol, the one with the largest sign·λ. */
function strongestLambda(
  automaton: Automaton,
  symbols: Uint8Array,
  at: number,
  sum: 3 | 4,
  sign: 1 | -1,
): Weighed {
  const strongest: Weighed = { value: 0, length: 0 };
  let shorter = 0;
  for (let length = 1; length <= Math.min(at + 1, TOKEN_SYMBOLS_MAX); length++) {
    const state = stateOf(automaton, symbols, at + 1 - length, at);
    const slot = state === UNKNOWN ? UNKNOWN : findSlot(automaton, state, symbols[at] as number);
    if (slot === UNKNOWN) break;
    const sums = floatsOf(automaton.nodes)[slot + sum] as number;
    const value = sign * (sums - shorter);
    shorter = sums;
    if (value > strongest.value) Object.assign(strongest, { value, length });
  }
  return strongest;
}

/** sign · (−ln P_good) of a symbol after what stands before it. */
function surpriseAt(automaton: Automaton, symbols: Uint8Array, at: number, sign: 1 | -1): Weighed {
  let lnBackoff = 0;
  for (let context = Math.min(at, NGRAM_SYMBOLS_MAX - 1); context >= 0; context--) {
    const state = stateOf(automaton, symbols, at - context, at);
    if (state === UNKNOWN) continue;
    const slot = findSlot(automaton, state, symbols[at] as number);
    if (slot === UNKNOWN) {
      lnBackoff += floatsOf(automaton.nodes)[state + 3] as number;
      continue;
    }
    const lnGood = lnBackoff + (floatsOf(automaton.nodes)[slot + 1] as number);
    const longer = Math.min(context + 2, at + 1, NGRAM_SYMBOLS_MAX);
    return { value: -sign * lnGood, length: sign === 1 ? longer : context + 1 };
  }
  return { value: sign * Number.MAX_VALUE, length: 1 };
}

/** The state of the context symbols[start … end), or UNKNOWN. */
function stateOf(automaton: Automaton, symbols: Uint8Array, start: number, end: number): number {
  let state = 0;
  for (let at = start; at < end; at++) {
    const slot = findSlot(automaton, state, symbols[at] as number);
    if (slot === UNKNOWN) return UNKNOWN;
    state = automaton.nodes[slot] as number;
    if (((automaton.nodes[state + 2] as number) & 7) !== at + 1 - start) return UNKNOWN;
  }
  return state;
}

function keyOf(symbols: Uint8Array, start: number, end: number): number {
  let key = 1;
  for (let at = start; at < end; at++) key = (key << SYMBOL_BITS) | (symbols[at] as number);
  return key;
}

/** Reads an automaton symbol by symbol, as model.ts describes it: for tests that look at single probabilities. */
import type { Automaton } from '../../src/bayes/model.ts';
import { findSlot, floatsOf, type LN_BAD, type LN_GOOD } from '../../src/bayes/sequence.ts';
import { SYMBOL_COUNT, symbolOf } from '../../src/bayes/symbols.ts';

type Class = typeof LN_GOOD | typeof LN_BAD;

/** ln P of the characters of a text in one class, without its end mark. */
export function lnPOfText(automaton: Automaton, text: string, which: Class): number {
  return lnPOfSymbols(automaton, symbolsOf(text), which);
}

function symbolsOf(text: string): number[] {
  return [...text].map(character => symbolOf(character.charCodeAt(0)));
}

function lnPOfSymbols(automaton: Automaton, symbols: readonly number[], which: Class): number {
  const floats = floatsOf(automaton.nodes);
  let state = 0;
  let total = 0;
  for (const symbol of symbols) {
    let slot = findSlot(automaton, state, symbol);
    while (slot < 0 && state !== 0) {
      total += floats[state + 3 + which] as number;
      state = (automaton.nodes[state + 2] as number) >>> 3;
      slot = findSlot(automaton, state, symbol);
    }
    if (slot < 0) total += (floats[3 + which] as number) - Math.log(SYMBOL_COUNT);
    else {
      total += floats[slot + 1 + which] as number;
      state = automaton.nodes[slot] as number;
    }
  }
  return total;
}

/** Σ P(s|context) over all symbols: 1, but for rounding. */
export function totalAfter(automaton: Automaton, context: string, which: Class): number {
  const before = symbolsOf(context);
  const lnContext = lnPOfSymbols(automaton, before, which);
  let total = 0;
  for (let symbol = 0; symbol < SYMBOL_COUNT; symbol++)
    total += Math.exp(lnPOfSymbols(automaton, [...before, symbol], which) - lnContext);
  return total;
}

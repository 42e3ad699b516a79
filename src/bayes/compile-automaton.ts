/**
 * From counts of n-grams to the automaton of a character model (model.ts), in one pass over the sorted n-grams.
 *
 * Witten-Bell, each context of k symbols interpolated with the next shorter one h′ (h without its first symbol):
 *   P_k(s|h) = (n(h,s) + u(h)·P_{k−1}(s|h′)) / (n(h) + u(h)),  P_{−1} = 1/64
 *   n(h,s): records (good) or episodes (bad) that hold hs, decayed; n(h) = Σ_s n(h,s); u(h): symbols with n(h,s) ≥ ½.
 * A context with u = 0 says nothing: P_k = P_{k−1}. Where n(h,s) = 0 this is P_k = w(h)·P_{k−1}, w = u/(n + u), the
 * back-off weight of the state: interpolation has the form of backing off, so an automaton gives the same numbers.
 *
 * What is pruned (pruning.ts) of a context, m(h) = Σ n(h,s) of those, goes to the shorter one, so that P still sums to 1:
 *   P_k(s|h) = (n(h,s) + (u(h) + m(h))·P_{k−1}(s|h′)) / (n(h) + u(h)), n(h,s) read as 0 where hs is pruned; w = (u + m)/(n + u).
 * 1. I. Witten, T. Bell, The zero-frequency problem, IEEE Trans. Information Theory 37 (1991), method C.
 * 2. K. Heafield, KenLM: faster and smaller language model queries, WMT 2011.
 */
import {
  type KeptSlots,
  keptSlots,
  knownSlots,
  link,
  NO_SLOT,
  type Slots,
  type States,
} from './linked-slots.ts';
import { LogOddsCache } from './log-odds-cache.ts';
import type { Automaton, TokenCounts } from './model.ts';
import { NGRAM_SYMBOLS_MAX } from './ngrams.ts';
import type { FieldPruning, FieldSize } from './pruning.ts';
import { floatsOf, NODE_WORDS } from './sequence.ts';
import type { SettledField } from './settled-field.ts';
import { factorsOf, shrunk } from './shrinkage.ts';
import { SYMBOL_BITS, SYMBOL_COUNT } from './symbols.ts';

/** A symbol counts as following a context from this decayed count on. */
const FOLLOWS_MIN = 0.5;
/** Keys below it are 1- to 4-grams, whose log-odds are summed; 5-grams only sharpen the likelihoods. */
export const NGRAM_KEY_LIMIT = 2 ** (SYMBOL_BITS * NGRAM_SYMBOLS_MAX);
const UNIFORM = 1 / SYMBOL_COUNT;
/** Eight times a place must fit in a word: some 70 million n-grams. */
const NODES_WORDS_MAX = 2 ** 29;

/** By what an automaton is made, besides counts. */
export interface AutomatonParameters {
  /** τ² of the n-grams' log-odds, > 0. */
  tauSquared: number;
  /** What chance shows of weights towards bad (shrinkage.ts), if that is known. */
  noise?: readonly number[] | undefined;
  /** The floor of pruning.ts, ≥ 0. */
  pruneBelow: number;
}

/**
 * The automaton of a sequence field, absent where nothing is learnt of it or all is pruned.
 * An n-gram whose prefix or suffix is unknown is left out; counts of presence, as they are settled, hold none.
 * @param totals decayed presence of the field
 */
export function compileAutomaton(
  field: SettledField,
  totals: TokenCounts,
  { tauSquared, noise, pruneBelow }: AutomatonParameters,
): { automaton?: Automaton; size: FieldSize } {
  const slots = knownSlots(field);
  const states = link(slots);
  const kept = keptSlots(slots, states, pruneBelow);
  const size = { kept: kept.slots, pruned: slots.count - kept.slots };
  if (kept.slots === 0) return { size };
  const good = interpolate(slots, states, slots.goodRecords, kept);
  const bad = interpolate(slots, states, slots.badEpisodes, kept);
  const logOddsSums = summedLogOdds(slots, totals, tauSquared, noise);
  const automaton = {
    nodes: packNodes(slots, states, kept, { good, bad, logOddsSums }),
    totals,
    goodSurpriseMean: surpriseMean(slots, good.p),
    ngrams: kept.slots,
  };
  return { automaton, size };
}

/**
 * What the automaton of a sequence field would hold, and what not.
 * @param pruneBelow as above
 * @example of the good record `a` once: two n-grams and the end mark alone, 5 words each and for two contexts: 100 bytes
 */
export function automatonPruning(field: SettledField, pruneBelow: number): FieldPruning {
  const slots = knownSlots(field);
  const states = link(slots);
  const kept = keptSlots(slots, states, pruneBelow);
  const bytesOf = (count: number, of: { slots: number; states: number }) =>
    count === 0 ? 0 : nodeWordsOf(of) * Uint32Array.BYTES_PER_ELEMENT;
  const bytes = bytesOf(kept.slots, kept);
  return {
    kept: { tokens: kept.slots, bytes },
    pruned: {
      tokens: slots.count - kept.slots,
      bytes: bytesOf(slots.count, { slots: slots.count, states: states.count }) - bytes,
    },
  };
}

function nodeWordsOf({ slots, states }: Pick<KeptSlots, 'slots' | 'states'>): number {
  return NODE_WORDS * (slots + states);
}

/** P(s|h) of every slot, and the back-off weight of every state. */
interface Likelihood {
  p: Float64Array;
  weights: Float64Array;
}

/** The likelihoods by the counts of one class. */
function interpolate(
  { suffix, count }: Slots,
  states: States,
  counts: Float64Array,
  { isKept }: KeptSlots,
): Likelihood {
  const p = new Float64Array(count);
  const weights = new Float64Array(states.count);
  for (let state = 0; state < states.count; state++) {
    const first = states.first[state] as number;
    const end = states.first[state + 1] as number;
    let total = 0;
    let followers = 0;
    let pruned = 0;
    for (let slot = first; slot < end; slot++) {
      const n = counts[slot] as number;
      total += n;
      if (n >= FOLLOWS_MIN) followers++;
      if (isKept[slot] === 0) pruned += n;
    }
    const toShorter = followers + pruned;
    weights[state] = followers === 0 ? 1 : toShorter / (total + followers);
    for (let slot = first; slot < end; slot++) {
      const shorter = suffix[slot] as number;
      const lower = shorter === NO_SLOT ? UNIFORM : (p[shorter] as number);
      const n = isKept[slot] === 0 ? 0 : (counts[slot] as number);
      p[slot] = followers === 0 ? lower : (n + toShorter * lower) / (total + followers);
    }
  }
  return { p, weights };
}

/** Of each slot two sums of λ over the 1- to 4-grams that end there: bad against good episodes, against good records. */
function summedLogOdds(
  slots: Slots,
  totals: TokenCounts,
  tauSquared: number,
  noise: readonly number[] | undefined,
): Float64Array {
  const lambdas = logOddsOfSlots(slots, totals, tauSquared);
  const factors = factorsOf(
    noise,
    lambdas.length,
    slot => slots.badEpisodes[slot] as number,
    slot => lambdas[slot] as number,
  );
  const cache = new LogOddsCache({ bad: totals.badEpisodes, good: totals.goodRecords }, tauSquared);
  const sums = new Float64Array(2 * slots.count);
  for (let slot = 0; slot < slots.count; slot++) {
    const shorter = slots.suffix[slot] as number;
    let sum = shorter === NO_SLOT ? 0 : (sums[2 * shorter] as number);
    let sumByRecords = shorter === NO_SLOT ? 0 : (sums[2 * shorter + 1] as number);
    if (slot < lambdas.length) {
      const bad = slots.badEpisodes[slot] as number;
      const goodRecords = slots.goodRecords[slot] as number;
      sum += shrunk(lambdas[slot] as number, bad, factors);
      sumByRecords += shrunk(cache.lambdaOf(bad, goodRecords), bad, factors);
    }
    sums[2 * slot] = sum;
    sums[2 * slot + 1] = sumByRecords;
  }
  return sums;
}

/** λ of the 1- to 4-grams, bad against good episodes: shorter n-grams have lower keys, so they are the first slots. */
function logOddsOfSlots(slots: Slots, totals: TokenCounts, tauSquared: number): Float64Array {
  const cache = new LogOddsCache({ bad: totals.badEpisodes, good: totals.goodEpisodes }, tauSquared);
  let count = 0;
  while (count < slots.count && (slots.keys[count] as number) < NGRAM_KEY_LIMIT) count++;
  const lambdas = new Float64Array(count);
  for (let slot = 0; slot < count; slot++) {
    const bad = slots.badEpisodes[slot] as number;
    const good = slots.goodEpisodes[slot] as number;
    lambdas[slot] = cache.lambdaOf(bad, good);
  }
  return lambdas;
}

/** All states and slots that are kept in one array, as model.ts describes it. */
function packNodes(
  slots: Slots,
  states: States,
  kept: KeptSlots,
  { good, bad, logOddsSums }: { good: Likelihood; bad: Likelihood; logOddsSums: Float64Array },
): Uint32Array {
  const nodes = new Uint32Array(nodeWordsOf(kept));
  if (nodes.length > NODES_WORDS_MAX)
    throw new RangeError(`${kept.slots} n-grams are more than an automaton holds`);
  const floats = floatsOf(nodes);
  const places = placesOf(states, kept);
  /** The longest known context that ends with each slot's n-gram: itself, else that of its suffix. */
  const next = new Uint32Array(slots.count);
  for (let state = 0; state < states.count; state++) {
    const place = places[state] as number;
    if (place === 0 && state !== 0) continue;
    let at = place;
    for (let slot = states.first[state] as number; slot < (states.first[state + 1] as number); slot++) {
      if (kept.isKept[slot] === 0) continue;
      const own = places[slots.state[slot] as number] as number;
      const shorter = slots.suffix[slot] as number;
      if (own !== 0) next[slot] = own;
      else next[slot] = shorter === NO_SLOT ? 0 : (next[shorter] as number);
      const symbol = (slots.keys[slot] as number) & 63;
      const word = place + (symbol >>> 5);
      nodes[word] = (nodes[word] as number) | (1 << (symbol & 31));
      at += NODE_WORDS;
      nodes[at] = next[slot] as number;
      floats[at + 1] = Math.log(good.p[slot] as number);
      floats[at + 2] = Math.log(bad.p[slot] as number);
      floats[at + 3] = logOddsSums[2 * slot] as number;
      floats[at + 4] = logOddsSums[2 * slot + 1] as number;
    }
    const shorter = places[states.shorter[state] as number] as number;
    nodes[place + 2] = shorter * 8 + (states.depth[state] as number);
    floats[place + 3] = Math.log(good.weights[state] as number);
    floats[place + 4] = Math.log(bad.weights[state] as number);
  }
  return nodes;
}

/** Where each state stands, behind all states and slots that are kept before it; 0 for the empty one, and where nothing is kept. */
function placesOf(states: States, { isKept }: KeptSlots): Uint32Array {
  const places = new Uint32Array(states.count);
  let nodes = 0;
  for (let state = 0; state < states.count; state++) {
    let own = 0;
    for (let slot = states.first[state] as number; slot < (states.first[state + 1] as number); slot++)
      own += isKept[slot] as number;
    if (state !== 0 && own === 0) continue;
    places[state] = NODE_WORDS * nodes;
    nodes += 1 + own;
  }
  return places;
}

/**
 * What a symbol of the good costs on the average: `−Σ n·ln P / Σ n` over the good records of all n-grams. Short contexts
 * count as much as long ones, so it lies above the mean over texts (1.65 against 1.00 nats on 122,000 real names): what
 * is usual speaks for good, and only what a shorter memory, too, finds unusual speaks against it.
 */
function surpriseMean({ goodRecords, count }: Slots, p: Float64Array): number {
  let total = 0;
  let surprise = 0;
  for (let slot = 0; slot < count; slot++) {
    const n = goodRecords[slot] as number;
    total += n;
    if (n > 0) surprise -= n * Math.log(p[slot] as number);
  }
  return total === 0 ? 0 : surprise / total;
}

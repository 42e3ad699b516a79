/**
 * From counts of n-grams to the automaton of a character model (model.ts), in one pass over the sorted n-grams.
 *
 * Witten-Bell, each context of k symbols interpolated with the next shorter one h′ (h without its first symbol):
 *   P_k(s|h) = (n(h,s) + u(h)·P_{k−1}(s|h′)) / (n(h) + u(h)),  P_{−1} = 1/64
 *   n(h,s): records (good) or episodes (bad) that hold hs, decayed; n(h) = Σ_s n(h,s); u(h): symbols with n(h,s) ≥ ½.
 * A context with u = 0 says nothing: P_k = P_{k−1}. Where n(h,s) = 0 this is P_k = w(h)·P_{k−1}, w = u/(n + u), the
 * back-off weight of the state: interpolation has the form of backing off, so an automaton gives the same numbers.
 *
 * Keys in ascending order are in order of length, and the n-grams of one context lie together, in order of their
 * symbols. So contexts come after the n-grams that they are, suffixes before what they are the suffix of, and both are
 * found by walking along, never by searching.
 * 1. I. Witten, T. Bell, The zero-frequency problem, IEEE Trans. Information Theory 37 (1991), method C.
 * 2. K. Heafield, KenLM: faster and smaller language model queries, WMT 2011.
 */
import { LogOddsCache } from './log-odds-cache.ts';
import type { Automaton, TokenCounts } from './model.ts';
import { NgramTable } from './ngram-table.ts';
import { NGRAM_SYMBOLS_MAX, PRESENCE_KEY } from './ngrams.ts';
import { floatsOf, NODE_WORDS } from './sequence.ts';
import type { SettledField } from './settled-field.ts';
import { factorsOf, shrunk } from './shrinkage.ts';
import { SYMBOL_BITS, SYMBOL_COUNT } from './symbols.ts';

/** A symbol counts as following a context from this decayed count on. */
const FOLLOWS_MIN = 0.5;
/** Keys below it are 1- to 4-grams, whose log-odds are summed; 5-grams only sharpen the likelihoods. */
export const NGRAM_KEY_LIMIT = 2 ** (SYMBOL_BITS * NGRAM_SYMBOLS_MAX);
const UNIFORM = 1 / SYMBOL_COUNT;
const NO_SLOT = -1;
/** Eight times a place must fit in a word: some 70 million n-grams. */
const NODES_WORDS_MAX = 2 ** 29;

/** Indices in UNITS. */
const GOOD_RECORDS = 0;
const GOOD_EPISODES = 1;
const BAD_EPISODES = 3;

/** Known n-grams by ascending key: the slots of the automaton. */
interface Slots {
  count: number;
  keys: Uint32Array;
  goodRecords: Float64Array;
  goodEpisodes: Float64Array;
  badEpisodes: Float64Array;
  /** The slot of the n-gram without its first symbol; NO_SLOT for single symbols. */
  suffix: Int32Array;
  /** The state that the n-gram is the context of; 0 where nothing follows it. */
  state: Uint32Array;
}

/** Contexts that something follows, in the order of their slots; state 0 is the empty context. */
interface States {
  count: number;
  /** Its slots are first[state] to first[state + 1] − 1. */
  first: Uint32Array;
  shorter: Uint32Array;
  depth: Uint8Array;
}

/**
 * The automaton of a sequence field, or null where nothing is learnt of it.
 * An n-gram whose prefix or suffix is unknown is left out; counts of presence, as they are settled, hold none.
 * @param totals decayed presence of the field    @param tauSquared τ² of the n-grams' log-odds, > 0
 * @param noise what chance shows of weights towards bad (shrinkage.ts), if that is known
 */
export function compileAutomaton(
  field: SettledField,
  totals: TokenCounts,
  tauSquared: number,
  noise?: readonly number[] | undefined,
): Automaton | null {
  const slots = knownSlots(field);
  const states = link(slots);
  if (slots.count === 0) return null;
  const good = interpolate(slots, states, slots.goodRecords);
  const bad = interpolate(slots, states, slots.badEpisodes);
  const logOddsSums = summedLogOdds(slots, totals, tauSquared, noise);
  return {
    nodes: packNodes(slots, states, good, bad, logOddsSums),
    totals,
    goodSurpriseMean: surpriseMean(slots, good.p),
    ngrams: slots.count,
  };
}

/** The n-grams that are known in either class. */
function knownSlots(field: SettledField): Slots {
  const { table } = field;
  if (!(table instanceof NgramTable)) throw new RangeError('only n-grams make an automaton');
  const rows = table.rowsInOrder();
  const slots: Slots = {
    count: 0,
    keys: new Uint32Array(rows.length),
    goodRecords: new Float64Array(rows.length),
    goodEpisodes: new Float64Array(rows.length),
    badEpisodes: new Float64Array(rows.length),
    suffix: new Int32Array(rows.length).fill(NO_SLOT),
    state: new Uint32Array(rows.length),
  };
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    const key = table.keys[row] as number;
    const good = field.decayedUnit(row, GOOD_RECORDS);
    const bad = field.decayedUnit(row, BAD_EPISODES);
    if (key === PRESENCE_KEY || !(good > 0 || bad > 0)) continue;
    const slot = slots.count++;
    slots.keys[slot] = key;
    slots.goodRecords[slot] = good;
    slots.goodEpisodes[slot] = field.decayedUnit(row, GOOD_EPISODES);
    slots.badEpisodes[slot] = bad;
  }
  return slots;
}

/** Finds suffixes and states, and closes the ranks over what has none. */
function link(slots: Slots): States {
  const { keys, suffix, count } = slots;
  const states: States = {
    count: 0,
    first: new Uint32Array(count + 2),
    shorter: new Uint32Array(count + 1),
    depth: new Uint8Array(count + 1),
  };
  let kept = 0;
  let owner = 0;
  let at = 0;
  while (at < count) {
    const context = (keys[at] as number) >>> SYMBOL_BITS;
    let end = at + 1;
    while (end < count && (keys[end] as number) >>> SYMBOL_BITS === context) end++;

    let shorter = 0;
    if (context !== PRESENCE_KEY) {
      while (owner < kept && (keys[owner] as number) < context) owner++;
      const known = owner < kept && keys[owner] === context;
      const contextSuffix = known ? (suffix[owner] as number) : NO_SLOT;
      if (contextSuffix !== NO_SLOT) shorter = slots.state[contextSuffix] as number;
      if (!known || (contextSuffix !== NO_SLOT && shorter === 0)) {
        at = end;
        continue;
      }
    }

    const first = kept;
    let candidate = states.first[shorter] as number;
    const candidates = context === PRESENCE_KEY ? candidate : (states.first[shorter + 1] as number);
    for (; at < end; at++) {
      if (context !== PRESENCE_KEY) {
        const symbol = (keys[at] as number) & 63;
        while (candidate < candidates && ((keys[candidate] as number) & 63) < symbol) candidate++;
        if (candidate === candidates || ((keys[candidate] as number) & 63) !== symbol) continue;
        suffix[kept] = candidate;
      }
      moveSlot(slots, at, kept++);
    }
    if (kept === first) continue;

    const state = states.count++;
    states.first[state] = first;
    states.first[state + 1] = kept;
    if (context !== PRESENCE_KEY) {
      slots.state[owner] = state;
      states.shorter[state] = shorter;
      states.depth[state] = (states.depth[shorter] as number) + 1;
    }
  }
  slots.count = kept;
  return states;
}

function moveSlot({ keys, goodRecords, goodEpisodes, badEpisodes }: Slots, from: number, to: number): void {
  keys[to] = keys[from] as number;
  goodRecords[to] = goodRecords[from] as number;
  goodEpisodes[to] = goodEpisodes[from] as number;
  badEpisodes[to] = badEpisodes[from] as number;
}

/** P(s|h) of every slot, and the back-off weight of every state. */
interface Likelihood {
  p: Float64Array;
  weights: Float64Array;
}

/** The likelihoods by the counts of one class. */
function interpolate({ suffix, count }: Slots, states: States, counts: Float64Array): Likelihood {
  const p = new Float64Array(count);
  const weights = new Float64Array(states.count);
  for (let state = 0; state < states.count; state++) {
    const first = states.first[state] as number;
    const end = states.first[state + 1] as number;
    let total = 0;
    let followers = 0;
    for (let slot = first; slot < end; slot++) {
      total += counts[slot] as number;
      if ((counts[slot] as number) >= FOLLOWS_MIN) followers++;
    }
    weights[state] = followers === 0 ? 1 : followers / (total + followers);
    for (let slot = first; slot < end; slot++) {
      const shorter = suffix[slot] as number;
      const lower = shorter === NO_SLOT ? UNIFORM : (p[shorter] as number);
      p[slot] =
        followers === 0 ? lower : ((counts[slot] as number) + followers * lower) / (total + followers);
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

/** All states and slots in one array, as model.ts describes it. */
function packNodes(
  slots: Slots,
  states: States,
  good: Likelihood,
  bad: Likelihood,
  sums: Float64Array,
): Uint32Array {
  const nodes = new Uint32Array(NODE_WORDS * (slots.count + states.count));
  if (nodes.length > NODES_WORDS_MAX)
    throw new RangeError(`${slots.count} n-grams are more than an automaton holds`);
  const floats = floatsOf(nodes);
  /** A state stands behind all states and slots before it. */
  const placeOf = (state: number) => NODE_WORDS * (state + (states.first[state] as number));
  /** The longest known context that ends with each slot's n-gram: itself, else that of its suffix. */
  const next = new Uint32Array(slots.count);
  for (let state = 0; state < states.count; state++) {
    const place = placeOf(state);
    let at = place;
    for (let slot = states.first[state] as number; slot < (states.first[state + 1] as number); slot++) {
      const own = slots.state[slot] as number;
      const shorter = slots.suffix[slot] as number;
      if (own !== 0) next[slot] = placeOf(own);
      else next[slot] = shorter === NO_SLOT ? 0 : (next[shorter] as number);
      const symbol = (slots.keys[slot] as number) & 63;
      const word = place + (symbol >>> 5);
      nodes[word] = (nodes[word] as number) | (1 << (symbol & 31));
      at += NODE_WORDS;
      nodes[at] = next[slot] as number;
      floats[at + 1] = Math.log(good.p[slot] as number);
      floats[at + 2] = Math.log(bad.p[slot] as number);
      floats[at + 3] = sums[2 * slot] as number;
      floats[at + 4] = sums[2 * slot + 1] as number;
    }
    nodes[place + 2] = placeOf(states.shorter[state] as number) * 8 + (states.depth[state] as number);
    floats[place + 3] = Math.log(good.weights[state] as number);
    floats[place + 4] = Math.log(bad.weights[state] as number);
  }
  return nodes;
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

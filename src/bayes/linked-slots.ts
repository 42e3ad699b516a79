/**
 * The n-grams of a text field as the slots of an automaton, linked: which context each follows, and what is its suffix.
 *
 * Keys in ascending order are in order of length, and the n-grams of one context lie together, in order of their
 * symbols. So contexts come after the n-grams that they are, suffixes before what they are the suffix of, and both are
 * found by walking along, never by searching.
 */
import { BAD_EPISODES, GOOD_EPISODES, GOOD_RECORDS } from './content-hash.ts';
import { NgramTable } from './ngram-table.ts';
import { PRESENCE_KEY } from './ngrams.ts';
import { isPruned } from './pruning.ts';
import type { SettledField } from './settled-field.ts';
import { SYMBOL_BITS } from './symbols.ts';

export const NO_SLOT = -1;

/** Known n-grams by ascending key: the slots of the automaton. */
export interface Slots {
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
export interface States {
  count: number;
  /** Its slots are first[state] to first[state + 1] − 1. */
  first: Uint32Array;
  shorter: Uint32Array;
  depth: Uint8Array;
}

/** The n-grams that are known in either class. */
export function knownSlots(field: SettledField): Slots {
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
export function link(slots: Slots): States {
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

/** What of the slots a model holds. */
export interface KeptSlots {
  /** 1 for each slot that it holds. */
  isKept: Uint8Array;
  slots: number;
  /** Contexts that something kept follows, the empty one always. */
  states: number;
}

/**
 * The slots that are not pruned. Of counts that are of texts, whatever holds an n-gram holds its prefix and its suffix; of others
 * (imports may be any) a slot goes with the context that it follows and with its suffix, for it could not be reached.
 * @param below the floor, ≥ 0 (pruning.ts)
 */
export function keptSlots(slots: Slots, states: States, below: number): KeptSlots {
  const { goodEpisodes, badEpisodes, suffix, state: stateOf } = slots;
  const isKept = new Uint8Array(slots.count);
  // Whatever is linked is reached.
  if (below <= 0) return { isKept: isKept.fill(1), slots: slots.count, states: states.count };
  const kept: KeptSlots = { isKept, slots: 0, states: 0 };
  const isReached = new Uint8Array(states.count);
  isReached[0] = 1;
  const counts = { good: 0, bad: 0 };
  for (let state = 0; state < states.count; state++) {
    const before = kept.slots;
    if (isReached[state] === 0) continue;
    for (let slot = states.first[state] as number; slot < (states.first[state + 1] as number); slot++) {
      const shorter = suffix[slot] as number;
      counts.good = goodEpisodes[slot] as number;
      counts.bad = badEpisodes[slot] as number;
      if ((shorter !== NO_SLOT && isKept[shorter] === 0) || isPruned(counts, below)) continue;
      isKept[slot] = 1;
      kept.slots++;
      const own = stateOf[slot] as number;
      if (own !== 0) isReached[own] = 1;
    }
    if (state === 0 || kept.slots > before) kept.states++;
  }
  return kept;
}

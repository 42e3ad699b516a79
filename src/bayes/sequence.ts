/**
 * Reads texts with an automaton: one step a symbol, summed by segment (label, path part, parameter, word).
 * The hot path of scoring: everything is in typed arrays that are made once, nothing is allocated.
 *
 * A model is larger than the processor's caches, and each step waits for memory before it knows where to go on: read
 * alone, a name of 17 symbols costs 0.8 µs where the model is in the cache, 3.5 µs where it is not. So up to LANES texts
 * are read in step, and their waits overlap (2.5 µs). What is summed of one text is added in the text's own order, so it
 * is the same, bit for bit, whatever is read beside it.
 */
import { SEQUENCE_SYMBOLS_MAX } from '../domain/limits.ts';
import { SEGMENT_SEPARATORS, type SequenceField } from '../domain/observation.ts';
import type { Automaton } from './model.ts';
import { END, OTHER, SYMBOL_COUNT, symbolOf } from './symbols.ts';

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
export const TOKEN_SYMBOLS_MAX = 4;

/** Texts that are read in step: more overlap no better, and their sums leave the fastest cache. */
export const LANES = 16;
/** Symbols of a lane: the longest text, and its end mark. */
const LANE_SYMBOLS = SEQUENCE_SYMBOLS_MAX + 1;
/** Bits beside a symbol in a lane: a segment ends with it; the text ends with it. */
const SEGMENT_ENDS = 64;
const TEXT_ENDS = 128;

/** Takes the sums of segments as they come: those of one text in order, between them those of other texts. */
export interface SegmentSink {
  /** @param text index of the text    @param at where in `sums` the segment's SUM_COUNT sums stand; they are only lent */
  addSegment(text: number, sums: Float64Array, at: number): void;
}

export class SequenceReader implements SegmentSink {
  readonly automaton: Automaton;
  /** Rows of SUM_COUNT sums, one a segment of the text that `read` read last, in their order. */
  readonly sums = new Float64Array((SEQUENCE_SYMBOLS_MAX + 1) * SUM_COUNT);
  #segments = 0;
  /** The floats among the automaton's words. */
  readonly #floats: Float32Array;
  /** Symbols of UTF-16 units below 128, and whether they end a segment. */
  readonly #symbols = new Uint8Array(128);
  /** By lane: the text's index, its symbols, where among them the lane is, its state and slot, the sums of its segment. */
  readonly #text = new Uint32Array(LANES);
  readonly #lane = new Uint8Array(LANES * LANE_SYMBOLS);
  readonly #at = new Uint32Array(LANES);
  readonly #state = new Uint32Array(LANES);
  readonly #slot = new Uint32Array(LANES);
  readonly #laneSums = new Float64Array(LANES * SUM_COUNT);
  /** What was loaded only to be in the cache: a load whose value goes nowhere would be optimised away. */
  touched = 0;

  constructor(field: SequenceField, automaton: Automaton) {
    this.automaton = automaton;
    this.#floats = floatsOf(automaton.nodes);
    const separators = SEGMENT_SEPARATORS[field];
    for (let unit = 0; unit < 128; unit++) {
      const ends = separators.includes(String.fromCharCode(unit)) ? SEGMENT_ENDS : 0;
      this.#symbols[unit] = symbolOf(unit) | ends;
    }
  }

  /** Reads one text, and leaves the sums of its segments in `sums`. @returns segments, at least 1 */
  read(text: string): number {
    this.#segments = 0;
    this.readAll([text], this);
    return this.#segments;
  }

  addSegment(_text: number, sums: Float64Array, at: number): void {
    const row = SUM_COUNT * this.#segments++;
    for (let sum = 0; sum < SUM_COUNT; sum++) this.sums[row + sum] = sums[at + sum] as number;
  }

  /**
   * Reads texts, their end marks included, and tells the sums of each segment. A separator belongs to the segment that it
   * ends; the end mark to the last segment, also where a separator stands before it.
   */
  readAll(texts: readonly string[], sink: SegmentSink): void {
    let next = 0;
    let lanes = 0;
    while (lanes < LANES && next < texts.length) this.#begin(lanes++, next, texts[next++] as string);
    while (lanes > 0) {
      this.#touch(this.#state, lanes);
      this.#findSlots(lanes);
      this.#touch(this.#slot, lanes);
      this.#addSlots(lanes);
      // From the last lane down, so that a lane which takes the place of another one has had its step.
      for (let lane = lanes - 1; lane >= 0; lane--) {
        const at = this.#at[lane] as number;
        const symbol = this.#lane[at] as number;
        this.#at[lane] = at + 1;
        if (symbol < SEGMENT_ENDS) continue;
        this.#endSegment(lane, at - lane * LANE_SYMBOLS, sink);
        if (symbol < TEXT_ENDS) continue;
        if (next < texts.length) this.#begin(lane, next, texts[next++] as string);
        else if (--lanes !== lane) this.#move(lanes, lane);
      }
    }
  }

  /** Puts a text into a lane. */
  #begin(lane: number, index: number, text: string): void {
    const symbols = this.#symbols;
    const row = this.#lane;
    const first = lane * LANE_SYMBOLS;
    const length = Math.min(text.length, SEQUENCE_SYMBOLS_MAX);
    for (let at = 0; at < length; at++) {
      const unit = text.charCodeAt(at);
      row[first + at] = unit < 128 ? (symbols[unit] as number) : OTHER;
    }
    if (length > 0) row[first + length - 1] = (row[first + length - 1] as number) & ~SEGMENT_ENDS;
    row[first + length] = END | SEGMENT_ENDS | TEXT_ENDS;
    this.#text[lane] = index;
    this.#at[lane] = first;
    this.#state[lane] = 0;
    this.#clear(lane, 0);
  }

  /** Makes the sums those of a segment that starts at an index of the text. */
  #clear(lane: number, start: number): void {
    const sums = this.#laneSums;
    const sum = lane * SUM_COUNT;
    for (let at = sum; at < sum + START; at++) sums[at] = 0;
    sums[sum + START] = start;
  }

  /** Asks memory for the states or slots of all lanes at once: nothing here waits for an answer. */
  #touch(places: Uint32Array, lanes: number): void {
    const { nodes } = this.automaton;
    let touched = 0;
    for (let lane = 0; lane < lanes; lane++) touched |= nodes[places[lane] as number] as number;
    this.touched = touched;
  }

  /** The slot of each lane's symbol, after backing off to where it is known; 0 where no context knows it. */
  #findSlots(lanes: number): void {
    const { nodes } = this.automaton;
    const floats = this.#floats;
    const symbols = this.#lane;
    const places = this.#at;
    const states = this.#state;
    const slots = this.#slot;
    const sums = this.#laneSums;
    for (let lane = 0; lane < lanes; lane++) {
      const place = places[lane] as number;
      const symbol = (symbols[place] as number) & 63;
      const bit = 1 << (symbol & 31);
      const word = symbol >>> 5;
      const sum = lane * SUM_COUNT;
      const before = place - lane * LANE_SYMBOLS;
      const possible = before < TOKEN_SYMBOLS_MAX ? before + 1 : TOKEN_SYMBOLS_MAX;
      let state = states[lane] as number;
      let bits = nodes[state + word] as number;
      while ((bits & bit) === 0 && state !== 0) {
        sums[sum + LN_GOOD] = (sums[sum + LN_GOOD] as number) + (floats[state + 3] as number);
        sums[sum + LN_BAD] = (sums[sum + LN_BAD] as number) + (floats[state + 4] as number);
        state = (nodes[state + 2] as number) >>> 3;
        bits = nodes[state + word] as number;
      }
      let seen = 0;
      if ((bits & bit) === 0) {
        slots[lane] = 0;
      } else {
        const below = word === 0 ? 0 : bitsOf(nodes[state] as number);
        slots[lane] = state + NODE_WORDS * (1 + below + bitsOf(bits & (bit - 1)));
        seen = ((nodes[state + 2] as number) & 7) + 1;
      }
      if (seen < possible) sums[sum + UNSEEN] = (sums[sum + UNSEEN] as number) + possible - seen;
      sums[sum + NGRAMS] = (sums[sum + NGRAMS] as number) + possible;
    }
  }

  /** Adds what each lane's slot says, and goes to the state after it. */
  #addSlots(lanes: number): void {
    const { nodes } = this.automaton;
    const floats = this.#floats;
    const states = this.#state;
    const slots = this.#slot;
    const sums = this.#laneSums;
    for (let lane = 0; lane < lanes; lane++) {
      const slot = slots[lane] as number;
      const sum = lane * SUM_COUNT;
      if (slot === 0) {
        sums[sum + LN_GOOD] = (sums[sum + LN_GOOD] as number) + ((floats[3] as number) + LN_UNIFORM);
        sums[sum + LN_BAD] = (sums[sum + LN_BAD] as number) + ((floats[4] as number) + LN_UNIFORM);
        states[lane] = 0;
      } else {
        sums[sum + LN_GOOD] = (sums[sum + LN_GOOD] as number) + (floats[slot + 1] as number);
        sums[sum + LN_BAD] = (sums[sum + LN_BAD] as number) + (floats[slot + 2] as number);
        sums[sum + LAMBDA] = (sums[sum + LAMBDA] as number) + (floats[slot + 3] as number);
        sums[sum + LAMBDA_RECORDS] = (sums[sum + LAMBDA_RECORDS] as number) + (floats[slot + 4] as number);
        states[lane] = nodes[slot] as number;
      }
    }
  }

  /** @param last index in the text of the segment's last symbol */
  #endSegment(lane: number, last: number, sink: SegmentSink): void {
    const sums = this.#laneSums;
    const sum = lane * SUM_COUNT;
    sums[sum + SYMBOLS] = last + 1 - (sums[sum + START] as number);
    sink.addSegment(this.#text[lane] as number, sums, sum);
    this.#clear(lane, last + 1);
  }

  /** Lets a lane take the place of another one. */
  #move(from: number, to: number): void {
    const offset = (to - from) * LANE_SYMBOLS;
    const at = this.#at[from] as number;
    this.#lane.copyWithin(to * LANE_SYMBOLS, from * LANE_SYMBOLS, (from + 1) * LANE_SYMBOLS);
    this.#laneSums.copyWithin(to * SUM_COUNT, from * SUM_COUNT, (from + 1) * SUM_COUNT);
    this.#at[to] = at + offset;
    this.#text[to] = this.#text[from] as number;
    this.#state[to] = this.#state[from] as number;
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

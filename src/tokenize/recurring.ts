/**
 * A bounded memory of what a pure function said of texts that recur, such as host names. Unlike recent.ts it keeps nothing of a
 * text that comes once, so that a flood of new names, as tunnels and generators send, costs no more than without a memory.
 */
import { ownCopyOf } from './own-copy.ts';

/** Characters of a text that its place is told by. */
const HASHED_CHARACTERS = 32;
/** FNV-1a, 32 bits (Fowler, Noll, Vo). */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Answers from memory for a text that came twice while no other one came to its place; else computes. A place is a part of a
 * hash that anybody can make equal, which takes the memory's use and nothing else: what is answered is compared by text.
 * @example const parts = new Recurring(4096, hostNamePartsOf); parts.of('example.org', undefined) // computed the first two times
 */
export class Recurring<V extends string | number | object, C = undefined> {
  readonly #compute: (text: string, context: C) => V;
  /** Of each place: the hash that came last, and what is remembered there. */
  readonly #lastHashes: Int32Array;
  readonly #entries: ({ text: string; value: V } | undefined)[];

  /** @param places a power of two: texts that are remembered at most    @param compute pure */
  constructor(places: number, compute: (text: string, context: C) => V) {
    this.#compute = compute;
    this.#lastHashes = new Int32Array(places);
    this.#entries = Array.from({ length: places }, () => undefined);
  }

  /** @param context what else it takes to compute, and follows from the text */
  of(text: string, context: C): V {
    return this.recall(text, context) ?? this.#compute(text, context);
  }

  /** The same; undefined, and nothing computed, where the text is not remembered. */
  recall(text: string, context: C): V | undefined {
    const hash = hashOf(text);
    const place = hash & (this.#lastHashes.length - 1);
    const entry = this.#entries[place];
    const isNew = this.#lastHashes[place] !== hash;
    if (isNew) this.#lastHashes[place] = hash;
    if (entry?.text === text) return entry.value;
    if (isNew) return undefined;
    // What is computed may hold parts of its text, so it is given the copy.
    const own = ownCopyOf(text);
    const value = this.#compute(own, context);
    this.#entries[place] = { text: own, value };
    return value;
  }
}

/** Of the length of a text and of characters spread evenly over it. */
function hashOf(text: string): number {
  const { length } = text;
  const step = 1 + Math.floor(length / HASHED_CHARACTERS);
  let hash = (FNV_OFFSET ^ length) | 0;
  for (let index = length - 1; index >= 0; index -= step)
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  return hash ^ (hash >>> 15);
}

/**
 * Counts equal lines of one request, so that a repeated request repeats the numbers. A request may hold millions of
 * lines and few are equal, so those seen once are 64 bits each in one open table, and only repeats have a count.
 */
import type { Identity } from '../domain/identity.ts';

/** Most requests hold one record: what is made for each is small. */
const SLOTS_MIN = 16;

export class Occurrences {
  /** Pairs: the first 64 bits of each digest seen, the lower word never 0; both 0 in an empty slot. */
  #slots = new Uint32Array(2 * SLOTS_MIN);
  #mask = SLOTS_MIN - 1;
  #size = 0;
  /** Of digests seen again: how often by now. */
  readonly #repeats = new Map<Identity, number>();

  /**
   * 0 for the first line with this digest, then 1, 2 … A digest that shares its first 64 bits with another one's counts
   * as seen once (n²/2⁶⁵ for honest lines); it gets the same number each time that the request is sent.
   */
  next(lineDigest: Identity): number {
    if (this.#isNew(wordAt(lineDigest, 0), wordAt(lineDigest, 8) || 1)) return 0;
    const count = (this.#repeats.get(lineDigest) ?? 0) + 1;
    this.#repeats.set(lineDigest, count);
    return count;
  }

  /** Whether these 64 bits are seen for the first time. Digests cannot be chosen, so probing is linear. */
  #isNew(high: number, low: number): boolean {
    if (3 * this.#size > 2 * this.#mask) this.#grow();
    const slot = this.#slotOf(high, low);
    if (this.#slots[2 * slot + 1] !== 0) return false;
    this.#slots[2 * slot] = high;
    this.#slots[2 * slot + 1] = low;
    this.#size += 1;
    return true;
  }

  /** The slot that holds these bits, or the empty one where they belong. */
  #slotOf(high: number, low: number): number {
    const slots = this.#slots;
    let slot = low & this.#mask;
    for (;;) {
      const there = slots[2 * slot + 1];
      if (there === 0 || (there === low && slots[2 * slot] === high)) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(2 * before.length);
    this.#mask = 2 * this.#mask + 1;
    for (let at = 0; at < before.length; at += 2) {
      const high = before[at] as number;
      const low = before[at + 1] as number;
      if (low === 0) continue;
      const slot = this.#slotOf(high, low);
      this.#slots[2 * slot] = high;
      this.#slots[2 * slot + 1] = low;
    }
  }
}

/** 32 bits of lower-case hex digits from an index on: faster by far than parseInt of a slice. */
function wordAt(hex: string, start: number): number {
  let word = 0;
  for (let at = start; at < start + 8; at++) {
    const code = hex.charCodeAt(at);
    word = (word << 4) | (code < 0x3a ? code - 0x30 : code - 0x57);
  }
  return word >>> 0;
}

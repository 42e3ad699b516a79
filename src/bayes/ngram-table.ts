/**
 * n-gram keys to dense row numbers (0, 1, 2 … in order of first appearance): open addressing in one typed array.
 * Probing is linear for eight slots, which one or two cache lines hold, and then by a step of the key's own: whoever
 * chooses names so that their n-grams crowd one stretch of the table gains nothing by it.
 */

const SLOTS_MIN = 16;
const LINEAR_PROBES = 8;

export class NgramTable {
  /** Key of each row; only the first `size` are meaningful. */
  keys = new Uint32Array(SLOTS_MIN >>> 1);
  size = 0;
  /** Pairs (key, row); key 0 is an empty slot. */
  #slots = new Uint32Array(2 * SLOTS_MIN);
  #mask = SLOTS_MIN - 1;
  #shift = 28;
  /** The first rows, by ascending key: as many as there were when that was asked for last. */
  #order: Uint32Array = new Uint32Array(0);

  /** The row of a key, or −1; 0 is no key and has none. */
  findRow(key: number): number {
    if (key === 0) return -1;
    const slot = this.#slotOf(key);
    return this.#slots[slot] === key ? (this.#slots[slot + 1] as number) : -1;
  }

  /** The row of a key, a new one where it has none. @param key > 0, below 2³² */
  rowOf(key: number): number {
    let slot = this.#slotOf(key);
    if (this.#slots[slot] === key) return this.#slots[slot + 1] as number;
    if (this.size === this.keys.length) {
      this.#grow();
      slot = this.#slotOf(key);
    }
    const row = this.size++;
    this.keys[row] = key;
    this.#slots[slot] = key;
    this.#slots[slot + 1] = row;
    return row;
  }

  /** All rows, by ascending key; the caller's own. */
  sortedRows(): Uint32Array {
    return rowsByKey(this.keys, this.size);
  }

  /** The same, not to be written to: the order of before is kept, and only what came since is sorted into it. */
  rowsInOrder(): Uint32Array {
    const kept = this.#order;
    if (kept.length < this.size) {
      const fresh = rowsByKey(this.keys.subarray(kept.length), this.size - kept.length);
      this.#order = this.#merged(kept, fresh);
    }
    return this.#order;
  }

  /** @param fresh in order, counted from the first row that is not in `kept` */
  #merged(kept: Uint32Array, fresh: Uint32Array): Uint32Array {
    const { keys } = this;
    const order = new Uint32Array(kept.length + fresh.length);
    let at = 0;
    let old = 0;
    for (let index = 0; index < fresh.length; index++) {
      const row = kept.length + (fresh[index] as number);
      const key = keys[row] as number;
      while (old < kept.length && (keys[kept[old] as number] as number) < key)
        order[at++] = kept[old++] as number;
      order[at++] = row;
    }
    order.set(kept.subarray(old), at);
    return order;
  }

  /** Where the key is, or the empty slot where it belongs: index of its pair. */
  #slotOf(key: number): number {
    const slots = this.#slots;
    const hash = Math.imul(key, 0x9e3779b1);
    let at = hash >>> this.#shift;
    for (let probe = 0; ; probe++) {
      const found = slots[at << 1];
      if (found === key || found === 0) return at << 1;
      at = (at + (probe < LINEAR_PROBES ? 1 : (hash << 1) | 1)) & this.#mask;
    }
  }

  /** Twice the slots; at most half of them are ever taken. */
  #grow(): void {
    const slots = 2 * (this.#mask + 1);
    const keys = new Uint32Array(slots >>> 1);
    keys.set(this.keys);
    this.keys = keys;
    this.#mask = slots - 1;
    this.#shift = Math.clz32(slots) + 1;
    this.#slots = new Uint32Array(2 * slots);
    for (let row = 0; row < this.size; row++) {
      const key = keys[row] as number;
      const slot = this.#slotOf(key);
      this.#slots[slot] = key;
      this.#slots[slot + 1] = row;
    }
  }
}

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/**
 * Row numbers 0 to size − 1 by ascending key: radix sort, three digits of 11 bits, least significant first.
 * @example rowsByKey(Uint32Array.of(30, 10, 20), 3) // 1, 2, 0
 */
export function rowsByKey(keys: Uint32Array, size: number): Uint32Array {
  let rows = new Uint32Array(size);
  let spare = new Uint32Array(size);
  for (let row = 0; row < size; row++) rows[row] = row;
  const starts = new Uint32Array(DIGITS);
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    starts.fill(0);
    for (let row = 0; row < size; row++) {
      const digit = ((keys[row] as number) >>> shift) & (DIGITS - 1);
      starts[digit] = (starts[digit] as number) + 1;
    }
    let start = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const count = starts[digit] as number;
      starts[digit] = start;
      start += count;
    }
    for (let at = 0; at < size; at++) {
      const row = rows[at] as number;
      const digit = ((keys[row] as number) >>> shift) & (DIGITS - 1);
      const to = starts[digit] as number;
      starts[digit] = to + 1;
      spare[to] = row;
    }
    [rows, spare] = [spare, rows];
  }
  return rows;
}

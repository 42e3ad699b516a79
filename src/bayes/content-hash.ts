/**
 * The hash behind model ids: H(field, token, class, unit, day), 128 bits in four lanes of 32, lowest first.
 *
 * It is MurmurHash3_x86_128 of one 16-byte block (Appleby 2010, public domain), seeded with all 128 bits: the token is
 * the block (an n-gram's key, or the 64-bit hash of a category token), field, class, unit and day are the seed.
 * It is not cryptographic: equal ids mean equal counts among honest nodes; who is free to choose tokens and counts
 * could make two models with one id. Whether a model may be trusted is decided by who may write to the store.
 */

export { addSums, Sum128, ZERO_SUM } from './sum128.ts';

/** Base of every seed; changing it changes all model ids. Digits of π (as in Blowfish), nothing up the sleeve. */
const SEED = Uint32Array.of(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344);

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;

/** The four counts of a token in the order in which they are written everywhere. */
export const UNITS = ['goodRecords', 'goodEpisodes', 'badRecords', 'badEpisodes'] as const;
export const UNIT_COUNT = UNITS.length;
/** Indices in UNITS. */
export const GOOD_RECORDS = 0;
export const GOOD_EPISODES = 1;
export const BAD_EPISODES = 3;

/**
 * Avalanche of 32 bits: every bit of the input flips each bit of the result in about half of the cases.
 * @example mix32(1) // 1364076727
 */
export function mix32(value: number): number {
  let hash = value;
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/**
 * MurmurHash3_x86_128 of the block (low, high, 0, 0).
 * @param seed four lanes    @param into four lanes; may not be the seed
 */
export function hashBlock(seed: Uint32Array, low: number, high: number, into: Uint32Array): void {
  let h1 = seed[0] as number;
  let h2 = seed[1] as number;
  let h3 = seed[2] as number;
  let h4 = seed[3] as number;
  h1 ^= Math.imul(rotate(Math.imul(low, C1), 15), C2);
  h1 = Math.imul((rotate(h1, 19) + h2) | 0, 5) + 0x561ccd1b;
  h2 ^= Math.imul(rotate(Math.imul(high, C2), 16), C3);
  h2 = Math.imul((rotate(h2, 17) + h3) | 0, 5) + 0x0bcaa747;
  h3 = Math.imul((rotate(h3, 15) + h4) | 0, 5) + 0x96cd1c35;
  h4 = Math.imul((rotate(h4, 13) + h1) | 0, 5) + 0x32ac3b17;
  h1 ^= 16;
  h2 ^= 16;
  h3 ^= 16;
  h4 ^= 16;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = mix32(h2 + h1);
  h3 = mix32(h3 + h1);
  h4 = mix32(h4 + h1);
  h1 = mix32(h1);
  h1 = (h1 + h2 + h3 + h4) >>> 0;
  into[0] = h1;
  into[1] = h2 + h1;
  into[2] = h3 + h1;
  into[3] = h4 + h1;
}

/**
 * 64-bit hashes of texts (MurmurHash3's body over pairs of UTF-16 units, two lanes), read from `low` and `high` so
 * that hashing allocates nothing. Never both 0: that is an empty slot of a table.
 */
export class TokenHash {
  low = 0;
  high = 0;
  readonly #fields = new Map<string, { low: number; high: number }>();

  /** Hash of a token of a field. @example the same as tokenHash(field, token) */
  setToken(field: string, token: string): void {
    let seed = this.#fields.get(field);
    if (seed === undefined) {
      this.#setText(field, SEED[0] as number, SEED[1] as number);
      seed = { low: this.low, high: this.high };
      if (this.#fields.size < FIELDS_MAX) this.#fields.set(field, seed);
    }
    this.#setText(token, seed.low, seed.high);
  }

  #setText(text: string, seedLow: number, seedHigh: number): void {
    let low = seedLow | 0;
    let high = seedHigh | 0;
    const length = text.length;
    for (let at = 0; at < length; at += 2) {
      const pair = text.charCodeAt(at) | (at + 1 < length ? text.charCodeAt(at + 1) << 16 : 0);
      low ^= Math.imul(rotate(Math.imul(pair, C1), 15), C2);
      low = (Math.imul((rotate(low, 19) + high) | 0, 5) + 0x561ccd1b) | 0;
      high ^= Math.imul(rotate(Math.imul(pair, C2), 16), C3);
      high = (Math.imul((rotate(high, 17) + low) | 0, 5) + 0x0bcaa747) | 0;
    }
    low ^= length;
    high ^= length;
    low = (low + high) | 0;
    high = mix32(high + low);
    low = (mix32(low) + high) >>> 0;
    high = (high + low) >>> 0;
    this.low = (low | high) === 0 ? 1 : low;
    this.high = high;
  }
}

/** Fields are few; this only bounds what a defect could make of the memory of field hashes. */
const FIELDS_MAX = 4_096;

/** 64-bit hash of a field's token: low and high half. Categories are found by it, and it stands for them in H. */
export function tokenHash(field: string, token: string): { low: number; high: number } {
  const hash = new TokenHash();
  hash.setToken(field, token);
  return { low: hash.low, high: hash.high };
}

/** Seeds of H for the four counts (in the order of UNITS) of one field on one day. @param day ≥ −1 */
export function unitSeeds(field: string, day: number): Uint32Array[] {
  const { low, high } = tokenHash(field, '');
  const fieldSeed = new Uint32Array(4);
  hashBlock(SEED, low, high, fieldSeed);
  return UNITS.map((_, unit) => {
    const seed = new Uint32Array(4);
    hashBlock(fieldSeed, unit, day >>> 0, seed);
    return seed;
  });
}

/** 128-bit hash of a text, four lanes: for what is not a count (the parameters of a model). */
export function textLanes(name: string, text: string): Uint32Array {
  const { low, high } = tokenHash(name, text);
  const lanes = new Uint32Array(4);
  hashBlock(SEED, low, high, lanes);
  return lanes;
}

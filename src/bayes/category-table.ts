/**
 * λ of all category tokens, for scoring: open addressing by the 64-bit hash of field and token, at most half full.
 * Probing goes by the low half, and after eight slots by steps of the high half, so that it takes 2⁴⁰ hashes, not 2²⁰,
 * to find each token that crowds another. Two tokens with one hash (n²/2⁶⁵) would share the first one's λ.
 */
import { TokenHash } from './content-hash.ts';
import type { CategoryTable } from './model.ts';

const SLOTS_MIN = 16;
const LINEAR_PROBES = 8;

export interface WeightedToken {
  field: string;
  token: string;
  /** Nats, not 0. */
  lambda: number;
}

export function categoryTableOf(tokens: readonly WeightedToken[]): CategoryTable {
  let slots = SLOTS_MIN;
  while (slots < 2 * tokens.length) slots *= 2;
  const table: CategoryTable = {
    keysLow: new Uint32Array(slots),
    keysHigh: new Uint32Array(slots),
    lambda: new Float32Array(slots),
    tokens: tokens.length,
  };
  const hash = new TokenHash();
  for (const { field, token, lambda } of tokens) {
    hash.setToken(field, token);
    const slot = slotOf(table, hash.low, hash.high);
    table.keysLow[slot] = hash.low;
    table.keysHigh[slot] = hash.high;
    table.lambda[slot] = lambda;
  }
  return table;
}

/** The slot of a hash, or the empty one where it belongs: its λ is 0. */
export function slotOf({ keysLow, keysHigh }: CategoryTable, low: number, high: number): number {
  const mask = keysLow.length - 1;
  let slot = low & mask;
  for (let probe = 0; ; probe++) {
    const keyLow = keysLow[slot] as number;
    const keyHigh = keysHigh[slot] as number;
    if ((keyLow === low && keyHigh === high) || (keyLow | keyHigh) === 0) return slot;
    slot = (slot + (probe < LINEAR_PROBES ? 1 : (high << 1) | 1)) & mask;
  }
}

/**
 * What all category tokens say, for scoring: open addressing by the 64-bit hash of field and token, at most half full.
 * Probing goes by the low half, and after eight slots by steps of the high half, so that it takes 2⁴⁰ hashes, not 2²⁰,
 * to find each token that crowds another. Two tokens with one hash (n²/2⁶⁵) would say what the first one does.
 */
import { TokenHash } from './content-hash.ts';
import type { CategoryTable } from './model.ts';

const SLOTS_MIN = 16;
const LINEAR_PROBES = 8;

export interface WeightedToken {
  field: string;
  token: string;
  /** Nats, both as in a CategoryTable. */
  lambda: number;
  surprise: number;
}

/** @param unseen by surprising field: the surprise of a value never seen */
export function categoryTableOf(
  tokens: readonly WeightedToken[],
  unseen: Readonly<Record<string, number>>,
): CategoryTable {
  let slots = SLOTS_MIN;
  while (slots < 2 * tokens.length) slots *= 2;
  const table: CategoryTable = {
    keysLow: new Uint32Array(slots),
    keysHigh: new Uint32Array(slots),
    lambda: new Float32Array(slots),
    surprise: new Float32Array(slots),
    unseen,
    tokens: tokens.length,
  };
  const hash = new TokenHash();
  for (const { field, token, lambda, surprise } of tokens) {
    hash.setToken(field, token);
    const slot = slotOf(table, hash.low, hash.high);
    table.keysLow[slot] = hash.low;
    table.keysHigh[slot] = hash.high;
    table.lambda[slot] = lambda;
    table.surprise[slot] = surprise;
  }
  return table;
}

/** The slot of a hash, or the empty one where it belongs: it says 0. */
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

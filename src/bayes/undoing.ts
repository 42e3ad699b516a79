/**
 * How many more good sightings take back what a token says: the smallest n ≥ 0 of further good episodes that hold it, of
 * today and so not decayed, after which its part of the evidence is no longer towards bad. Counts alone change; what was fitted (β, δ,
 * what chance leaves) stays as it is.
 *
 * A weight is at most t once the slope of its posterior at t is at most 0 (log-odds.ts). With A = N⁺·e^t and K = C⁺ − t/τ²
 *
 *   K ≤ (C⁺ + C⁻ + n)·A/(A + N⁻ + n)        ⟺        n·(A − K) ≥ K·(A + N⁻) − A·(C⁺ + C⁻)
 *
 * for each such episode adds one to C⁻ and to N⁻. At t = 0 that is `n ≥ (C⁺·N⁻ − C⁻·N⁺)/(N⁺ − C⁺)`: a token that every bad
 * episode holds is never undone, only drawn as near to 0 as one likes.
 */
import { type ClassCounts, deviation, logOdds, offsetOf } from './log-odds.ts';
import { KNOWN_MIN } from './value-distribution.ts';

/** Beyond it nobody waits: where so many are not enough, none is said to be. */
export const SIGHTINGS_MAX = 1_000_000_000;
/** Rounding of the arithmetic, relative to what is compared. */
const ROUNDING = 1e-12;

/**
 * The smallest n after which the λ of a token (logOdds) is at most t.
 * @param token C⁺, C⁻ ≥ 0    @param field N⁺, N⁻ ≥ 0, at least those of the token    @param target t, nats
 * @returns null where no number does
 * @example sightingsToUndo({ bad: 5, good: 0 }, { bad: 10, good: 100 }, 2) // 100: 5·200 = 100·10
 */
export function sightingsToUndo(
  token: ClassCounts,
  field: ClassCounts,
  tauSquared: number,
  target = 0,
): number | null {
  if (target >= 0 && (field.bad <= 0 || field.good <= 0)) return 0;
  if (field.bad <= 0) return null;
  const odds = field.bad * Math.exp(target);
  const kept = token.bad - target / tauSquared;
  const steps = leastSteps(odds - kept, kept * (odds + field.good) - odds * (token.bad + token.good));
  // Of a field without any good there is no weight yet: it takes one sighting to have any.
  return steps === null || field.good > 0 ? steps : Math.max(1, steps);
}

/**
 * The same of a value in its context (conditionalLogOdds), whose weight is measured against that of the value: a further
 * sighting of the pair is one of the value too. What it says falls with n, so n is found by halving.
 * @param pair C of value and context    @param value C of the value    @param totals N of its field
 * @param options the λ to be reached, and N by which the pair is expected, as in conditionalLogOdds
 * @example the pair { bad: 1, good: 0 } of the value { bad: 1, good: 9 } of { bad: 10, good: 10 }: 9
 */
export function sightingsToUndoConditional(
  pair: ClassCounts,
  value: ClassCounts,
  totals: ClassCounts,
  tauSquared: number,
  { target = 0, own = totals }: { target?: number; own?: ClassCounts } = {},
): number | null {
  const fields = [totals, own];
  if (target >= 0 && fields.some(({ bad, good }) => bad <= 0 || good <= 0)) return 0;
  if (fields.some(({ bad }) => bad <= 0)) return null;
  const isUndone = (n: number) => {
    const [field, ownField] = [withGood(totals, n), withGood(own, n)];
    if (field.good <= 0 || ownField.good <= 0) return target >= 0;
    const expected = offsetOf(ownField) + logOdds(withGood(value, n), field, tauSquared);
    return deviation(withGood(pair, n), expected, tauSquared) <= target;
  };
  let high = 0;
  while (!isUndone(high)) {
    if (high >= SIGHTINGS_MAX) return null;
    high = Math.min(SIGHTINGS_MAX, 2 * high + 1);
  }
  let low = -1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isUndone(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * What the surprise of a field's values rests on: Σ n, Σ n·ln(r + k) and u, k = u/(u + 1) (value-distribution.ts), where r is
 * n, and 0 of a value that is pruned.
 */
export interface ValueSums {
  total: number;
  known: number;
  /** Σ n·ln(r + k) with k of u known values, and of one more. */
  logs: readonly [number, number];
}

/** A value among the good: n(v), and whether the model leaves it out, so that it says what one never seen does. */
export interface GoodValue {
  good: number;
  isPruned: boolean;
}

/** @param values n(v) > 0 of each value, in one order: sums of fractions depend on it */
export function valueSumsOf(values: readonly GoodValue[]): ValueSums {
  const known = values.filter(({ good }) => good >= KNOWN_MIN).length;
  const logsWith = (smoothing: number) =>
    values.reduce((sum, { good, isPruned }) => sum + good * Math.log((isPruned ? 0 : good) + smoothing), 0);
  return {
    total: values.reduce((sum, { good }) => sum + good, 0),
    known,
    logs: [logsWith(smoothingOf(known)), logsWith(smoothingOf(known + 1))],
  };
}

/**
 * The smallest n after which a value is no rarer than the mean of its field (compile-categories.ts). `−ln P(v)` is at most
 * `Σ n·(−ln P)/Σ n` once `ln(n(v) + k)` is at least the mean of `ln(n(w) + k)` over the sightings of all other values w: as often as
 * they are, by their geometric mean.
 * @param value n(v) ≥ 0, which is in the sums
 * @example of 8 × `A`, `TXT` never seen: 8, for then k = 2/3 with both, and 8 + 2/3 ≥ 8 + 2/3
 */
export function sightingsToBeUsual(
  { good: count, isPruned }: GoodValue,
  { total, known, logs }: ValueSums,
): number {
  const others = total - count;
  if (others <= ROUNDING * total) return 0;
  const read = isPruned ? 0 : count;
  /** The count that is as usual as the mean. */
  const usualWith = (smoothing: number, sum: number) => {
    const own = count > 0 ? count * Math.log(read + smoothing) : 0;
    return Math.exp((sum - own) / others) - smoothing;
  };
  if (usualWith(smoothingOf(known), logs[0]) - read <= ROUNDING * total) return 0;
  const isNew = count < KNOWN_MIN;
  const missing = usualWith(smoothingOf(known + Number(isNew)), logs[isNew ? 1 : 0]) - count;
  return Math.max(1, Math.ceil(missing - ROUNDING * total));
}

function smoothingOf(known: number): number {
  return known / (known + 1);
}

function withGood({ bad, good }: ClassCounts, more: number): ClassCounts {
  return { bad, good: good + more };
}

/** The smallest n ≥ 0 with n·step ≥ wanted; null where there is none. */
function leastSteps(step: number, wanted: number): number | null {
  if (wanted <= 0) return 0;
  if (step <= 0) return null;
  const steps = Math.ceil((wanted / step) * (1 - ROUNDING));
  return steps <= SIGHTINGS_MAX ? steps : null;
}

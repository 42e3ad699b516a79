/**
 * What chance leaves of a weight. Most of what happened during a break-in was innocent, and what an innocent stretch of
 * traffic holds more of than the rest would look like a sign of the break-in; placebos (fit/placebos.ts) tell how much.
 * Only weights towards bad are shrunk: the good is not marked by windows.
 */

/** Factors in [0.05, 1] by field, then by bin of C⁺ (binOf); a field or bin that is not there is not shrunk. */
export type Shrinkage = Readonly<Record<string, readonly number[]>>;

/** The factors of one field, or undefined. Fields may be named by a sender, `__proto__` too. */
export function factorsOf(shrinkage: Shrinkage | undefined, field: string): readonly number[] | undefined {
  return shrinkage !== undefined && Object.hasOwn(shrinkage, field) ? shrinkage[field] : undefined;
}

/**
 * The bin of a count: ⌊log₂ C⁺⌋, 0 for what has decayed to less than one.
 * @param badEpisodes C⁺ > 0
 * @example binOf(1) // 0    @example binOf(7.9) // 2
 */
export function binOf(badEpisodes: number): number {
  return badEpisodes < 2 ? 0 : Math.floor(Math.log2(badEpisodes));
}

/**
 * λ as the model holds it.
 * @param lambda nats    @param badEpisodes C⁺ of the token
 * @example shrunk(2, 5, [0.1, 0.5, 0.8]) // 1.6: 5 is in bin 2    @example shrunk(-2, 5, [0.1, 0.5, 0.8]) // -2
 */
export function shrunk(lambda: number, badEpisodes: number, factors: readonly number[] | undefined): number {
  if (factors === undefined || !(lambda > 0)) return lambda;
  return lambda * (factors[binOf(badEpisodes)] ?? 1);
}

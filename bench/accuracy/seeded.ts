/** Chance with a seed: every draw of the benchmarks comes from here, so that a run repeats to the last digit. */

/**
 * Uniform numbers in [0, 1) by mulberry32.
 * @example seededRandom(1)() // 0.6270739405881613
 * @see https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** FNV-1a of a text's UTF-16 units with a seed, 32 bits. @example hashOf('', 0) // 2166136261 */
export function hashOf(text: string, seed: number): number {
  let hash = 2_166_136_261 ^ seed;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619);
  }
  return hash >>> 0;
}

/** A shuffled copy (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const held = copy[last] as T;
    copy[last] = copy[other] as T;
    copy[other] = held;
  }
  return copy;
}

/** At most `count` items, drawn without replacement, in random order. */
export function sampled<T>(items: readonly T[], count: number, random: () => number): T[] {
  return shuffled(items, random).slice(0, count);
}

/**
 * Deals groups to folds: shuffled, then the largest first to the fold that holds the least, so that folds are even and
 * no group is cut.
 * @returns the fold (0 to folds − 1) of each group
 */
export function foldOfGroups(
  sizes: ReadonlyMap<string, number>,
  folds: number,
  random: () => number,
): Map<string, number> {
  const order = shuffled([...sizes], random).sort((a, b) => b[1] - a[1]);
  const loads = new Array<number>(folds).fill(0);
  const foldOf = new Map<string, number>();
  for (const [group, size] of order) {
    const fold = loads.indexOf(Math.min(...loads));
    foldOf.set(group, fold);
    loads[fold] = (loads[fold] ?? 0) + size;
  }
  return foldOf;
}

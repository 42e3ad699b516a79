/** How many of numbers in ascending order lie up to a number, or below it: found by halves, in ⌈log₂(n + 1)⌉ steps. */

/**
 * How many of the rising numbers are at most x; also the index of the first that is above it.
 * @param rising finite numbers, in ascending order, ties allowed; none gives 0    @param x any number; NaN gives 0
 * @returns 0 to rising.length
 * @example countUpTo([1, 2, 2, 3], 2) // 3
 */
export function countUpTo(rising: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] as number) <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * How many of the rising numbers are less than x; also the index of the first that is not.
 * @param rising finite numbers, in ascending order, ties allowed; none gives 0    @param x any number; NaN gives 0
 * @returns 0 to rising.length
 * @example countBelow([1, 2, 2, 3], 2) // 1
 */
export function countBelow(rising: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] as number) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A function by points with straight lines between them: plain data, to be stored as it is. */
import { countUpTo } from '../domain/rising.ts';

export interface Line {
  /** Rising, at least one. */
  at: number[];
  values: number[];
}

/**
 * The value at x; before the first point and behind the last that of the point.
 * @example valueAt({ at: [0, 2], values: [0, 4] }, 1) // 2
 */
export function valueAt({ at, values }: Line, x: number): number {
  const next = countUpTo(at, x);
  if (next === 0) return values[0] as number;
  if (next === at.length) return values[next - 1] as number;
  const [from, to] = [at[next - 1] as number, at[next] as number];
  const [low, high] = [values[next - 1] as number, values[next] as number];
  return low + ((x - from) / (to - from)) * (high - low);
}

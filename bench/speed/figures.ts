/** Figures: one JSON line each, and what a table shows of them. */
import type { Cost } from './cost.ts';

export interface Figure {
  name: string;
  value: number;
  unit: string;
  n: number;
  seed: number;
  node: string;
}

/** The middle one, or the mean of the two in the middle. @example median([3, 1, 2]) // 2 */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** What a contender's rounds came to. */
export interface Rate {
  /** Names a second on the wall, and a second of CPU; medians of the rounds. */
  perSecond: number;
  perCoreSecond: number;
}

export function rateOf(costs: readonly Cost[], names: number): Rate {
  return {
    perSecond: median(costs.map(({ wallSeconds }) => names / wallSeconds)),
    perCoreSecond: median(costs.map(({ cpuSeconds }) => names / cpuSeconds)),
  };
}

/** How many times faster ours is than theirs: medians of the rounds' ratios, since rounds were taken side by side. */
export function ratioOf(ours: readonly Cost[], theirs: readonly Cost[]): Rate {
  const ratios = (of: (cost: Cost) => number) =>
    median(ours.flatMap((cost, round) => (theirs[round] === undefined ? [] : of(theirs[round]) / of(cost))));
  return {
    perSecond: ratios(({ wallSeconds }) => wallSeconds),
    perCoreSecond: ratios(({ cpuSeconds }) => cpuSeconds),
  };
}

/** Three digits. @example rounded(12345) // 12300 */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** @example thousands(12345) // '12.3 k' */
export function thousands(value: number): string {
  return `${rounded(value / 1_000)} k`;
}

/** Runs contenders one after the other, in opposite orders in even and odd rounds: two passes cancel what drifts. */
export async function inTurn(round: number, contenders: readonly (() => Promise<unknown>)[]): Promise<void> {
  const order = round % 2 === 0 ? contenders : contenders.toReversed();
  for (const run of order) await run();
}

/** The value that a share of all values does not exceed. @example quantile([4, 1, 3, 2], 0.5) // 2 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

import type { Scorer } from '../../../src/bayes/suspicion.ts';
import { lessonsOf } from '../learnt-model.ts';
import { thresholdAt } from '../metrics.ts';
import type { Case } from '../task.ts';

export interface Finding {
  attack: string;
  task: string;
  variant: string;
  /** What is told, in words. */
  figure: string;
  value: number;
  unit: 'share' | 'nats';
  /** The value must be no higher. */
  atMost?: number;
}

/** Everything that one kind of attack comes to, by a seed. */
export type Attack = (seed: number) => Finding[];

/** z of each case. */
export function logitsOf(scorer: Scorer, cases: readonly Case[]): number[] {
  return lessonsOf(cases).map(({ observations }) => scorer.logitOf(observations));
}

/** Above this are at most 1 % of the good. */
export function alarmThreshold(good: readonly number[]): number {
  return thresholdAt(
    good.map(score => ({ score, bad: false })),
    0.01,
  );
}

export function shareAbove(scores: readonly number[], threshold: number): number {
  return scores.filter(score => score > threshold).length / scores.length;
}

/** The p-quantile of numbers, the next higher one. @example quantile([3, 1, 2], 1) // 3 */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN;
}

export const isBad = (one: Case): boolean => one.label === 'bad';
export const isGood = (one: Case): boolean => one.label === 'good';

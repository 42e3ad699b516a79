/** What weights are fitted on: evidence by kind of many tasks, and what each record of it weighs. */
import type { Example } from '../../src/bayes/fit/logistic.ts';

/** What a model that never saw a record's incident says of it. */
export interface HeldFeatures {
  task: string;
  features: Float64Array;
  bad: boolean;
  incident: string;
}

/**
 * Examples to fit weights on: every task weighs the same, within a task both classes do, and within the bad of a task
 * every incident does, however many records it has.
 */
export function examplesOf(held: readonly HeldFeatures[]): Example[] {
  const keyOf = ({ task, bad, incident }: HeldFeatures) => JSON.stringify(bad ? [task, incident] : [task]);
  const sizes = new Map<string, number>();
  const incidents = new Map<string, Set<string>>();
  for (const one of held) {
    sizes.set(keyOf(one), (sizes.get(keyOf(one)) ?? 0) + 1);
    if (one.bad) incidents.set(one.task, (incidents.get(one.task) ?? new Set()).add(one.incident));
  }
  return held.map(one => ({
    features: one.features,
    bad: one.bad,
    weight: 1 / (sizes.get(keyOf(one)) ?? 1) / (one.bad ? (incidents.get(one.task)?.size ?? 1) : 1),
  }));
}

/** Evidence by kind: fields share a weight, so that it carries over to fields that no development task has. */

import { EVIDENCE_KINDS } from '../../src/bayes/evidence.ts';
import { TOKEN_GROUPS } from '../../src/bayes/groups.ts';
import type { Example } from './logistic.ts';

/** The names of the shipped weights, in their order. */
export const KINDS: readonly string[] = [...EVIDENCE_KINDS, ...TOKEN_GROUPS];

/** The evidence of all fields, summed by kind. @param evidence by group, e.g. `url.path.log_odds` */
export function featuresOf(evidence: ReadonlyMap<string, number>): Float64Array {
  const features = new Float64Array(KINDS.length);
  for (const [group, value] of evidence) {
    const kind = KINDS.indexOf(group.slice(group.lastIndexOf('.') + 1));
    if (kind >= 0) features[kind] = (features[kind] ?? 0) + value;
  }
  return features;
}

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

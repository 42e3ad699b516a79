/** What a task of the benchmark is: labelled records with their incidents, cut so that learnt and held ones share none. */
import type { Label } from '../../src/domain/label.ts';
import type { TrafficRecord } from '../../src/domain/record.ts';
import { foldOfGroups, seededRandom } from './seeded.ts';

export interface Case {
  /** As a sensor would post it, without what would give the answer away (client addresses, a tunnel's own zone). */
  record: TrafficRecord;
  label: Label;
  /** Bad: the tool, family or capture. Good: the site or client, so that held good records are of sites not learnt. */
  incident: string;
  /** Who sent it and when, as the capture tells it, even where the record hides it: episodes are counted by this. */
  witness: { source?: string | undefined; atMs?: number | undefined };
}

/** What becomes of cases that a list calls good and that a rule which knows no model proves bad (bench/README.md). */
export type WrongLabels = 'kept' | 'left out';

export interface Split {
  /** What is held, e.g. `without sqlmap`. */
  name: string;
  learn: readonly Case[];
  held: readonly Case[];
}

export interface Task {
  /** Kebab-case; the `task` of the result lines. */
  name: string;
  about: string;
  /** Whether the developer data that it reads is there. */
  available(): boolean;
  /** The same for the same seed. @param wrong what becomes of wrong labels: left out, unless said otherwise */
  splits(seed: number, wrong?: WrongLabels): Split[];
}

/** How many incidents each label's cases are dealt into by foldsByIncident. */
export const FOLDS = 4;

/** Cuts cases into folds by incident, good and bad apart, and holds one fold after the other. */
export function foldsByIncident(cases: readonly Case[], seed: number, folds = FOLDS): Split[] {
  const random = seededRandom(seed);
  const foldOf = { bad: new Map<string, number>(), good: new Map<string, number>() };
  for (const label of ['bad', 'good'] as const) {
    const sizes = new Map<string, number>();
    for (const one of cases) {
      if (one.label === label) sizes.set(one.incident, (sizes.get(one.incident) ?? 0) + 1);
    }
    foldOf[label] = foldOfGroups(sizes, folds, random);
  }
  return Array.from({ length: folds }, (_, fold) => ({
    name: `fold ${fold + 1} of ${folds}`,
    learn: cases.filter(one => foldOf[one.label].get(one.incident) !== fold),
    held: cases.filter(one => foldOf[one.label].get(one.incident) === fold),
  }));
}

/** Holds one bad incident after the other, and with each the good of one of as many folds. */
export function leaveOneOut(cases: readonly Case[], seed: number): Split[] {
  const random = seededRandom(seed);
  const incidents = [...new Set(cases.filter(one => one.label === 'bad').map(one => one.incident))].sort();
  const sizes = new Map<string, number>();
  for (const one of cases) {
    if (one.label === 'good') sizes.set(one.incident, (sizes.get(one.incident) ?? 0) + 1);
  }
  const foldOf = foldOfGroups(sizes, incidents.length, random);
  return incidents.map((incident, fold) => {
    const isHeld = (one: Case) =>
      one.label === 'bad' ? one.incident === incident : foldOf.get(one.incident) === fold;
    return {
      name: `without ${incident}`,
      learn: cases.filter(one => !isHeld(one)),
      held: cases.filter(isHeld),
    };
  });
}

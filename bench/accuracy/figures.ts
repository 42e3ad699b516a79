/** The figures of a run: what each system reaches on each task, by seed. */
import { meanOf, type Quality } from './metrics.ts';
import type { System } from './systems/system.ts';

/** NaN where a figure cannot be told. */
export interface Figures extends Quality {
  /** Expected, over bins of equal weight, in a stream with one bad record in a thousand. */
  calibrationError: number;
  brierSkill: number;
}

/** Names of the figures in the result lines. */
const NAMES: Readonly<Record<keyof Figures, string>> = {
  auc: 'auc',
  detectionAt1Percent: 'detection_at_1_percent',
  detectionAt01Percent: 'detection_at_0.1_percent',
  calibrationError: 'expected_calibration_error',
  brierSkill: 'brier_skill',
};
const KEYS = Object.keys(NAMES) as (keyof Figures)[];

/** Ours; the same otherwise; what it is compared with; shuffled labels. */
export type Part = 'ours' | 'variant' | 'peer' | 'control';

export interface Run {
  system: System;
  /** How many. */
  seeds: number;
  part: Part;
}

export interface Row {
  task: string;
  system: string;
  part: Part;
  seeds: readonly number[];
  /** Means over the held parts, a seed each. */
  bySeed: Figures[];
  /** Detection at 1 % by what was held. */
  incidents: Map<string, number>;
}

function over(of: (figure: keyof Figures) => number): Figures {
  return {
    auc: of('auc'),
    detectionAt1Percent: of('detectionAt1Percent'),
    detectionAt01Percent: of('detectionAt01Percent'),
    calibrationError: of('calibrationError'),
    brierSkill: of('brierSkill'),
  };
}

/** The mean of each. */
export function meansOf(each: readonly Figures[]): Figures {
  return over(figure => meanOf(each.map(one => one[figure])));
}

/** The standard deviation of each (of these, not of all that could have been drawn). */
export function deviationsOf(each: readonly Figures[]): Figures {
  const means = meansOf(each);
  return over(figure => Math.sqrt(meanOf(each.map(one => (one[figure] - means[figure]) ** 2))));
}

/** @example figureText(Number.NaN) // '–' */
export function figureText(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(3);
}

/** Result lines of one system on one task. */
export function linesOf({ task, system, seeds, bySeed, incidents }: Row): string[] {
  const common = { unit: 'share', n: seeds.length, seed: seeds.join(','), node: process.version };
  const means = meansOf(bySeed);
  const figures = KEYS.filter(figure => !Number.isNaN(means[figure])).map(figure => ({
    name: NAMES[figure],
    task,
    system,
    value: means[figure],
  }));
  // A thousand lists of eight names each say nothing one by one.
  const each = incidents.size > 100 ? [] : [...incidents];
  const byIncident = each.map(([incident, value]) => ({
    name: `detection_at_1_percent: ${incident}`,
    task,
    system,
    value,
  }));
  return [...figures, ...byIncident].map(figure =>
    JSON.stringify({ ...figure, value: Number(figure.value.toFixed(4)), ...common }),
  );
}

/**
 * How many incidents a fit needs to see: `npx tsx bench/accuracy/incidents.ts` writes results/incidents.jsonl. The model has learnt
 * all of them; what is fitted rests on a sample of so many at most.
 */
import { siteFitOf } from '../../src/bayes/fit/site-fit.ts';
import { experiment } from './experiment.ts';
import { heldQuality, lessonsOf, PARAMETERS } from './learnt-model.ts';
import { meanOf, type Quality } from './metrics.ts';
import { SHIPPED_BOUNDS, sampleOf } from './sample-of.ts';
import type { Split, Task } from './task.ts';
import { malwareDomains } from './tasks/listed-names.ts';
import { mixedNames } from './tasks/mixed-names.ts';

const SEEDS = [1, 2];
const INCIDENTS = [16, 64, 256, 1_024];

interface Outcome extends Quality {
  /** CPU seconds that the fit took. */
  fitS: number;
  /** Bad records in the sample. */
  badRecords: number;
}

function outcomeOf({ learn, held }: Split, incidents: number, seed: number): Outcome {
  const lessons = lessonsOf(learn);
  const sample = sampleOf(lessons, { ...SHIPPED_BOUNDS, incidents }, seed);
  const before = process.cpuUsage();
  const fit = siteFitOf(sample, PARAMETERS, seed);
  const { user, system } = process.cpuUsage(before);
  return {
    ...heldQuality(lessons, lessonsOf(held), { ...PARAMETERS, ...fit }),
    fitS: (user + system) / 1e6,
    badRecords: sample.filter(({ bad }) => bad).length,
  };
}

function linesOf(task: Task): string[] {
  const splits = SEEDS.flatMap(seed => task.splits(seed).map(split => ({ split, seed })));
  return INCIDENTS.map(incidents => {
    const each = splits.map(({ split, seed }) => outcomeOf(split, incidents, seed));
    const mean = (of: keyof Outcome, digits: number) =>
      Number(meanOf(each.map(one => one[of])).toFixed(digits));
    return JSON.stringify({
      ...{ task: task.name, incidents, auc: mean('auc', 4), at1: mean('detectionAt1Percent', 4) },
      ...{ at01: mean('detectionAt01Percent', 4), badRecords: mean('badRecords', 0), fitS: mean('fitS', 1) },
      ...{ parts: each.length, seeds: SEEDS, node: process.version },
    });
  });
}

experiment('incidents.jsonl', [malwareDomains, mixedNames], linesOf);

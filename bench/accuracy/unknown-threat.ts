/**
 * The experiment behind docs/adr/0022: how much is found by each share of the unknown threat, and by the one that a site chooses.
 * `npx tsx bench/accuracy/unknown-threat.ts` writes results/unknown-threat.jsonl. All incidents of a part are learnt, with what a
 * site fits to them; or one of them alone, of which nothing can be fitted.
 */

import { siteFitOf } from '../../src/bayes/fit/site-fit.ts';
import type { ModelParameters } from '../../src/bayes/model.ts';
import { UNKNOWN_THREAT } from '../../src/bayes/unknown-threat.ts';
import { experiment } from './experiment.ts';
import { heldQuality, type Lesson, lessonsOf, PARAMETERS } from './learnt-model.ts';
import { meanOf, type Quality } from './metrics.ts';
import { SHIPPED_BOUNDS, sampleOf } from './sample-of.ts';
import { hashOf } from './seeded.ts';
import type { Split, Task } from './task.ts';
import { TASKS } from './tasks/tasks.ts';

const SEEDS = [1, 2];
const SHARES = [0, 0.1, 0.25, 0.5, 0.75, 0.9];

function withShare(parameters: ModelParameters, share: number): ModelParameters {
  return { ...parameters, unknownThreat: { ...UNKNOWN_THREAT, share } };
}

/** By marks and share. */
function qualitiesOf({ learn, held }: Split, seed: number): Map<string, Quality> {
  const lessons = { learnt: lessonsOf(learn), held: lessonsOf(held) };
  const incidents = new Set(lessons.learnt.filter(({ bad }) => bad).map(({ incident }) => incident));
  if (incidents.size === 0) return new Map();
  const qualities = new Map<string, Quality>();
  const tell = (marks: string, learnt: readonly Lesson[], parameters: ModelParameters) => {
    for (const share of SHARES)
      qualities.set(`${marks},${share}`, heldQuality(learnt, lessons.held, withShare(parameters, share)));
  };
  const fit = siteFitOf(sampleOf(lessons.learnt, SHIPPED_BOUNDS, seed), PARAMETERS, seed);
  tell('all', lessons.learnt, { ...PARAMETERS, ...fit });
  qualities.set('all,chosen', heldQuality(lessons.learnt, lessons.held, { ...PARAMETERS, ...fit }));
  const [one] = [...incidents].sort((a, b) => hashOf(a, seed) - hashOf(b, seed));
  tell(
    'one incident',
    lessons.learnt.filter(({ bad, incident }) => !bad || incident === one),
    PARAMETERS,
  );
  return qualities;
}

function linesOf(task: Task): string[] {
  const parts = SEEDS.flatMap(seed => task.splits(seed).map(split => qualitiesOf(split, seed)));
  return [...(parts[0]?.keys() ?? [])].map(key => {
    const each = parts.flatMap(part => part.get(key) ?? []);
    const [marks, share] = key.split(',');
    const mean = (metric: keyof Quality) => Number(meanOf(each.map(one => one[metric])).toFixed(4));
    return JSON.stringify({
      ...{ task: task.name, marks, share, auc: mean('auc'), at1: mean('detectionAt1Percent') },
      ...{ at01: mean('detectionAt01Percent'), parts: each.length, seeds: SEEDS, node: process.version },
    });
  });
}

experiment('unknown-threat.jsonl', TASKS, linesOf);

/**
 * The experiment behind docs/adr/0022: how much is found by each share of the unknown threat, and by the one that a site fits, with
 * both sums at one level and as they come. `npx tsx bench/accuracy/unknown-threat.ts` writes results/unknown-threat.jsonl. All
 * incidents of a part are learnt, or two of them, or one, with what a site fits to those.
 */

import { siteFitOf } from '../../src/bayes/fit/site-fit.ts';
import { UNKNOWN_THREAT, type UnknownThreat } from '../../src/bayes/unknown-threat.ts';
import { experiment } from './experiment.ts';
import { heldQuality, lessonsOf, PARAMETERS } from './learnt-model.ts';
import { meanOf, type Quality } from './metrics.ts';
import { SHIPPED_BOUNDS, sampleOf } from './sample-of.ts';
import { hashOf } from './seeded.ts';
import type { Split, Task } from './task.ts';
import { TASKS } from './tasks/tasks.ts';

const SEEDS = [1, 2];
const SHARES = [0.05, 0.5, 0.95];
/** Of how many incidents a site learns. */
const MARKED: Readonly<Record<string, number>> = { all: Number.POSITIVE_INFINITY, two: 2, one: 1 };

/** By marks, share and level. */
function qualitiesOf({ learn, held }: Split, seed: number): Map<string, Quality> {
  const lessons = { learnt: lessonsOf(learn), held: lessonsOf(held) };
  const incidents = [...new Set(lessons.learnt.filter(({ bad }) => bad).map(({ incident }) => incident))];
  const order = incidents.sort((a, b) => hashOf(a, seed) - hashOf(b, seed));
  const qualities = new Map<string, Quality>();
  for (const [marks, count] of Object.entries(MARKED)) {
    if (order.length === 0 || (order.length <= count && marks !== 'all')) continue;
    const marked = new Set(order.slice(0, count));
    const learnt = lessons.learnt.filter(({ bad, incident }) => !bad || marked.has(incident));
    const badRecords = learnt.filter(({ bad }) => bad).length;
    const fit = siteFitOf(sampleOf(learnt, SHIPPED_BOUNDS, seed), PARAMETERS, seed, badRecords);
    const { unknownThreat = UNKNOWN_THREAT } = fit;
    const tell = (key: string, changed: Partial<UnknownThreat>) =>
      qualities.set(
        `${marks},${key}`,
        heldQuality(learnt, lessons.held, {
          ...{ ...PARAMETERS, ...fit },
          unknownThreat: { ...unknownThreat, ...changed },
        }),
      );
    for (const share of SHARES) tell(`${share},one level`, { share });
    tell('fitted,one level', {});
    for (const share of [0, 0.5, 0.95]) tell(`${share},as they come`, { share, offset: 0 });
  }
  return qualities;
}

function linesOf(task: Task): string[] {
  const parts = SEEDS.flatMap(seed => task.splits(seed).map(split => qualitiesOf(split, seed)));
  return [...new Set(parts.flatMap(part => [...part.keys()]))].map(key => {
    const each = parts.flatMap(part => part.get(key) ?? []);
    const [marks, share, level] = key.split(',');
    const mean = (metric: keyof Quality) => Number(meanOf(each.map(one => one[metric])).toFixed(4));
    return JSON.stringify({
      ...{ task: task.name, marks, share, level, auc: mean('auc'), at1: mean('detectionAt1Percent') },
      ...{ at01: mean('detectionAt01Percent'), parts: each.length, seeds: SEEDS, node: process.version },
    });
  });
}

experiment('unknown-threat.jsonl', TASKS, linesOf);

/**
 * The experiment behind docs/adr/0011: what conditional categories and the surprise of plain ones add, on the same evidence,
 * marked and before anything is. `npx tsx bench/accuracy/conditional.ts` writes results/conditional.jsonl.
 */
import { DEFAULT_WEIGHTS } from '../../src/bayes/default-weights.ts';
import { weightOf } from '../../src/bayes/groups.ts';
import { crossFitted } from './cross-fitted.ts';
import { experiment } from './experiment.ts';
import { meanOf, qualityOf, type Scored } from './metrics.ts';
import type { Task } from './task.ts';
import { TASKS } from './tasks/tasks.ts';
import { WRONG_HOSTS } from './tasks/wrong-host.ts';

const SEED = 1;
/** Weights that were fitted without these groups. */
const BEFORE: Readonly<Record<string, number>> = {
  ...{ likelihood: 0.164, surprise: 0.798, log_odds: 0.119, log_odds_records: 0.05, unseen: 0.292 },
  ...{ worst_likelihood: 0.099, worst_surprise: 0.271, worst_log_odds: 0.448 },
  ...{ worst_log_odds_records: 0.275, worst_unseen: 0.25, shape: 0.143, categories: 0.253, addresses: 0.205 },
};

function without(...groups: string[]): Record<string, number> {
  return Object.fromEntries(Object.entries(DEFAULT_WEIGHTS).filter(([group]) => !groups.includes(group)));
}

const WEIGHTS = {
  before: BEFORE,
  shipped: DEFAULT_WEIGHTS,
  'without category_surprise': without('category_surprise'),
  'without conditional': without('conditional'),
  'without conditional_surprise': without('conditional_surprise'),
};

function linesOf(task: Task): string[] {
  return (WRONG_HOSTS.includes(task) ? [true] : [false, true]).flatMap(goodOnly => {
    const splits = crossFitted(task, SEED, goodOnly);
    return Object.entries(WEIGHTS).map(([which, weights]) => {
      const qualities = splits.map(held =>
        qualityOf(
          held.map(({ evidence, bad }): Scored => {
            let score = 0;
            for (const [group, value] of evidence) score += weightOf(weights, group) * value;
            return { score, bad };
          }),
        ),
      );
      const mean = (metric: 'auc' | 'detectionAt1Percent' | 'detectionAt01Percent') =>
        Number(meanOf(qualities.map(one => one[metric])).toFixed(4));
      return JSON.stringify({
        ...{ task: task.name, learnt: goodOnly ? 'good' : 'both', weights: which, auc: mean('auc') },
        ...{ at1: mean('detectionAt1Percent'), at01: mean('detectionAt01Percent') },
        ...{ seed: SEED, node: process.version },
      });
    });
  });
}

experiment('conditional.jsonl', TASKS, linesOf);

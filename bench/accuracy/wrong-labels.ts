/**
 * What wrong labels cost: tasks with and without the good cases that a rule which knows no model proves bad (names of a
 * worm's generator, requests for software that the site does not run, spam). `npx tsx bench/accuracy/wrong-labels.ts`
 * writes results/wrong-labels.jsonl; every system learns and is judged on the same cases.
 */
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lessonsOf } from './learnt-model.ts';
import { meanOf, type Quality, qualityOf } from './metrics.ts';
import { bayeswatchUnfitted } from './systems/bayeswatch.ts';
import { fisherRobinson } from './systems/fisher-robinson.ts';
import { multinomial } from './systems/multinomial.ts';
import { generatedDomains } from './tasks/listed-names.ts';
import { webAttacks, webAttacksMasked } from './tasks/web-attacks.ts';

const SEEDS = [1, 2] as const;
const RESULTS = join(import.meta.dirname, '../results/wrong-labels.jsonl');

rmSync(RESULTS, { force: true });
for (const task of [generatedDomains, webAttacks, webAttacksMasked]) {
  if (!task.available()) throw new Error(`the data of ${task.name} are not beside the checkout`);
  for (const wrong of ['kept', 'left out'] as const) {
    const splits = SEEDS.flatMap(seed => task.splits(seed, wrong));
    for (const system of [bayeswatchUnfitted, multinomial, fisherRobinson]) {
      const qualities = splits.map((split): Quality => {
        const held = lessonsOf(split.held);
        const { scores } = system.scoresOf(
          lessonsOf(split.learn),
          held.map(one => one.observations),
          SEEDS[0],
        );
        return qualityOf(held.map(({ bad }, index) => ({ score: scores[index] ?? Number.NaN, bad })));
      });
      const value = (metric: keyof Quality) => Number(meanOf(qualities.map(one => one[metric])).toFixed(4));
      const line = JSON.stringify({
        ...{ task: task.name, system: system.name, wrong },
        ...{ auc: value('auc'), at1: value('detectionAt1Percent'), at01: value('detectionAt01Percent') },
        ...{ seeds: SEEDS, node: process.version },
      });
      console.log(line);
      appendFileSync(RESULTS, `${line}\n`);
    }
  }
}

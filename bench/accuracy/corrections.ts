/**
 * Whether δ, the correction of tokens that go together, finds more: `npx tsx bench/accuracy/corrections.ts` writes
 * results/corrections.jsonl. As site-weights.ts, on the same samples: the shipped weights, a site's own, and with
 * corrections on top, by each ridge and by the one that is chosen. Tasks of fewer than five incidents are told too, though a
 * site has no corrections there.
 */
import { correctionsOf, sumOfCorrections } from '../../src/bayes/fit/corrections.ts';
import { crossFitted, foldOfEach } from '../../src/bayes/fit/cross-fitted.ts';
import { KINDS, kindsOf } from '../../src/bayes/fit/evidence-kinds.ts';
import { CORRECTION_RIDGES, fittedCorrections } from '../../src/bayes/fit/fitted-corrections.ts';
import { siteWeightsOf } from '../../src/bayes/fit/site-weights.ts';
import type { Correction } from '../../src/bayes/model.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import { experiment } from './experiment.ts';
import { type Lesson, learntModel, lessonsOf, PARAMETERS } from './learnt-model.ts';
import { meanOf, type Quality, qualityOf } from './metrics.ts';
import { SHIPPED_BOUNDS, sampleOf } from './sample-of.ts';
import type { Split, Task } from './task.ts';
import { dnsTunnels } from './tasks/dns-tunnels.ts';
import { flowAttacks } from './tasks/flow-attacks.ts';
import { httpParameters } from './tasks/http-parameters.ts';
import { generatedDomains, malwareDomains } from './tasks/listed-names.ts';
import { mixedNames } from './tasks/mixed-names.ts';
import { webAttacks, webAttacksMasked } from './tasks/web-attacks.ts';

const SEEDS = [1];

const dot = (betas: readonly number[], kinds: Float64Array) =>
  betas.reduce((sum, beta, at) => sum + beta * (kinds[at] as number), 0);

/** By variant; of all evidence, and of categories alone. */
function qualitiesOf(split: Split, seed: number): Map<string, Quality> {
  const qualities = new Map<string, Quality>();
  for (const evidence of ['all', 'categories'] as const) {
    const lessonsFrom = (cases: Split['learn']): Lesson[] =>
      lessonsOf(cases).map(lesson =>
        evidence === 'all' ? lesson : { ...lesson, observations: { ...lesson.observations, sequences: [] } },
      );
    const lessons = lessonsFrom(split.learn);
    const sample = sampleOf(lessons, SHIPPED_BOUNDS, seed);
    const folds = foldOfEach(sample, seed);
    if (folds === null || !sample.some(({ bad }) => bad)) continue;
    const crossed = crossFitted(sample, PARAMETERS, folds);
    const scorer = new Scorer(learntModel(lessons));
    const held = lessonsFrom(split.held).map(lesson => ({
      ...lesson,
      kinds: kindsOf(scorer.evidenceOf(lesson.observations)),
    }));
    const shipped = KINDS.map(kind => PARAMETERS.weights[kind] ?? 0);
    const site = siteWeightsOf(sample, crossed, PARAMETERS.weights);
    const own = KINDS.map((kind, at) => site?.[kind] ?? shipped[at] ?? 0);
    const tell = (name: string, scoreOf: (one: (typeof held)[number]) => number) =>
      qualities.set(
        `${evidence},${name}`,
        qualityOf(held.map(one => ({ bad: one.bad, score: scoreOf(one) }))),
      );
    tell('shipped weights', one => dot(shipped, one.kinds));
    tell('own weights', one => dot(own, one.kinds));
    const logits = crossed.map(kinds => dot(own, kinds));
    const byRidge = correctionsOf(sample, logits, CORRECTION_RIDGES, 2);
    const corrections = new Map<string, Correction[]>(
      CORRECTION_RIDGES.map((ridge, index) => [`δ; ridge of ${ridge}`, byRidge[index] ?? []]),
    );
    corrections.set('δ; ridge as chosen', fittedCorrections(sample, logits, folds).corrections);
    for (const [name, some] of corrections) {
      const sumOf = sumOfCorrections(some);
      tell(name, one => dot(own, one.kinds) + sumOf(one.observations));
    }
  }
  return qualities;
}

function linesOf(task: Task): string[] {
  const parts = SEEDS.flatMap(seed => task.splits(seed).map(split => qualitiesOf(split, seed)));
  return [...(parts[0]?.keys() ?? [])].map(key => {
    const each = parts.flatMap(part => part.get(key) ?? []);
    const mean = (metric: keyof Quality) => Number(meanOf(each.map(one => one[metric])).toFixed(4));
    const [evidence, variant] = key.split(',');
    return JSON.stringify({
      ...{ task: task.name, evidence, variant, auc: mean('auc') },
      ...{ at1: mean('detectionAt1Percent'), at01: mean('detectionAt01Percent') },
      ...{ parts: each.length, seed: SEEDS.join(','), node: process.version },
    });
  });
}

experiment(
  'corrections.jsonl',
  [
    webAttacks,
    webAttacksMasked,
    httpParameters,
    generatedDomains,
    mixedNames,
    malwareDomains,
    dnsTunnels,
    flowAttacks,
  ],
  linesOf,
);

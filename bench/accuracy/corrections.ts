/**
 * Whether δ, the correction of tokens that go together, finds more: `npx tsx bench/accuracy/corrections.ts` writes
 * results/corrections.jsonl. As site-weights.ts, on the same samples: the shipped weights, a site's own, and with
 * corrections on top, by each ridge and by the one that is chosen; and by each ridge with tokens scaled by |λ|, which is not
 * what a site does. Tasks of fewer than five incidents are told too, though a site has no corrections there.
 */
import { slotOf } from '../../src/bayes/category-table.ts';
import { TokenHash } from '../../src/bayes/content-hash.ts';
import { correctionsOf, type RidgeOf, ridgeOf, sumsOfCorrections } from '../../src/bayes/fit/corrections.ts';
import { foldOfEach } from '../../src/bayes/fit/cross-fitted.ts';
import { KINDS, kindsOf } from '../../src/bayes/fit/evidence-kinds.ts';
import {
  CORRECTION_RIDGES,
  coreEvidenceOf,
  fittedCorrections,
  gainOf,
} from '../../src/bayes/fit/fitted-corrections.ts';
import { heldEvidence } from '../../src/bayes/fit/held-evidence.ts';
import { siteWeightsOf } from '../../src/bayes/fit/site-weights.ts';
import type { CompiledModel, Correction } from '../../src/bayes/model.ts';
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
/** Nats: a token that says less than this by itself is scaled as if it said so much, and as good as never corrected. */
const LAMBDA_MIN = 1e-3;

const dot = (betas: readonly number[], kinds: Float64Array) =>
  betas.reduce((sum, beta, at) => sum + beta * (kinds[at] as number), 0);

/**
 * δ = |λ|·w with that ridge on w: what tells the classes apart by itself is corrected more easily. NB-SVM: Wang, Manning,
 * Baselines and bigrams, ACL 2012. By δ it is a ridge of r/λ².
 */
function scaledBy({ categories }: CompiledModel, ridge: RidgeOf): RidgeOf {
  const hash = new TokenHash();
  return one => {
    hash.setToken(one.field, one.token);
    const lambda = categories.lambda[slotOf(categories, hash.low, hash.high)] ?? 0;
    return ridge(one) / Math.max(LAMBDA_MIN, Math.abs(lambda)) ** 2;
  };
}

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
    const crossed = heldEvidence(sample, PARAMETERS, folds, seed);
    const model = learntModel(lessons);
    const scorer = new Scorer(model);
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
    const corrections = new Map<string, Correction[]>();
    const addAll = (name: string, ridges: readonly RidgeOf[]) => {
      for (const [index, some] of correctionsOf(sample, logits, ridges, 2).entries())
        corrections.set(`${name}; ridge of ${CORRECTION_RIDGES[index]}`, some);
    };
    const ridges = CORRECTION_RIDGES.map(ridgeOf);
    addAll('δ', ridges);
    const weights = site ?? PARAMETERS.weights;
    const coresOf = (evidence: readonly Float64Array[]) => coreEvidenceOf(evidence, weights);
    corrections.set(
      'δ; ridge as chosen',
      fittedCorrections(sample, logits, folds, coresOf(crossed)).corrections,
    );
    addAll(
      'δ scaled by |λ|',
      ridges.map(ridge => scaledBy(model, ridge)),
    );
    for (const [name, some] of corrections) {
      const sumsOf = sumsOfCorrections(some);
      tell(name, one => dot(own, one.kinds) + gainOf(sumsOf(one.observations), coresOf([one.kinds]), 0));
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

/**
 * Whether weights of a site's own beat those that it is born with: `npx tsx bench/accuracy/site-weights.ts` writes
 * results/site-weights.jsonl. Each part of a task is learnt; β is fitted on cross-fitted evidence of a bounded sample of it,
 * drawn toward the shipped weights by each strength of the ridge; judged on what was held, other incidents.
 * Tasks of fewer than five incidents are told too, though a site goes by the shipped weights there.
 */
import { foldOfEach } from '../../src/bayes/fit/cross-fitted.ts';
import { KINDS, kindsOf } from '../../src/bayes/fit/evidence-kinds.ts';
import type { FitSample } from '../../src/bayes/fit/fit-sample.ts';
import { heldEvidence } from '../../src/bayes/fit/held-evidence.ts';
import { type Example, type Fit, fitLogistic, logitOf } from '../../src/bayes/fit/logistic.ts';
import { classWeights, WEIGHT_FLOOR } from '../../src/bayes/fit/site-weights.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import { experiment } from './experiment.ts';
import { learntModel, lessonsOf, PARAMETERS } from './learnt-model.ts';
import { meanOf, type Quality, qualityOf } from './metrics.ts';
import { type SampleBounds, SHIPPED_BOUNDS, sampleOf } from './sample-of.ts';
import type { Split, Task } from './task.ts';
import { mixedNames } from './tasks/mixed-names.ts';
import { TASKS } from './tasks/tasks.ts';

const SEEDS = [1, 2];
/** In incidents that say what the shipped weights say: the strength of a ridge is this, divided by the incidents. */
const RIDGES = [1, 3, 10, 30];
/**
 * Samples of all that is learnt here, and such that hold a small part of it: as on a site with far more traffic than a sample
 * may hold, where the model has seen more than those that made the evidence.
 */
const SIZES: Readonly<Record<string, SampleBounds>> = {
  full: SHIPPED_BOUNDS,
  small: { incidents: 12, episodesOfIncident: 32, goodEpisodes: 1_024 },
};
const SHIPPED: Fit = { weights: KINDS.map(kind => PARAMETERS.weights[kind] ?? 0), intercept: 0 };

function examplesOf(sample: readonly FitSample[], seed: number): Example[] {
  const folds = foldOfEach(sample, seed);
  const evidence = folds === null ? [] : heldEvidence(sample, PARAMETERS, folds, seed);
  const weights = classWeights(sample);
  return evidence.map((features, index) => {
    const { bad } = sample[index] as FitSample;
    return { bad, features, weight: weights[index] as number };
  });
}

/** By sample and ridge. */
function qualitiesOf(split: Split, seed: number): Map<string, Quality> {
  const lessons = lessonsOf(split.learn);
  if (new Set(lessons.filter(one => one.bad).map(one => one.incident)).size < 2) return new Map();
  const scorer = new Scorer(learntModel(lessons));
  const held = lessonsOf(split.held).map(({ observations, bad }) => ({
    bad,
    features: kindsOf(scorer.evidenceOf(observations)),
  }));
  const qualityBy = (fitted: Fit) =>
    qualityOf(held.map(({ bad, features }) => ({ bad, score: logitOf(fitted, features) })));
  const qualities = new Map([['none,shipped', qualityBy(SHIPPED)]]);
  for (const [size, bounds] of Object.entries(SIZES)) {
    const sample = sampleOf(lessons, bounds, seed);
    const examples = examplesOf(sample, seed);
    if (examples.length === 0) continue;
    const incidents = new Set(sample.filter(one => one.bad).map(one => one.incident)).size;
    for (const ridge of RIDGES) {
      const fitted = fitLogistic(examples, {
        prior: SHIPPED.weights,
        floor: WEIGHT_FLOOR,
        ridge: ridge / incidents,
        intercept: 'free',
      });
      qualities.set(`${size},ridge of ${ridge} incidents`, qualityBy(fitted));
    }
  }
  return qualities;
}

function linesOf(task: Task): string[] {
  const parts = SEEDS.flatMap(seed => task.splits(seed).map(split => qualitiesOf(split, seed)));
  return [...(parts[0]?.keys() ?? [])].map(key => {
    const each = parts.flatMap(part => part.get(key) ?? []);
    const [sample, weights] = key.split(',');
    const mean = (metric: keyof Quality) => Number(meanOf(each.map(one => one[metric])).toFixed(4));
    return JSON.stringify({
      ...{ task: task.name, sample, weights, auc: mean('auc') },
      ...{ at1: mean('detectionAt1Percent'), at01: mean('detectionAt01Percent') },
      ...{ parts: each.length, seed: SEEDS.join(','), node: process.version },
    });
  });
}

experiment('site-weights.jsonl', [...TASKS, mixedNames], linesOf);

/**
 * The experiment behind docs/adr/0018: what a host name's core and its traits are worth, on names as they come and on bad ones
 * padded with fifty characters of good labels. `npx tsx bench/accuracy/core.ts` writes results/core.jsonl. For each way of
 * reading, weights are fitted anew on the evidence of the three tasks, without a floor but 0.
 */
import { KINDS, kindsOf } from '../../src/bayes/fit/evidence-kinds.ts';
import { fitLogistic, logitOf } from '../../src/bayes/fit/logistic.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import type { CategoryObservation, Observations } from '../../src/domain/observation.ts';
import { shaperOf } from '../../src/tokenize/fields/traits.ts';
import { paddingOf } from './adversarial/padding.ts';
import { segmentsOf, withSegments } from './adversarial/texts.ts';
import { examplesOf, type HeldFeatures } from './evidence-kinds.ts';
import { writeResults } from './experiment.ts';
import { type Lesson, learntModel, lessonsOf } from './learnt-model.ts';
import { meanOf, qualityOf, thresholdAt } from './metrics.ts';
import { sampled, seededRandom } from './seeded.ts';
import type { Case, Split } from './task.ts';
import { dnsTunnels } from './tasks/dns-tunnels.ts';
import { generatedDomains, malwareDomains } from './tasks/listed-names.ts';

const SEEDS = [1, 2, 3];
const TASKS = [generatedDomains, malwareDomains, dnsTunnels];
const CASES = 300;
const RIDGE = 0.01;
const FIELD = 'dns.question.name';
/** Sees whole names alone. */
const VERSION_BEFORE = 2;
const shapeBefore = shaperOf(FIELD, VERSION_BEFORE);

/** A way of reading: which traits are told, and whether cores speak. */
interface Way {
  name: string;
  hasCores: boolean;
  /** By its name behind the `#`. */
  isTold: (trait: string) => boolean;
}

const isOfCore = (trait: string) => trait.startsWith('core_');
const DILUTED = ['length', 'segments', 'digits', 'vowels'];
const WAYS: readonly Way[] = [
  { name: 'whole names', hasCores: false, isTold: trait => !isOfCore(trait) },
  { name: 'cores speak', hasCores: true, isTold: trait => !isOfCore(trait) },
  { name: 'cores speak, traits of both', hasCores: true, isTold: () => true },
  {
    name: 'cores speak, traits of cores and prefixes',
    hasCores: true,
    isTold: trait => isOfCore(trait) || trait.startsWith('prefix_'),
  },
  {
    name: 'as it ships: cores speak, traits of cores and those of whole names that padding turns least',
    hasCores: true,
    isTold: trait => !DILUTED.includes(trait),
  },
];

interface Held extends HeldFeatures {
  split: string;
  /** Absent of what is held to be judged; else a bad name, as it is or padded. */
  isPadded?: boolean;
}

/** Every trait of both versions. */
function withAllTraits({ shape, ...rest }: Observations): Observations {
  const before: CategoryObservation[] = [];
  for (const { field, text, core = 0 } of rest.sequences) {
    if (field === FIELD) shapeBefore(before, text, text.length, Math.max(0, core - 1));
  }
  const known = new Set(shape.map(({ field }) => field));
  return { ...rest, shape: [...shape, ...before.filter(({ field }) => !known.has(field))] };
}

function readBy({ hasCores, isTold }: Way, { sequences, shape, categories }: Observations): Observations {
  return {
    sequences: hasCores ? sequences : sequences.map(({ field, text }) => ({ field, text })),
    shape: shape.filter(({ field }) => isTold(field.slice(field.indexOf('#') + 1))),
    categories,
  };
}

const lessonsWithAll = (cases: readonly Case[]): Lesson[] =>
  lessonsOf(cases).map(one => ({ ...one, observations: withAllTraits(one.observations) }));

/** Evidence of held records of a split, way by way. */
function heldOf(task: string, split: Split, seed: number): Held[][] {
  const scorer = new Scorer(learntModel(lessonsWithAll(split.learn)));
  const random = seededRandom(seed);
  const segments = split.learn.filter(one => one.label === 'good').flatMap(segmentsOf);
  const bad = sampled(
    split.held.filter(one => one.label === 'bad'),
    CASES,
    random,
  );
  const groups: { cases: readonly Case[]; isPadded?: boolean }[] = [
    { cases: split.held },
    { cases: bad, isPadded: false },
    { cases: bad.map(one => withSegments(one, paddingOf(segments, random))), isPadded: true },
  ];
  return WAYS.map(way =>
    groups.flatMap(({ cases, ...padding }) =>
      lessonsWithAll(cases).map(
        (one): Held => ({
          ...{ task, split: split.name, bad: one.bad, incident: one.incident, ...padding },
          features: kindsOf(scorer.evidenceOf(readBy(way, one.observations))),
        }),
      ),
    ),
  );
}

/** What one part of a task comes to. */
function partOf(held: readonly Held[], scoreOf: (one: Held) => number) {
  const judged = held.filter(one => one.isPadded === undefined);
  const scored = judged.map(one => ({ score: scoreOf(one), bad: one.bad }));
  const threshold = thresholdAt(
    scored.filter(one => !one.bad),
    0.01,
  );
  const found = (isPadded: boolean) =>
    meanOf(held.filter(one => one.isPadded === isPadded).map(one => Number(scoreOf(one) > threshold)));
  return { ...qualityOf(scored), plain: found(false), padded: found(true) };
}

const lines: string[] = [];
for (const seed of SEEDS) {
  const held = WAYS.map((): Held[] => []);
  for (const task of TASKS) {
    if (!task.available()) throw new Error(`the data of ${task.name} are not beside the checkout`);
    for (const split of task.splits(seed)) {
      for (const [index, some] of heldOf(task.name, split, seed).entries()) held[index]?.push(...some);
    }
  }
  for (const [index, way] of WAYS.entries()) {
    const all = held[index] ?? [];
    const fit = fitLogistic(examplesOf(all.filter(one => one.isPadded === undefined)), {
      ...{ prior: KINDS.map(() => 0.2), floor: 0, ridge: RIDGE, intercept: 0 },
    });
    for (const { name: task } of TASKS) {
      const own = all.filter(one => one.task === task);
      const parts = [...new Set(own.map(one => one.split))].map(split =>
        partOf(
          own.filter(one => one.split === split),
          one => logitOf(fit, one.features),
        ),
      );
      const mean = (metric: keyof (typeof parts)[number]) =>
        Number(meanOf(parts.map(part => part[metric])).toFixed(4));
      const figures = {
        ...{ way: way.name, task, seed, auc: mean('auc'), at1: mean('detectionAt1Percent') },
        ...{ at01: mean('detectionAt01Percent'), plain: mean('plain'), padded: mean('padded') },
      };
      lines.push(JSON.stringify({ ...figures, node: process.version }));
      console.log(lines.at(-1));
    }
  }
}
writeResults('core.jsonl', `${lines.join('\n')}\n`);

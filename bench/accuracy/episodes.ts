/**
 * The experiment behind docs/adr/0002: records against episodes, how long an episode is, and what a list's episodes are.
 * `npm run bench:episodes` writes results/episodes.jsonl. Everything is counted by the product's own code: a variant is
 * only another way of saying which records are one episode. Weights are fitted anew for every variant, on the folds
 * that are not scored with them.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_WEIGHTS } from '../../src/bayes/default-weights.ts';
import { KINDS, kindsOf } from '../../src/bayes/fit/evidence-kinds.ts';
import { type Fit, fitLogistic, logitOf } from '../../src/bayes/fit/logistic.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import type { Observations } from '../../src/domain/observation.ts';
import { subjectOf } from '../../src/services/identity-of.ts';
import { examplesOf } from './evidence-kinds.ts';
import { type Lesson, learntModel, lessonsOf } from './learnt-model.ts';
import { meanOf, type Quality, qualityOf } from './metrics.ts';
import { hashOf } from './seeded.ts';
import type { Case, Split, Task } from './task.ts';
import { dnsTunnels } from './tasks/dns-tunnels.ts';
import { generatedDomains } from './tasks/listed-names.ts';
import { noisyWindow } from './tasks/noisy-window.ts';
import { webAttacks, webAttacksMasked } from './tasks/web-attacks.ts';

const SEEDS = [1, 2];
/** Of every task's records, every so manieth is enough to see a difference of .01. */
const RECORDS_EVERY = 2;
const TASKS: readonly Task[] = [
  webAttacks,
  webAttacksMasked,
  generatedDomains,
  dnsTunnels,
  noisyWindow('tunnels', 0.05),
  noisyWindow('generated', 0.01),
  noisyWindow('tunnels', 0.05, 'same name'),
  noisyWindow('tunnels', 0.05, 'varied names'),
];

/** What one episode is for records that clock and source cannot place. */
type ListRule = 'each its own' | 'blocks of 20' | 'one an incident';

interface Variant {
  name: string;
  /** Length of an episode; 0: every record is one. */
  minutes: number;
  lists: ListRule;
  /** Counts the good by episodes, too, in P_good and in the log-odds against records. */
  goodByEpisodes?: true;
  /** Into how many episodes the records of one source and stretch of time are dealt, and by what; 1 where absent. */
  parts?: number;
  by?: 'identity' | 'whole text' | 'subject';
}

const VARIANTS: readonly Variant[] = [
  { name: 'records, both', minutes: 0, lists: 'each its own' },
  { name: 'episodes, both, 5 min', minutes: 5, lists: 'each its own', goodByEpisodes: true },
  { name: '1 min', minutes: 1, lists: 'each its own' },
  { name: '5 min', minutes: 5, lists: 'each its own' },
  { name: '15 min', minutes: 15, lists: 'each its own' },
  { name: '60 min', minutes: 60, lists: 'each its own' },
  { name: '5 min, 32 by identity', minutes: 5, lists: 'each its own', parts: 32, by: 'identity' },
  { name: '5 min, 32 by whole text', minutes: 5, lists: 'each its own', parts: 32, by: 'whole text' },
  { name: '5 min, 8 by subject', minutes: 5, lists: 'each its own', parts: 8, by: 'subject' },
  { name: '5 min, 32 by subject', minutes: 5, lists: 'each its own', parts: 32, by: 'subject' },
  { name: '5 min, 128 by subject', minutes: 5, lists: 'each its own', parts: 128, by: 'subject' },
  { name: '5 min, lists in blocks of 20', minutes: 5, lists: 'blocks of 20' },
  { name: '5 min, a list one episode', minutes: 5, lists: 'one an incident' },
];

const RIDGE = 0.001;

function isClocked({ witness }: Case): boolean {
  return witness.source !== undefined && witness.atMs !== undefined;
}

/** Whether nothing in the task tells the variant from `5 min`. */
function isRedundant(variant: Variant, splits: readonly Split[]): boolean {
  const cases = splits.flatMap(split => split.learn);
  if (variant.lists !== 'each its own') return cases.every(isClocked);
  const bad = cases.filter(one => one.label === 'bad');
  return (
    (variant.minutes !== 5 || variant.parts !== undefined) && variant.minutes !== 0 && !bad.some(isClocked)
  );
}

function episodesOf(cases: readonly Case[], variant: Variant): string[] {
  const places = new Map<string, number>();
  return cases.map((one, index) => {
    const { source, atMs = 0 } = one.witness;
    if (variant.minutes === 0) return `record ${index}`;
    if (isClocked(one)) {
      const part = hashOf(matterOf(one, index, variant.by), 0) % (variant.parts ?? 1);
      return `${source} ${Math.floor(atMs / (variant.minutes * 60_000))} ${part}`;
    }
    if (variant.lists === 'each its own') return `record ${index}`;
    if (variant.lists === 'one an incident') return one.incident;
    const place = places.get(one.incident) ?? 0;
    places.set(one.incident, place + 1);
    return `${one.incident} ${Math.floor(place / 20)}`;
  });
}

/** What a record's part of an episode goes by. */
function matterOf({ record }: Case, index: number, by: Variant['by']): string {
  if (by === 'subject') return subjectOf(record);
  const isName = record.kind === 'dns';
  if (by === 'whole text') return isName ? (record.dns.question.name ?? '') : subjectOf(record);
  return String(index);
}

/** The good of each episode as one record that holds all their texts and tokens, so that records are episodes. */
function goodMerged(lessons: readonly Lesson[]): Lesson[] {
  const merged = new Map<string, Lesson>();
  for (const lesson of lessons.filter(one => !one.bad)) {
    const known = merged.get(lesson.episode);
    if (known === undefined) {
      const { sequences, shape, categories } = lesson.observations;
      const observations: Observations = {
        sequences: [...sequences],
        shape: [...shape],
        categories: [...categories],
      };
      merged.set(lesson.episode, { ...lesson, observations });
      continue;
    }
    known.observations.sequences.push(...lesson.observations.sequences);
    known.observations.shape.push(...lesson.observations.shape);
    known.observations.categories.push(...lesson.observations.categories);
  }
  return [...lessons.filter(one => one.bad), ...merged.values()];
}

interface Prepared {
  learnCases: readonly Case[];
  learn: Lesson[];
  held: Lesson[];
}

function prepared(split: Split): Prepared {
  const thinned = (cases: readonly Case[]) =>
    cases.filter((_, index) => hashOf(String(index), 0) % RECORDS_EVERY === 0);
  const learnCases = thinned(split.learn);
  return { learnCases, learn: lessonsOf(learnCases), held: lessonsOf(thinned(split.held)) };
}

interface Result {
  /** By system. */
  qualities: Map<string, Quality>;
  /** The fewest of any fold. */
  badEpisodes: number;
}

function resultOf(folds: readonly Prepared[], variant: Variant): Result {
  let badEpisodes = Number.POSITIVE_INFINITY;
  const scored = folds.map(({ learnCases, learn, held }) => {
    const episodes = episodesOf(learnCases, variant);
    const placed = learn.map((lesson, index) => ({ ...lesson, episode: episodes[index] ?? '' }));
    badEpisodes = Math.min(badEpisodes, new Set(placed.filter(one => one.bad).map(one => one.episode)).size);
    const scorer = new Scorer(learntModel(variant.goodByEpisodes ? goodMerged(placed) : placed));
    return held.map(({ observations, bad, incident }) => ({
      task: '',
      features: kindsOf(scorer.evidenceOf(observations)),
      bad,
      incident,
    }));
  });
  const fits = scored.map((_, index) =>
    fitLogistic(examplesOf(scored.filter((_, other) => other !== index).flat()), {
      prior: KINDS.map(() => 0),
      floor: 0,
      ridge: RIDGE,
      intercept: 'free',
    }),
  );
  const alone = (name: string): Fit => ({
    weights: KINDS.map(kind => (kind === name ? 1 : 0)),
    intercept: 0,
  });
  const shipped: Fit = { weights: KINDS.map(kind => DEFAULT_WEIGHTS[kind] ?? 0), intercept: 0 };
  const systems: [string, (index: number) => Fit | undefined][] = [
    ['refitted', index => fits[index]],
    ['shipped weights', () => shipped],
    ['log_odds alone', () => alone('log_odds')],
  ];
  const qualities = systems.map(([system, fitOf]): [string, Quality] => {
    const each = scored.map((fold, index) => {
      const fit = fitOf(index) ?? shipped;
      return qualityOf(fold.map(({ features, bad }) => ({ score: logitOf(fit, features), bad })));
    });
    return [
      system,
      {
        auc: meanOf(each.map(one => one.auc)),
        detectionAt1Percent: meanOf(each.map(one => one.detectionAt1Percent)),
        detectionAt01Percent: meanOf(each.map(one => one.detectionAt01Percent)),
      },
    ];
  });
  return { qualities: new Map(qualities), badEpisodes };
}

const lines: string[] = [];
for (const task of TASKS) {
  if (!task.available()) {
    console.error(`${task.name}: skipped, its data is not beside the checkout`);
    continue;
  }
  const drawn = SEEDS.map(seed => task.splits(seed));
  const folds = drawn.map(splits => splits.map(prepared));
  for (const variant of VARIANTS) {
    if (drawn.every(splits => isRedundant(variant, splits))) continue;
    const results = folds.map(one => resultOf(one, variant));
    const badEpisodes = Math.min(...results.map(one => one.badEpisodes));
    for (const system of results[0]?.qualities.keys() ?? []) {
      for (const name of ['auc', 'detectionAt1Percent', 'detectionAt01Percent'] as const) {
        const value = meanOf(results.map(one => one.qualities.get(system)?.[name] ?? Number.NaN));
        lines.push(
          JSON.stringify({
            name,
            task: task.name,
            variant: variant.name,
            system,
            value: Number(value.toFixed(4)),
            unit: 'share',
            badEpisodes,
            n: SEEDS.length,
            seed: SEEDS.join(','),
            node: process.version,
          }),
        );
        console.log(lines.at(-1));
      }
    }
  }
}
writeFileSync(join(import.meta.dirname, '../results/episodes.jsonl'), `${lines.join('\n')}\n`);

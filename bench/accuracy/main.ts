/**
 * Detection on unseen threats, ours and its peers', on the same tasks and splits: `npm run bench:accuracy`.
 * One JSON line a figure on standard output and in results/accuracy.jsonl, a table for people in results/accuracy.md.
 * Figures are means over the held parts of a seed, then over the seeds. Arguments name tasks to run (by prefix) and
 * then nothing is written.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Lesson, lessonsOf } from './learnt-model.ts';
import { meanOf, type Quality, qualityOf, type Scored, thresholdAt } from './metrics.ts';
import { seededRandom, shuffled } from './seeded.ts';
import { bayeswatch, bayeswatchUnmarked } from './systems/bayeswatch.ts';
import { fisherRobinson } from './systems/fisher-robinson.ts';
import { multinomial } from './systems/multinomial.ts';
import { naturalBayes } from './systems/natural-bayes.ts';
import type { System } from './systems/system.ts';
import type { Task } from './task.ts';
import { TASKS } from './tasks/tasks.ts';

/** Which systems run, on how many seeds: what is slow on fewer. */
const RUNS: readonly { system: System; seeds: number; control?: true }[] = [
  { system: bayeswatch, seeds: 5 },
  { system: bayeswatchUnmarked, seeds: 5 },
  { system: multinomial, seeds: 5 },
  { system: fisherRobinson, seeds: 5 },
  { system: naturalBayes, seeds: 1 },
  { system: { ...bayeswatch, name: 'random-labels' }, seeds: 1, control: true },
];
const SEEDS = [1, 2, 3, 4, 5];

interface Held {
  lessons: Lesson[];
  learnt: Lesson[];
}

interface Outcome {
  quality: Quality;
  /** Detection at 1 % of each bad incident held. */
  incidents: Map<string, number>;
}

/** The labels dealt anew, as many of each: what is found then, is found in the labels. */
function relabelled(lessons: readonly Lesson[], seed: number): Lesson[] {
  const labels = shuffled(
    lessons.map(lesson => lesson.bad),
    seededRandom(seed),
  );
  return lessons.map((lesson, index) => ({ ...lesson, bad: labels[index] ?? false }));
}

function outcomeOf(system: System, { learnt, lessons }: Held): Outcome {
  const scoreOf = system.train(learnt);
  const scored = lessons.map(lesson => ({ ...lesson, score: scoreOf(lesson.observations) }));
  const threshold = thresholdAt(scored, 0.01);
  const incidents = new Map<string, number>();
  for (const incident of new Set(scored.filter(one => one.bad).map(one => one.incident))) {
    const own = scored.filter(one => one.bad && one.incident === incident);
    incidents.set(incident, own.filter(one => one.score > threshold).length / own.length);
  }
  return { quality: qualityOf(scored satisfies Scored[]), incidents };
}

function qualityMean(outcomes: readonly Outcome[]): Quality {
  const mean = (metric: keyof Quality) => meanOf(outcomes.map(one => one.quality[metric]));
  return {
    auc: mean('auc'),
    detectionAt1Percent: mean('detectionAt1Percent'),
    detectionAt01Percent: mean('detectionAt01Percent'),
  };
}

/** Names of the figures in the result lines. */
const METRICS = {
  auc: 'auc',
  detectionAt1Percent: 'detection_at_1_percent',
  detectionAt01Percent: 'detection_at_0.1_percent',
} as const;
const METRIC_KEYS = Object.keys(METRICS) as (keyof Quality)[];

/** @example figureText(Number.NaN) // '–' */
function figureText(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(3);
}

interface Row {
  task: string;
  system: string;
  seeds: number;
  means: Quality;
  deviations: Quality;
  incidents: Map<string, number>;
}

function rowsOf(task: Task): Row[] {
  const outcomes = new Map<string, Outcome[][]>();
  for (const seed of SEEDS) {
    const held = task
      .splits(seed)
      .map(split => ({ lessons: lessonsOf(split.held), learnt: lessonsOf(split.learn) }));
    for (const { system, seeds, control } of RUNS) {
      if (seed > seeds) continue;
      const dealt = (lessons: Lesson[]) => (control ? relabelled(lessons, seed) : lessons);
      const results = held.map(({ lessons, learnt }) =>
        outcomeOf(system, { lessons: dealt(lessons), learnt: dealt(learnt) }),
      );
      outcomes.set(system.name, [...(outcomes.get(system.name) ?? []), results]);
    }
  }
  return RUNS.map(({ system, seeds }) => {
    const bySeed = outcomes.get(system.name) ?? [];
    const qualities = bySeed.map(qualityMean);
    const mean = (metric: keyof Quality) => meanOf(qualities.map(one => one[metric]));
    const deviation = (metric: keyof Quality) =>
      Math.sqrt(meanOf(qualities.map(one => (one[metric] - mean(metric)) ** 2)));
    const incidents = new Map<string, number[]>();
    for (const [incident, share] of bySeed.flat().flatMap(one => [...one.incidents])) {
      incidents.set(incident, [...(incidents.get(incident) ?? []), share]);
    }
    const over = (of: (metric: keyof Quality) => number): Quality => ({
      auc: of('auc'),
      detectionAt1Percent: of('detectionAt1Percent'),
      detectionAt01Percent: of('detectionAt01Percent'),
    });
    return {
      task: task.name,
      system: system.name,
      seeds,
      means: over(mean),
      deviations: over(deviation),
      incidents: new Map([...incidents].sort().map(([incident, shares]) => [incident, meanOf(shares)])),
    };
  });
}

function linesOf({ task, system, seeds, means, incidents }: Row): string[] {
  const common = { unit: 'share', n: seeds, seed: SEEDS.slice(0, seeds).join(','), node: process.version };
  const figures = METRIC_KEYS.filter(metric => !Number.isNaN(means[metric])).map(metric => ({
    name: METRICS[metric],
    task,
    system,
    value: means[metric],
  }));
  // A thousand lists of eight names each say nothing one by one.
  const each = incidents.size > 100 ? [] : [...incidents];
  const byIncident = each.map(([incident, value]) => ({
    name: `detection_at_1_percent: ${incident}`,
    task,
    system,
    value,
  }));
  return [...figures, ...byIncident].map(figure =>
    JSON.stringify({ ...figure, value: Number(figure.value.toFixed(4)), ...common }),
  );
}

function tableOf(rows: readonly Row[]): string {
  const systems = RUNS.map(({ system }) => system.name);
  const cell = ({ means, deviations, seeds }: Row) =>
    `${METRIC_KEYS.map(metric => figureText(means[metric])).join(' / ')}${seeds > 1 ? ` (±${figureText(deviations.detectionAt1Percent)})` : ''}`;
  const body = [...new Set(rows.map(row => row.task))].map(task => {
    const cells = systems.map(system => {
      const row = rows.find(one => one.task === task && one.system === system);
      return row === undefined ? '' : cell(row);
    });
    return `| ${task} | ${cells.join(' | ')} |`;
  });
  return [`| task | ${systems.join(' | ')} |`, `|${' --- |'.repeat(systems.length + 1)}`, ...body].join('\n');
}

function incidentsOf(rows: readonly Row[], system: string): string {
  return rows
    .filter(row => row.system === system && row.incidents.size <= 100)
    .map(
      row =>
        `- ${row.task}: ${[...row.incidents].map(([incident, share]) => `${incident} ${share.toFixed(2)}`).join(', ')}`,
    )
    .join('\n');
}

const wanted = process.argv.slice(2);
const rows: Row[] = [];
for (const task of TASKS) {
  if (wanted.length > 0 && !wanted.some(prefix => task.name.startsWith(prefix))) continue;
  if (!task.available()) {
    console.error(`${task.name}: skipped, its data is not beside the checkout`);
    continue;
  }
  const own = rowsOf(task);
  rows.push(...own);
  for (const line of own.flatMap(linesOf)) console.log(line);
}
if (wanted.length === 0 && rows.length > 0) {
  const results = join(import.meta.dirname, '../results');
  writeFileSync(join(results, 'accuracy.jsonl'), `${rows.flatMap(linesOf).join('\n')}\n`);
  writeFileSync(
    join(results, 'accuracy.md'),
    `# Accuracy

Written by \`npm run bench:accuracy\`; bench/README.md says what the tasks are. AUC / detection at 1 % / at 0.1 % false
alarms, on families, tools and sites that were not learnt; mean over held parts and seeds (± the standard deviation of
the second over seeds); – where the rate allows not one false alarm among the
good of a part. The last column is ours with the labels shuffled: .5 and .01 mean that no label leaks.

${tableOf(rows)}

${RUNS.filter(run => run.control === undefined)
  .map(({ system, seeds }) => `- **${system.name}** (${seeds} seed${seeds > 1 ? 's' : ''}): ${system.about}.`)
  .join('\n')}

## Tasks

${TASKS.map(task => `- **${task.name}**: ${task.about}.`).join('\n')}

## Detection at 1 % by what was held (bayeswatch)

${incidentsOf(rows, 'bayeswatch')}
`,
  );
}

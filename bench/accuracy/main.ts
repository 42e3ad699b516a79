/**
 * Detection on unseen threats, ours and its peers', on the same tasks and splits: `npm run bench:accuracy`.
 * One JSON line a figure on standard output and in results/accuracy.jsonl, tables for people in results/accuracy.md.
 * Figures are means over the held parts of a seed, then over the seeds. Arguments name tasks to run (by prefix) and
 * then nothing is written.
 */
import { reportOf } from './accuracy-report.ts';
import { brierSkill, expectedCalibrationError, streamOf } from './calibrated-stream.ts';
import { wantedTasks, writeResults } from './experiment.ts';
import { type Figures, linesOf, meansOf, type Row, type Run } from './figures.ts';
import { type Lesson, lessonsOf } from './learnt-model.ts';
import { meanOf, qualityOf, thresholdAt } from './metrics.ts';
import { seededRandom, shuffled } from './seeded.ts';
import { bayeswatch, bayeswatchUnfitted, bayeswatchUnmarked } from './systems/bayeswatch.ts';
import { bogofilter } from './systems/bogofilter.ts';
import { complement } from './systems/complement.ts';
import { fisherRobinson } from './systems/fisher-robinson.ts';
import { logisticNgrams, logisticTokens } from './systems/logistic-regression.ts';
import { multinomial } from './systems/multinomial.ts';
import { naturalBayes } from './systems/natural-bayes.ts';
import type { System } from './systems/system.ts';
import type { Case, Task } from './task.ts';
import { TASKS } from './tasks/tasks.ts';

/** Which systems run, on how many seeds: what is slow on fewer. */
const ALL_RUNS: readonly Run[] = [
  { system: bayeswatch, seeds: 5, part: 'ours' },
  { system: bayeswatchUnmarked, seeds: 5, part: 'variant' },
  { system: bogofilter, seeds: 5, part: 'peer' },
  { system: multinomial, seeds: 5, part: 'peer' },
  { system: complement, seeds: 5, part: 'peer' },
  { system: fisherRobinson, seeds: 5, part: 'peer' },
  { system: naturalBayes, seeds: 5, part: 'peer' },
  { system: logisticNgrams, seeds: 5, part: 'peer' },
  { system: logisticTokens, seeds: 5, part: 'peer' },
  { system: { ...bayeswatchUnfitted, name: 'random-labels' }, seeds: 5, part: 'control' },
];
const SEEDS = [1, 2, 3, 4, 5];

interface Held {
  lessons: Lesson[];
  learnt: Lesson[];
}

interface Outcome {
  figures: Figures;
  /** Detection at 1 % of each bad incident held. */
  incidents: Map<string, number>;
}

/** The parts of a task. A case is tokenized once, in however many it is. */
function heldOf(task: Task, seed: number): Held[] {
  const splits = task.splits(seed);
  const cases = [...new Set(splits.flatMap(({ learn, held }) => [...learn, ...held]))];
  const lessons = lessonsOf(cases);
  const places = new Map(cases.map((one, index) => [one, index]));
  const lessonsFrom = (some: readonly Case[]) => some.flatMap(one => lessons[places.get(one) ?? -1] ?? []);
  return splits.map(({ learn, held }) => ({ learnt: lessonsFrom(learn), lessons: lessonsFrom(held) }));
}

/** The labels dealt anew, as many of each: what is found then, is found in the labels. */
function relabelled(lessons: readonly Lesson[], seed: number): Lesson[] {
  const labels = shuffled(
    lessons.map(lesson => lesson.bad),
    seededRandom(seed),
  );
  return lessons.map((lesson, index) => ({ ...lesson, bad: labels[index] ?? false }));
}

function outcomeOf(system: System, { learnt, lessons }: Held, seed: number): Outcome {
  const { scores, probabilities } = system.scoresOf(
    learnt,
    lessons.map(one => one.observations),
    seed,
  );
  if (scores.length !== lessons.length) throw new Error(`${system.name} left records without a score`);
  const scored = lessons.map((lesson, index) => ({ ...lesson, score: scores[index] ?? Number.NaN }));
  const stream = streamOf(
    (probabilities ?? []).map((score, index) => ({ score, bad: lessons[index]?.bad ?? false })),
  );
  const threshold = thresholdAt(scored, 0.01);
  const incidents = new Map<string, number>();
  for (const incident of new Set(scored.filter(one => one.bad).map(one => one.incident))) {
    const own = scored.filter(one => one.bad && one.incident === incident);
    incidents.set(incident, own.filter(one => one.score > threshold).length / own.length);
  }
  return {
    figures: {
      ...qualityOf(scored),
      calibrationError: probabilities === undefined ? Number.NaN : expectedCalibrationError(stream),
      brierSkill: probabilities === undefined ? Number.NaN : brierSkill(stream),
    },
    incidents,
  };
}

function rowsOf(task: Task, runs: readonly Run[]): Row[] {
  const outcomes = new Map<string, Outcome[][]>(runs.map(({ system }) => [system.name, []]));
  for (const seed of SEEDS) {
    const held = heldOf(task, seed);
    for (const { system, seeds, part } of runs) {
      if (seed > seeds) continue;
      const dealt = (lessons: Lesson[]) => (part === 'control' ? relabelled(lessons, seed) : lessons);
      const results = held.map(({ lessons, learnt }) =>
        outcomeOf(system, { lessons: dealt(lessons), learnt: dealt(learnt) }, seed),
      );
      outcomes.get(system.name)?.push(results);
    }
    console.error(`${new Date().toISOString()} ${task.name}, seed ${seed}`);
  }
  return runs.map(({ system, seeds, part }) => {
    const bySeed = outcomes.get(system.name) ?? [];
    const incidents = new Map<string, number[]>();
    for (const [incident, share] of bySeed.flat().flatMap(one => [...one.incidents])) {
      incidents.set(incident, [...(incidents.get(incident) ?? []), share]);
    }
    return {
      task: task.name,
      system: system.name,
      part,
      seeds: SEEDS.slice(0, seeds),
      bySeed: bySeed.map(parts => meansOf(parts.map(one => one.figures))),
      incidents: new Map([...incidents].sort().map(([incident, shares]) => [incident, meanOf(shares)])),
    };
  });
}

const runs = ALL_RUNS.filter(({ system }) => {
  const missing = system.missing?.();
  if (missing !== undefined) console.error(`${system.name}: skipped, ${missing} is missing`);
  return missing === undefined;
});
const rows = wantedTasks(TASKS).flatMap(task => {
  const own = rowsOf(task, runs);
  for (const line of own.flatMap(linesOf)) console.log(line);
  return own;
});
if (rows.length > 0) {
  writeResults('accuracy.jsonl', `${rows.flatMap(linesOf).join('\n')}\n`);
  writeResults('accuracy.md', reportOf(rows, runs, TASKS));
}

/**
 * What each field is worth: the model without it, beside the model with all. `npx tsx bench/accuracy/fields.ts` leaves every
 * row of the table out, one after the other; after `--`, only the fields that are named, those joined by a comma together:
 *
 *   npx tsx bench/accuracy/fields.ts web-attacks http -- url.query url.query.keys,url.query.values
 *
 * A string goes with its shape, and pairs only by their own name. Shipped weights, half of the records, the mean over held
 * parts and seeds (1, or the numbers that are given). A run of everything writes results/accuracy-fields.jsonl and .md.
 */
import { Scorer } from '../../src/bayes/suspicion.ts';
import type { Observations } from '../../src/domain/observation.ts';
import { writeResults } from './experiment.ts';
import { type Lesson, learntModel, lessonsOf } from './learnt-model.ts';
import { meanOf, type Quality, qualityOf } from './metrics.ts';
import { hashOf } from './seeded.ts';
import type { Case, Task } from './task.ts';
import { TASKS } from './tasks/tasks.ts';

/** Of records every so manieth: enough to see a difference of .01. */
const RECORDS_EVERY = 2;
const ALL = 'all';

const words = process.argv.slice(2);
const dashes = words.indexOf('--');
const beforeDashes = dashes === -1 ? words : words.slice(0, dashes);
const wantedTasks = beforeDashes.filter(word => !/^\d+$/.test(word));
const given = beforeDashes.filter(word => /^\d+$/.test(word)).map(Number);
const SEEDS = given.length > 0 ? given : [1];
const wantedFields = dashes === -1 ? [] : words.slice(dashes + 1);

interface Line extends Pick<Quality, 'auc'> {
  task: string;
  without: string;
  at1: number;
  /** Records that show the field, as a share of all that are held. */
  shown: number;
  seeds: readonly number[];
  node: string;
}

/** Names of the field of a token, and of the string whose shape it tells. */
function isOf(fields: ReadonlySet<string>, field: string): boolean {
  return fields.has(field) || fields.has(field.slice(0, Math.max(0, field.indexOf('#'))));
}

function withoutFields(observations: Observations, fields: ReadonlySet<string>): Observations {
  return {
    sequences: observations.sequences.filter(({ field }) => !isOf(fields, field)),
    shape: observations.shape.filter(({ field }) => !isOf(fields, field)),
    categories: observations.categories.filter(({ field }) => !isOf(fields, field)),
  };
}

function fieldsOf({ sequences, categories }: Observations): string[] {
  return [...sequences, ...categories].map(({ field }) => field);
}

function thinned(cases: readonly Case[]): Lesson[] {
  return lessonsOf(cases.filter((_, index) => hashOf(String(index), 0) % RECORDS_EVERY === 0));
}

function qualityWithout(
  fields: ReadonlySet<string>,
  learnt: readonly Lesson[],
  held: readonly Lesson[],
): Quality {
  const lessonsWithout = (lessons: readonly Lesson[]) =>
    lessons.map(lesson => ({ ...lesson, observations: withoutFields(lesson.observations, fields) }));
  const scorer = new Scorer(learntModel(lessonsWithout(learnt)));
  return qualityOf(
    lessonsWithout(held).map(({ bad, observations }) => ({ bad, score: scorer.logitOf(observations) })),
  );
}

function linesOf(task: Task): Line[] {
  const splits = SEEDS.flatMap(seed => task.splits(seed));
  const parts = splits.map(({ learn, held }) => ({ learnt: thinned(learn), held: thinned(held) }));
  const held = parts.flatMap(part => part.held);
  const shown = new Map<string, number>();
  for (const { observations } of held) {
    for (const field of new Set(fieldsOf(observations))) shown.set(field, (shown.get(field) ?? 0) + 1);
  }
  const leftOut = wantedFields.length > 0 ? wantedFields : [...shown.keys()].sort();
  return [ALL, ...leftOut].map(without => {
    const fields = new Set(without === ALL ? [] : without.split(','));
    const qualities = parts.map(part => qualityWithout(fields, part.learnt, part.held));
    const mean = (metric: keyof Quality) => Number(meanOf(qualities.map(one => one[metric])).toFixed(4));
    const most = Math.max(0, ...[...fields].map(field => shown.get(field) ?? 0));
    const line: Line = {
      ...{ task: task.name, without, auc: mean('auc'), at1: mean('detectionAt1Percent') },
      ...{ shown: Number((most / held.length).toFixed(3)), seeds: SEEDS, node: process.version },
    };
    console.log(JSON.stringify(line));
    return line;
  });
}

/** What the model without a field has less than the model with all, in thousandths: positive where the field helps. */
function pageOf(lines: readonly Line[]): string {
  const tasks = [...new Set(lines.map(({ task }) => task))];
  const lineOf = (task: string, without: string) =>
    lines.find(line => line.task === task && line.without === without);
  const cell = (task: string, without: string) => {
    const [line, all] = [lineOf(task, without), lineOf(task, ALL)];
    if (line === undefined || all === undefined) return '';
    const thousandths = (less: number) => Math.round(1000 * less);
    return without === ALL
      ? `${all.auc.toFixed(3)} / ${all.at1.toFixed(3)}`
      : `${thousandths(all.auc - line.auc)} / ${thousandths(all.at1 - line.at1)}`;
  };
  const fields = [...new Set(lines.map(({ without }) => without))];
  const rows = fields.map(
    without =>
      `| ${[without.replaceAll('|', '\\|'), ...tasks.map(task => cell(task, without))].join(' | ')} |`,
  );
  return `# What each field is worth

Written by \`npx tsx bench/accuracy/fields.ts\`: area and detection at 1 % of the model with all fields, and in thousandths what the model without a
field has less of them: positive where the field helps. Half of the records, shipped weights, the mean over held parts. Fields that
tell the same cover for each other, so that all of them may be worth more than their sum.

| | ${tasks.join(' | ')} |
|${' --- |'.repeat(tasks.length + 1)}
${rows.join('\n')}
`;
}

const tasks = TASKS.filter(
  ({ name }) => wantedTasks.length === 0 || wantedTasks.some(prefix => name.startsWith(prefix)),
).filter(task => task.available());
const lines = tasks.flatMap(linesOf);
writeResults('accuracy-fields.jsonl', `${lines.map(line => JSON.stringify(line)).join('\n')}\n`);
writeResults('accuracy-fields.md', pageOf(lines));

/**
 * What each field is worth: the model without it, beside the model with all. `npx tsx bench/accuracy/fields.ts` leaves every
 * row of the table out, one after the other; after `--`, only the fields that are named, those joined by a comma together:
 *
 *   npx tsx bench/accuracy/fields.ts web-attacks http -- url.query url.query.keys,url.query.values
 *
 * The word `unmarked` leaves the bad out of what is learnt: `npx tsx bench/accuracy/fields.ts unmarked web-attacks 1 2`.
 * The word `alone` keeps what is named and leaves all else out, and holds the records that show it: a field that is worth nothing
 * beside the others may know all that they know, or nothing. `npx tsx bench/accuracy/fields.ts alone again-windows -- tls.client.ja3`.
 * Fields after `without=` are left out of everything, of the model with all as well: what is a field worth where they are not told?
 * `npx tsx bench/accuracy/fields.ts without=source.ip,source.ip.network again-windows -- tls.client.ja3`.
 *
 * A string goes with its shape, and pairs only by their own name. Shipped weights, half of the records, the mean over held
 * parts and seeds (1, or the numbers that are given). A run without any word writes results/accuracy-fields.jsonl and .md.
 */
import type { Observations } from '../../src/domain/observation.ts';
import { writeResults } from './experiment.ts';
import { ALL, type FieldLine, fieldsPageOf } from './fields-page.ts';
import { heldQuality, type Lesson, lessonsOf } from './learnt-model.ts';
import { meanOf, type Quality } from './metrics.ts';
import { hashOf } from './seeded.ts';
import type { Case, Task } from './task.ts';
import { MARKED_AGAIN } from './tasks/marked-again.ts';
import { TASKS } from './tasks/tasks.ts';

/** Of records every so manieth: enough to see a difference of .01. */
const RECORDS_EVERY = 2;

/** The argument by which nothing bad is learnt. */
const UNMARKED = 'unmarked';
/** The argument by which the named fields are kept, and no others. */
const ALONE = 'alone';
/** What the argument begins with that names fields which no model sees. */
const WITHOUT = 'without=';

const words = process.argv.slice(2);
const dashes = words.indexOf('--');
const beforeDashes = dashes === -1 ? words : words.slice(0, dashes);
const wantedTasks = beforeDashes.filter(
  word => !/^\d+$/.test(word) && word !== UNMARKED && word !== ALONE && !word.startsWith(WITHOUT),
);
const isMarked = !beforeDashes.includes(UNMARKED);
const isAlone = beforeDashes.includes(ALONE);
const given = beforeDashes.filter(word => /^\d+$/.test(word)).map(Number);
const SEEDS = given.length > 0 ? given : [1];
const wantedFields = dashes === -1 ? [] : words.slice(dashes + 1);
const unseen: ReadonlySet<string> = new Set(
  beforeDashes
    .filter(word => word.startsWith(WITHOUT))
    .flatMap(word => word.slice(WITHOUT.length).split(',')),
);

/** Names of the field of a token, and of the string whose shape it tells. */
function isOf(fields: ReadonlySet<string>, field: string): boolean {
  return fields.has(field) || fields.has(field.slice(0, Math.max(0, field.indexOf('#'))));
}

function keptOf(observations: Observations, isKept: (field: string) => boolean): Observations {
  return {
    sequences: observations.sequences.filter(({ field }) => isKept(field)),
    shape: observations.shape.filter(({ field }) => isKept(field)),
    categories: observations.categories.filter(({ field }) => isKept(field)),
  };
}

function fieldsOf({ sequences, categories }: Observations): string[] {
  return [...sequences, ...categories].map(({ field }) => field);
}

function thinned(cases: readonly Case[]): Lesson[] {
  const lessons = lessonsOf(cases.filter((_, index) => hashOf(String(index), 0) % RECORDS_EVERY === 0));
  return lessons.map(lesson => ({
    ...lesson,
    observations: keptOf(lesson.observations, field => !isOf(unseen, field)),
  }));
}

function qualityBy(
  isKept: (field: string) => boolean,
  learnt: readonly Lesson[],
  held: readonly Lesson[],
): Quality {
  const kept = (lessons: readonly Lesson[]) =>
    lessons.map(lesson => ({ ...lesson, observations: keptOf(lesson.observations, isKept) }));
  return heldQuality(kept(learnt), isAlone ? kept(held).filter(showsAnything) : kept(held));
}

function showsAnything({ observations }: Lesson): boolean {
  return fieldsOf(observations).length > 0;
}

/** The mean over the parts that tell it: of a field alone those tell nothing whose records that show it are all bad or all good. */
function meanTold(qualities: readonly Quality[], metric: keyof Quality): number {
  const values = qualities.map(one => one[metric]);
  return Number(meanOf(isAlone ? values.filter(value => !Number.isNaN(value)) : values).toFixed(4));
}

function linesOf(task: Task): FieldLine[] {
  const splits = SEEDS.flatMap(seed => task.splits(seed));
  const parts = splits.map(({ learn, held }) => ({
    learnt: thinned(learn).filter(({ bad }) => isMarked || !bad),
    held: thinned(held),
  }));
  const held = parts.flatMap(part => part.held);
  const shown = new Map<string, number>();
  for (const { observations } of held) {
    for (const field of new Set(fieldsOf(observations))) shown.set(field, (shown.get(field) ?? 0) + 1);
  }
  const measured = wantedFields.length > 0 ? wantedFields : [...shown.keys()].sort();
  return [ALL, ...measured].map(named => {
    const fields = new Set(named === ALL ? [] : named.split(','));
    const isKept = (field: string) => named === ALL || isOf(fields, field) === isAlone;
    const qualities = parts.map(part => qualityBy(isKept, part.learnt, part.held));
    const most = Math.max(0, ...[...fields].map(field => shown.get(field) ?? 0));
    const line: FieldLine = {
      ...{ task: task.name, without: isAlone && named !== ALL ? `all but ${named}` : named },
      ...{ auc: meanTold(qualities, 'auc'), at1: meanTold(qualities, 'detectionAt1Percent') },
      ...{ shown: Number((most / held.length).toFixed(3)), seeds: SEEDS, node: process.version },
    };
    console.log(JSON.stringify(line));
    return line;
  });
}

const tasks = [...TASKS, ...MARKED_AGAIN]
  .filter(({ name }) => wantedTasks.length === 0 || wantedTasks.some(prefix => name.startsWith(prefix)))
  .filter(task => task.available());
const lines = tasks.flatMap(linesOf);
writeResults('accuracy-fields.jsonl', `${lines.map(line => JSON.stringify(line)).join('\n')}\n`);
writeResults('accuracy-fields.md', fieldsPageOf(lines));

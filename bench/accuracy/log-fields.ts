/**
 * The experiment behind docs/adr/0017: what each field of log lines adds to what was seen before there were templates,
 * templates by masking and mined by Drain, and words by the tokenizers of `natural`. `npx tsx bench/accuracy/log-fields.ts`
 * writes results/log-fields.jsonl; VARIANT and SEEDS in the environment make it shorter.
 */
/// <reference path="./natural.d.ts" />

import { Scorer } from '../../src/bayes/suspicion.ts';
import type { CategoryObservation, Observations } from '../../src/domain/observation.ts';
import { LOG_ROWS, LogFacts } from '../../src/tokenize/fields/log.ts';
import type { CategoryRow } from '../../src/tokenize/fields/row.ts';
import { tokenOf } from '../../src/tokenize/fields/token-reader.ts';
import { logTemplateOf } from '../../src/tokenize/log-template.ts';
import { tokenText } from '../../src/tokenize/token-text.ts';
import { experiment } from './experiment.ts';
import { type Lesson, learntModel, lessonsOf } from './learnt-model.ts';
import { Drain } from './log-set/drain.ts';
import { naturalWordsOf } from './log-set/natural-words.ts';
import { meanOf, qualityOf } from './metrics.ts';
import { fittedScorer } from './systems/bayeswatch.ts';
import type { Split, Task } from './task.ts';
import { logLines, logWindows } from './tasks/log-lines.ts';

const SEEDS = (process.env['SEEDS'] ?? '1,2,3').split(',').map(Number);
const VARIANT = process.env['VARIANT'] ?? '';

/** What was observed beside the text before there were templates, and is not any more. */
const WORDS = 'message.words';
const categories = LOG_ROWS.filter((row): row is CategoryRow<LogFacts> => row.kind === 'category');
/** Rows of templates and what they hold, those too that are not observed. */
const ROWS = categories.filter(({ since }) => since === 3);
const ALL = ROWS.map(({ field }) => field);
const FIELDS = ROWS.filter(({ onByDefault }) => onByDefault !== false).map(({ field }) => field);
const LEFT_OUT = ALL.filter(field => !FIELDS.includes(field));
/** Rows that no tokenizer of today observes. */
const ADDED = categories.filter(({ field }) => field === WORDS || LEFT_OUT.includes(field));
/** Made here, from what is learnt of a part. */
const MINED = 'message.mined';
const NATURAL = 'message.natural';

interface Variant {
  name: string;
  /** Whether a category of this field is looked at. */
  sees: (field: string) => boolean;
  withText?: boolean;
  /** With what a site fits to its marks; else with the weights that it is born with, which is far quicker. */
  isFitted?: boolean;
}

function isBefore(field: string): boolean {
  return !ALL.includes(field) && field !== MINED && field !== NATURAL;
}

function plus(name: string, ...fields: string[]): Variant {
  return { name, sees: field => isBefore(field) || fields.includes(field) };
}

const VARIANTS: readonly Variant[] = [
  plus('before'),
  plus('observed', ...FIELDS),
  plus('observed, mined for masked', MINED, ...FIELDS.filter(field => field !== 'message.template')),
  ...[...ALL, MINED].map(field => plus(`+ ${field}`, field)),
  ...FIELDS.map(field => plus(`observed − ${field}`, ...FIELDS.filter(other => other !== field))),
  ...LEFT_OUT.map(field => plus(`observed + ${field}`, field, ...FIELDS)),
  {
    name: 'observed, without words',
    sees: field => field !== WORDS && (isBefore(field) || FIELDS.includes(field)),
  },
  { name: 'before, without words', sees: field => isBefore(field) && field !== WORDS },
  {
    name: 'before, words by natural',
    sees: field => (isBefore(field) && field !== WORDS) || field === NATURAL,
  },
  { name: 'before, without text', sees: isBefore, withText: false },
  { ...plus('+ message.template, without text', 'message.template'), withText: false },
  { ...plus(`+ ${MINED}, without text`, MINED), withText: false },
  { ...plus('before, fitted'), isFitted: true },
  { ...plus('observed, fitted', ...FIELDS), isFitted: true },
];

function seenBy({ sees, withText }: Variant, { sequences, shape, categories }: Observations): Observations {
  return {
    sequences: withText === false ? [] : sequences,
    shape,
    categories: categories.filter(({ field }) => sees(field)),
  };
}

/** What is seen of a message and the rows do not observe, or not yet. */
function addedBy(message: string, drain: Drain): CategoryObservation[] {
  const facts = new LogFacts({ kind: 'log', message });
  const leftOut = ADDED.flatMap(row => {
    const tokens = row.cut === 'words' ? (row.read(facts) ?? []) : [tokenOf(row, facts) ?? ''];
    return [...tokens].filter(token => token !== '').map(token => ({ field: row.field, token }));
  });
  return [
    ...leftOut,
    { field: MINED, token: tokenText(drain.templateOf(facts.template.text) ?? 'none') },
    ...naturalWordsOf(message).map(token => ({ field: NATURAL, token })),
  ];
}

/** The lessons of a part; templates are mined of what is learnt, and those of the rest told by them. */
function partOf({ learn, held }: Split): { learnt: Lesson[]; held: Lesson[] } {
  const drain = new Drain();
  for (const { record } of learn) drain.learn(logTemplateOf(record.message ?? '').text);
  const withAdded = (cases: Split['learn']) =>
    lessonsOf(cases).map((lesson, index) => {
      const { observations } = lesson;
      const added = addedBy(cases[index]?.record.message ?? '', drain);
      return {
        ...lesson,
        observations: { ...observations, categories: [...observations.categories, ...added] },
      };
    });
  return { learnt: withAdded(learn), held: withAdded(held) };
}

function linesOf(task: Task): string[] {
  const parts = SEEDS.flatMap(seed => task.splits(seed).map(split => ({ seed, ...partOf(split) })));
  return VARIANTS.filter(({ name }) => name.startsWith(VARIANT)).map(variant => {
    const asSeen = (lessons: readonly Lesson[]): Lesson[] =>
      lessons.map(lesson => ({ ...lesson, observations: seenBy(variant, lesson.observations) }));
    const qualities = parts.map(({ seed, learnt, held }) => {
      const lessons = asSeen(learnt);
      const scorer = variant.isFitted ? fittedScorer(lessons, seed) : new Scorer(learntModel(lessons));
      return qualityOf(
        asSeen(held).map(({ observations, bad }) => ({ score: scorer.logitOf(observations), bad })),
      );
    });
    const mean = (metric: 'auc' | 'detectionAt1Percent') =>
      Number(meanOf(qualities.map(one => one[metric])).toFixed(4));
    const line = JSON.stringify({
      ...{ task: task.name, variant: variant.name, auc: mean('auc'), at1: mean('detectionAt1Percent') },
      ...{ seeds: SEEDS, node: process.version },
    });
    console.error(line);
    return line;
  });
}

experiment('log-fields.jsonl', [logLines, logWindows], linesOf);

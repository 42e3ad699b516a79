/**
 * Learning and scoring names in this process, beside `natural`'s BayesClassifier as its documentation has it (words, stemmed) and
 * with n-grams of three characters: `npx tsx bench/speed/natural.ts`. Few names: natural makes a dense vector of each, so what it
 * takes grows with the square of what was learnt.
 */
import BayesClassifier from 'natural/lib/natural/classifiers/bayes_classifier.js';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import { tokensOf } from '../accuracy/systems/tokens.ts';
import { loadBuilt } from './built.ts';
import { type Cost, costOf } from './cost.ts';
import { inTurn, rateOf, ratioOf, rounded, thousands } from './figures.ts';
import { halvesOfNames, type LabelledName } from './names.ts';
import { Report } from './report.ts';

const SEED = 1;
const LEARNT_NAMES = 1_000;
const SCORED_NAMES = 200;
const ROUNDS = 3;
const MADE = { id: '0'.repeat(32), entry: 1 };

const built = await loadBuilt();
const { learnt, scored } = halvesOfNames(SEED);
const lessons = [
  ...learnt.filter(({ label }) => label === 'good').slice(0, LEARNT_NAMES / 2),
  ...learnt.filter(({ label }) => label === 'bad').slice(0, LEARNT_NAMES / 2),
];
const asked = scored.slice(0, SCORED_NAMES);
const observationsOf = ({ name }: LabelledName) =>
  built.tokenize({ kind: 'dns', dns: { question: { name } } });

/** What is learnt gives what scores. */
interface Contender {
  name: string;
  learn: () => (names: readonly LabelledName[]) => unknown;
}

function natural(name: string, textOf: (name: LabelledName) => string | string[]): Contender {
  return {
    name,
    learn: () => {
      const classifier = new BayesClassifier();
      for (const lesson of lessons) classifier.addDocument(textOf(lesson), lesson.label);
      classifier.train();
      return names => names.map(one => classifier.getClassifications(textOf(one)));
    },
  };
}

const contenders: readonly Contender[] = [
  {
    name: 'ours',
    learn: () => {
      const counter = new built.EpisodeCounter();
      for (const lesson of lessons) {
        counter.beginEpisode(-1);
        counter.addRecord(observationsOf(lesson), 'none', lesson.label);
        counter.endEpisode();
      }
      const settled = new built.SettledCounts();
      settled.addSegment(counter.finish().counts);
      const parameters = built.modelParametersOf(built.configOf({}).policy, TOKENIZER_VERSION);
      const scorer = new built.Scorer(built.compileModel(settled, parameters, MADE));
      return names => scorer.scoresOf(names.map(observationsOf));
    },
  },
  natural('natural, words', ({ name }) => name),
  natural('natural, 3-grams', one => tokensOf(observationsOf(one), 3, 3)),
];

const costs = new Map(contenders.map(({ name }) => [name, { learn: [] as Cost[], score: [] as Cost[] }]));
for (let round = 0; round < ROUNDS; round++) {
  await inTurn(
    round,
    contenders.map(({ name, learn }) => async () => {
      let score: ReturnType<Contender['learn']> = () => [];
      const learning = await costOf(async () => {
        score = learn();
      });
      const scoring = await costOf(async () => score(asked));
      costs.get(name)?.learn.push(learning);
      costs.get(name)?.score.push(scoring);
    }),
  );
}

const report = new Report(SEED);
const rows: string[] = [];
for (const { name } of contenders) {
  const cells = (['learn', 'score'] as const).flatMap(work => {
    const names = work === 'learn' ? lessons.length : asked.length;
    const own = costs.get(name)?.[work] ?? [];
    const { perCoreSecond } = rateOf(own, names);
    const ratio = ratioOf(costs.get('ours')?.[work] ?? [], own).perCoreSecond;
    report.add(`${work}: ${name}`, perCoreSecond, 'names/core-s', names);
    if (name !== 'ours') report.add(`${work}: ours`, ratio, `× ${name}, CPU`, names);
    return [thousands(perCoreSecond), name === 'ours' ? '' : `**${rounded(ratio)}**`];
  });
  rows.push(`| ${[name, ...cells].join(' | ')} |`);
}
report.write('speed-natural', 'Speed beside natural', 'npx tsx bench/speed/natural.ts', [
  `${lessons.length} names learnt, ${asked.length} others scored a round, without HTTP or a store; medians of ${ROUNDS} rounds in turn.`,
  '',
  '| what | learn, names/core-s | ours is × | score, names/core-s | ours is × |',
  '|---|---|---|---|---|',
  ...rows,
]);

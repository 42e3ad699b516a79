/**
 * What each part of the model is worth: every kind of evidence alone and left out, weights as they ship and fitted to the
 * site, the shares of the unknown threat (κ of records, ε in texts), the order of the character model, the prior's variance τ². `npm run bench:ablation`
 * writes results/accuracy-ablation.jsonl and .md. One seed; whatever is not named is as it ships. Nothing is chosen by this.
 */
import { compileModel } from '../../src/bayes/compile.ts';
import { Counts, RECORD_FIELD } from '../../src/bayes/counts.ts';
import { encodeCounts } from '../../src/bayes/counts-codec.ts';
import { isSequenceField } from '../../src/bayes/field-counts.ts';
import { KINDS, kindsOf } from '../../src/bayes/fit/evidence-kinds.ts';
import { settledSamples } from '../../src/bayes/fit/sample-model.ts';
import { siteFitOf } from '../../src/bayes/fit/site-fit.ts';
import type { ModelParameters } from '../../src/bayes/model.ts';
import { keyOfNgram, lengthOfKey, NGRAM_SYMBOLS_MAX, PRESENCE_KEY } from '../../src/bayes/ngrams.ts';
import { SettledCounts } from '../../src/bayes/settled-counts.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import { eitherThreat, threatShares, UNKNOWN_THREAT } from '../../src/bayes/unknown-threat.ts';
import { UNDATED_DAY } from '../../src/domain/identity.ts';
import { wantedTasks, writeResults } from './experiment.ts';
import { type Lesson, lessonsOf, PARAMETERS } from './learnt-model.ts';
import { meanOf, type Quality, qualityOf } from './metrics.ts';
import { SHIPPED_BOUNDS, sampleOf } from './sample-of.ts';
import { hashOf } from './seeded.ts';
import type { Case, Split, Task } from './task.ts';
import { TASKS } from './tasks/tasks.ts';

const SEED = 1;
/** Of records every so manieth: enough to see a difference of .01. */
const RECORDS_EVERY = 2;
const EPSILONS = [0, 0.1];
const TAUS_SQUARED = [0.5, 8];
const ORDERS = [1, 2, 3];
/** κ, the share of the unknown threat: none, and as before two incidents tell. */
const SHARES = [0, UNKNOWN_THREAT.share];
/** What is taken away or left by itself: each kind, and all that the worst segments say. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(KINDS.map(kind => [kind, [kind]])),
  'all of the worst segment': KINDS.filter(kind => kind.startsWith('worst_')),
  'all of texts': KINDS.slice(0, KINDS.indexOf('shape')),
};

type Weights = Readonly<Record<string, number>>;

function dot(weights: Weights, kinds: Float64Array): number {
  return KINDS.reduce((sum, kind, at) => sum + (weights[kind] ?? 0) * (kinds[at] ?? 0), 0);
}

/** The same counts without n-grams that are longer than the order allows: contexts of so many symbols, and one more. */
function ofOrder(settled: SettledCounts, order: number): SettledCounts {
  const counts = new Counts();
  for (const name of [RECORD_FIELD, ...settled.fieldNames()]) {
    for (const { field, token, counts: own } of settled.tokens(name)) {
      const key = isSequenceField(field) ? (keyOfNgram(token) ?? PRESENCE_KEY) : token;
      if (typeof key === 'string' || lengthOfKey(key) <= order + 1) counts.bump(UNDATED_DAY, field, key, own);
    }
  }
  const shorter = new SettledCounts();
  shorter.addSegment(encodeCounts(counts));
  return shorter;
}

/** By variant. */
function qualitiesOf(split: Split): Map<string, Quality> {
  const qualities = new Map<string, Quality>();
  const thinned = (cases: readonly Case[]) =>
    cases.filter((_, index) => hashOf(String(index), 0) % RECORDS_EVERY === 0);
  const learnt = lessonsOf(thinned(split.learn));
  const held = lessonsOf(thinned(split.held));
  const { settled } = settledSamples(learnt);
  const tell = (variant: string, scoreOf: (lesson: Lesson, index: number) => number) =>
    qualities.set(
      variant,
      qualityOf(held.map((lesson, index) => ({ bad: lesson.bad, score: scoreOf(lesson, index) }))),
    );
  const badRecords = learnt.filter(({ bad }) => bad).length;
  const fit = siteFitOf(sampleOf(learnt, SHIPPED_BOUNDS, SEED), PARAMETERS, SEED, badRecords);
  const unknownThreat = fit.unknownThreat ?? UNKNOWN_THREAT;
  const { calibration } = fit;
  const shares = threatShares(unknownThreat.share, calibration === undefined ? 0 : unknownThreat.offset);
  const tellModel = (variant: string, counts: SettledCounts, changed: Partial<ModelParameters>) => {
    const parameters = { ...PARAMETERS, unknownThreat, calibration, ...changed };
    const scorer = new Scorer(compileModel(counts, parameters, { id: variant, entry: 0 }));
    tell(variant, ({ observations }) => scorer.logitOf(observations));
    return scorer;
  };
  const scorer = tellModel('as it ships', settled, {});
  const kinds = held.map(({ observations }) => kindsOf(scorer.evidenceOf(observations)));
  const tellWeights = (variant: string, weights: Weights, strangeness: Weights = unknownThreat.weights) =>
    tell(variant, (_, index) => {
      const [known, strange] = [weights, strangeness].map(each => dot(each, kinds[index] as Float64Array));
      return eitherThreat(known as number, strange as number, shares);
    });

  const weights = fit.weights ?? PARAMETERS.weights;
  for (const share of SHARES)
    tellModel(`κ = ${share}`, settled, { unknownThreat: { ...unknownThreat, share } });
  tellWeights('β: cross-fitted on the site', weights);
  tellModel('β and δ: cross-fitted on the site', settled, { weights, corrections: fit.corrections });
  const allOne = Object.fromEntries(KINDS.map(kind => [kind, 1]));
  tellWeights('β: all 1', allOne);
  for (const [part, own] of Object.entries(PARTS)) {
    const kept = (all: Weights, isOwn: boolean) =>
      Object.fromEntries(Object.entries(all).filter(([kind]) => own.includes(kind) === isOwn));
    tellWeights(`alone: ${part}`, kept(PARAMETERS.weights, true), kept(unknownThreat.weights, true));
    tellWeights(`left out: ${part}`, kept(PARAMETERS.weights, false), kept(unknownThreat.weights, false));
  }
  for (const epsilon of EPSILONS) tellModel(`ε = ${epsilon}`, settled, { epsilon });
  for (const tauSquared of TAUS_SQUARED) tellModel(`τ² = ${tauSquared}`, settled, { tauSquared });
  for (const order of ORDERS) tellModel(`order ${order}`, ofOrder(settled, order), {});
  return qualities;
}

interface Line {
  task: string;
  variant: string;
  auc: number;
  at1: number;
  at01: number;
  parts: number;
  seed: number;
  node: string;
}

function linesOf(task: Task): Line[] {
  const parts = task.splits(SEED).map(qualitiesOf);
  return [...(parts[0]?.keys() ?? [])].map(variant => {
    const mean = (metric: keyof Quality) =>
      Number(meanOf(parts.map(part => part.get(variant)?.[metric] ?? Number.NaN)).toFixed(4));
    return {
      ...{ task: task.name, variant, auc: mean('auc'), at1: mean('detectionAt1Percent') },
      ...{ at01: mean('detectionAt01Percent'), parts: parts.length, seed: SEED, node: process.version },
    };
  });
}

function pageOf(lines: readonly Line[]): string {
  const tasks = [...new Set(lines.map(line => line.task))];
  const row = (variant: string) => {
    const cells = tasks.map(task => {
      const line = lines.find(one => one.task === task && one.variant === variant);
      return line === undefined ? '' : `${line.auc.toFixed(3)} / ${line.at1.toFixed(3)}`;
    });
    return `| ${variant} | ${cells.join(' | ')} |`;
  };
  return `# Ablation

Written by \`npm run bench:ablation\`: AUC / detection at 1 % false alarms on the tasks of accuracy.md, one seed, half of the records, the mean over
held parts. As it ships: shipped weights, κ as the site chooses it, ε = ${PARAMETERS.epsilon}, contexts of up to ${NGRAM_SYMBOLS_MAX - 1} symbols (order), τ² = ${PARAMETERS.tauSquared}. *Alone*: that
evidence and nothing else; *left out*: all but that, the other weights as they are. Weights are fitted to a site from five
incidents on; with fewer the line is that of what ships.

| | ${tasks.join(' | ')} |
|${' --- |'.repeat(tasks.length + 1)}
${[...new Set(lines.map(line => line.variant))].map(row).join('\n')}
`;
}

const lines = wantedTasks(TASKS).flatMap(task => {
  const own = linesOf(task);
  for (const line of own) console.log(JSON.stringify(line));
  return own;
});
if (lines.length > 0) {
  writeResults('accuracy-ablation.jsonl', `${lines.map(line => JSON.stringify(line)).join('\n')}\n`);
  writeResults('accuracy-ablation.md', pageOf(lines));
}

/**
 * The experiment behind docs/adr/0014: what a floor under counts takes from a model, and what it costs. Entries are left out, as
 * it ships, beside forgetting the counts themselves, by the floor of the bad that ships and by the same floor as the good's. Of all
 * that is marked, and of four bad episodes an incident. Shipped weights. `npx tsx bench/accuracy/pruning.ts` writes
 * results/pruning.jsonl.
 */
import { compileModel } from '../../src/bayes/compile.ts';
import { Counts } from '../../src/bayes/counts.ts';
import { encodeCounts } from '../../src/bayes/counts-codec.ts';
import { isSequenceField } from '../../src/bayes/field-counts.ts';
import { settledSamples } from '../../src/bayes/fit/sample-model.ts';
import type { CompiledModel, TokenCounts } from '../../src/bayes/model.ts';
import { keyOfNgram } from '../../src/bayes/ngrams.ts';
import { isPruned } from '../../src/bayes/pruning.ts';
import { SettledCounts } from '../../src/bayes/settled-counts.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import { UNDATED_DAY } from '../../src/domain/identity.ts';
import { experiment } from './experiment.ts';
import { type Lesson, lessonsOf, PARAMETERS } from './learnt-model.ts';
import { meanOf, type Quality, qualityOf } from './metrics.ts';
import type { Task } from './task.ts';
import { TASKS } from './tasks/tasks.ts';

const SEED = 1;
const MADE = { id: '0'.repeat(32), entry: 0 };
const FEW = 4;
/** Nothing decays here, so that floors of 1 and less leave everything. */
const FLOORS = [2, 3, 5, 10];
const FORGOTTEN_FLOORS = [2, 5];

type IsForgotten = (counts: TokenCounts) => boolean;

interface Variant {
  below: number;
  how: 'entries' | 'forgotten' | 'forgotten, both classes';
  of: (settled: SettledCounts) => CompiledModel;
}

const VARIANTS: readonly Variant[] = [
  { below: 0, how: 'entries', of: settled => compileModel(settled, PARAMETERS, MADE) },
  ...FLOORS.map((pruneBelow): Variant => {
    const parameters = { ...PARAMETERS, pruneBelow };
    return { below: pruneBelow, how: 'entries', of: settled => compileModel(settled, parameters, MADE) };
  }),
  ...FORGOTTEN_FLOORS.flatMap((below): Variant[] => [
    {
      ...{ below, how: 'forgotten' },
      of: withoutCounts(({ goodEpisodes: good, badEpisodes: bad }) => isPruned({ good, bad }, below)),
    },
    {
      ...{ below, how: 'forgotten, both classes' },
      of: withoutCounts(({ goodEpisodes, badEpisodes }) => goodEpisodes < below && badEpisodes < below),
    },
  ]),
];

/** The model of the counts that would be left. */
function withoutCounts(isForgotten: IsForgotten): (settled: SettledCounts) => CompiledModel {
  return settled => {
    const left = new Counts();
    for (const { field, token, counts } of settled.tokens()) {
      if (token !== '' && isForgotten(counts)) continue;
      left.bump(UNDATED_DAY, field, isSequenceField(field) ? (keyOfNgram(token) ?? 0) : token, counts);
    }
    const fewer = new SettledCounts();
    fewer.addSegment(encodeCounts(left));
    return compileModel(fewer, PARAMETERS, MADE);
  };
}

/** All of the good, and the first episodes of each bad incident. */
function fewOf(lessons: readonly Lesson[]): Lesson[] {
  const episodes = new Map<string, Set<string>>();
  return lessons.filter(({ bad, incident, episode }) => {
    if (!bad) return true;
    const known = episodes.get(incident) ?? new Set();
    episodes.set(incident, known);
    if (known.size < FEW) known.add(episode);
    return known.has(episode);
  });
}

function ngramsIn({ sequences }: CompiledModel): number {
  return Object.values(sequences).reduce((sum, { ngrams }) => sum + ngrams, 0);
}

/** What a process that scores holds of it. */
function bytesOf({ sequences, categories }: CompiledModel): number {
  const { keysLow, keysHigh, lambda, surprise } = categories;
  const table = [keysLow, keysHigh, lambda, surprise].reduce((sum, { byteLength }) => sum + byteLength, 0);
  return Object.values(sequences).reduce((sum, { nodes }) => sum + nodes.byteLength, table);
}

function linesOf(task: Task): string[] {
  const splits = task
    .splits(SEED)
    .map(({ learn, held }) => ({ learn: lessonsOf(learn), held: lessonsOf(held) }));
  const isMarked = splits.some(({ learn }) => learn.some(({ bad }) => bad));
  return (isMarked ? (['all', 'few'] as const) : (['all'] as const)).flatMap(marked => {
    const learnt = splits.map(({ learn, held }) => ({
      settled: settledSamples(marked === 'all' ? learn : fewOf(learn)).settled,
      held,
    }));
    return VARIANTS.map(({ below, how, of }) => {
      const parts = learnt.map(({ settled, held }) => {
        const model = of(settled);
        const scorer = new Scorer(model);
        const scored = held.map(({ observations, bad }) => ({ score: scorer.logitOf(observations), bad }));
        return { ...qualityOf(scored), ngrams: ngramsIn(model), bytes: bytesOf(model) };
      });
      const mean = (metric: keyof Quality | 'ngrams' | 'bytes', digits: number) =>
        Number(meanOf(parts.map(part => part[metric])).toFixed(digits));
      return JSON.stringify({
        ...{ task: task.name, marked, below, how, auc: mean('auc', 4) },
        ...{ at1: mean('detectionAt1Percent', 4), at01: mean('detectionAt01Percent', 4) },
        ...{ ngrams: mean('ngrams', 0), bytes: mean('bytes', 0), seed: SEED, node: process.version },
      });
    });
  });
}

experiment('pruning.jsonl', TASKS, linesOf);

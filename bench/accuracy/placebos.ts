/**
 * Noisy windows, with and without shrinkage by placebos: `npx tsx bench/accuracy/placebos.ts` writes
 * results/placebos.jsonl. A window of real browsing is marked bad, with a share of guilty names in it; found are to be unseen
 * tools and families. *Known*: the same guilty alone are marked. *Tokens*: by the mean log-odds of n-grams alone; *score*: all
 * evidence with the shipped weights.
 */
import { KINDS, kindsOf } from '../../src/bayes/fit/evidence-kinds.ts';
import { ChanceOfSite, type Contrast, type Stretch } from '../../src/bayes/fit/placebos.ts';
import { countsOfSamples } from '../../src/bayes/fit/sample-model.ts';
import { TokenSelection } from '../../src/bayes/fit/token-selection.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import { experiment } from './experiment.ts';
import { type Lesson, learntModel, lessonsOf, PARAMETERS } from './learnt-model.ts';
import { meanOf, type Quality, qualityOf } from './metrics.ts';
import { seededRandom } from './seeded.ts';
import type { Case, Split, Task } from './task.ts';
import { browsingNames } from './tasks/good-names.ts';
import { noisyWindow } from './tasks/noisy-window.ts';

const SEED = 1;
/** Of a task's splits the first two: every one counts tens of thousands of names some ten times. */
const PARTS = 2;
const PLACEBOS = 3;
const TASKS = [
  ...[0.05, 0.01, 0.003].map(share => noisyWindow('generated', share)),
  ...[0.05, 0.003].map(share => noisyWindow('tunnels', share)),
];
const LOG_ODDS = KINDS.indexOf('log_odds');

const countsOf = (lessons: readonly Lesson[], to: 'bad' | 'good' | 'none', from: 'good' | 'none' = 'none') =>
  countsOfSamples(lessons, () => [from, to]).counts;

/** A stretch of the good as long as the window, with the other names of its sites: they are no innocent traffic beside it. */
function placeboOf(good: readonly Case[], records: number, random: () => number): Stretch {
  const start = Math.floor(random() * (good.length - records));
  const stretch = good.slice(start, start + records);
  const sites = new Set(stretch.map(one => one.incident));
  const taken = lessonsOf(good.filter(one => sites.has(one.incident)));
  return { records, bad: countsOf(lessonsOf(stretch), 'bad'), good: countsOf(taken, 'none', 'good') };
}

/** What the site has learnt as good: all browsing there is, but for sites of the window and those that are held. */
function goodOf({ learn, held }: Split): Case[] {
  const others = new Set([...learn.filter(one => one.label === 'bad'), ...held].map(one => one.incident));
  return browsingNames()
    .filter(one => !others.has(one.incident))
    .sort((a, b) => (a.witness.atMs ?? 0) - (b.witness.atMs ?? 0));
}

interface Outcome {
  qualities: Map<string, Quality>;
  contrast: Contrast;
}

function outcomeOf(split: Split): Outcome {
  const random = seededRandom(SEED);
  const good = goodOf(split);
  const window = split.learn.filter(one => one.label === 'bad');
  const lessons = [...lessonsOf(good), ...lessonsOf(window)];
  const placebos = Array.from({ length: PLACEBOS }, () => placeboOf(good, window.length, random));
  const own: Stretch = { records: window.length, bad: countsOf(lessonsOf(window), 'bad'), good: null };
  const selection = new TokenSelection();
  for (const { bad } of [own, ...placebos]) selection.choose(bad);
  for (const counts of [countsOf(lessonsOf(good), 'good'), own.bad]) selection.add(counts);
  const chance = new ChanceOfSite(selection.counts, PARAMETERS);
  const { noise, contrasts } = chance.of([
    { name: 'window', records: window.length, tellsChance: true, own, placebos },
  ]);
  const contrast = contrasts['window'];
  if (contrast === undefined) throw new Error('the window has no contrast');
  // Of the window's innocent names the incident is the site that asked for them.
  const known = lessons.filter(one => !one.bad || !one.incident.startsWith('site '));
  const held = lessonsOf(split.held);
  const qualities = new Map<string, Quality>();
  for (const [variant, learnt, shown] of [
    ['known', known, undefined],
    ['plain', lessons, undefined],
    ['shrunk', lessons, noise],
  ] as const) {
    const scorer = new Scorer(learntModel(learnt, { ...PARAMETERS, noise: shown }));
    const scored = held.map(({ observations, bad }) => {
      const kinds = kindsOf(scorer.evidenceOf(observations));
      const score = KINDS.reduce(
        (sum, kind, at) => sum + (PARAMETERS.weights[kind] ?? 0) * (kinds[at] ?? 0),
        0,
      );
      return { bad, tokens: kinds[LOG_ODDS] ?? 0, score };
    });
    for (const evidence of ['tokens', 'score'] as const) {
      const quality = qualityOf(scored.map(one => ({ bad: one.bad, score: one[evidence] })));
      qualities.set(`${evidence} ${variant}`, quality);
    }
  }
  return { qualities, contrast };
}

function linesOf(task: Task): string[] {
  const each = task.splits(SEED).slice(0, PARTS).map(outcomeOf);
  const rounded = (values: readonly number[]) => Number(meanOf(values).toFixed(4));
  return [...(each[0]?.qualities.keys() ?? [])].map(name => {
    const mean = (metric: keyof Quality) =>
      rounded(each.map(one => one.qualities.get(name)?.[metric] ?? Number.NaN));
    const [evidence, variant] = name.split(' ');
    return JSON.stringify({
      ...{ task: task.name, evidence, variant, auc: mean('auc') },
      ...{ at1: mean('detectionAt1Percent'), at01: mean('detectionAt01Percent') },
      contrast: rounded(each.map(one => one.contrast.observed)),
      placebos: {
        mean: rounded(each.map(one => one.contrast.placebos.mean)),
        max: Number(Math.max(...each.map(one => one.contrast.placebos.max)).toFixed(4)),
        n: PLACEBOS,
      },
      ...{ parts: each.length, seed: SEED, node: process.version },
    });
  });
}

experiment('placebos.jsonl', TASKS, linesOf);

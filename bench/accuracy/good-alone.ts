/**
 * What scores are worth before anybody has marked anything: `npx tsx bench/accuracy/good-alone.ts` writes
 * results/good-alone.jsonl. The good of each task alone is learnt, a calibration of it is fitted, and judged on what is held, in
 * a stream with one bad record in a thousand. What was tried besides the shipped one: none, a single κ in place of the
 * mixture of all, every episode as a witness of its own, no tail behind the rarest, and records told by models that never saw their
 * sender, or by such that may have, alone.
 */

import { type ConformalCalibration, logRatioOf, surpriseOf } from '../../src/bayes/conformal.ts';
import { CONFORMAL_EPISODES_MIN, calibrationOf, type HeldRecord } from '../../src/bayes/fit/calibration.ts';
import { conformalOf } from '../../src/bayes/fit/conformal.ts';
import { logit, sigmoid } from '../../src/bayes/log-odds.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import {
  BASE_RATE,
  brierSkill,
  expectedCalibrationError,
  streamMean,
  streamOf,
} from './calibrated-stream.ts';
import { experiment } from './experiment.ts';
import { heldRecordsOf } from './held-records.ts';
import { learntModel, lessonsOf } from './learnt-model.ts';
import { meanOf } from './metrics.ts';
import { SHIPPED_BOUNDS, sampleOf } from './sample-of.ts';
import type { Split, Task } from './task.ts';
import { TASKS } from './tasks/tasks.ts';

const PRIOR = logit(BASE_RATE);
/** Tasks in which nothing is marked are judged as the accuracy is; the others show what real threats come to. */
const seedsOf = (task: Task) => (task.name.startsWith('wrong-host') ? [1, 2, 3, 4, 5] : [1]);

/** ln Λ of a surprise. */
type Ratio = (surprise: number) => number;
const ofKappa =
  (kappa: number): Ratio =>
  surprise =>
    Math.log(kappa) + (1 - kappa) * surprise;
const RATIOS: Readonly<Record<string, Ratio>> = {
  'κ = .3': ofKappa(0.3),
  'κ = .5': ofKappa(0.5),
  'κ = .7': ofKappa(0.7),
  mixture: logRatioOf,
};

/** The shipped one, and the same with every episode as a witness of its own. */
function calibrationsOf(records: readonly HeldRecord[]): Record<string, ConformalCalibration> {
  const shipped = calibrationOf(records);
  if (shipped?.method !== 'conformal') return {};
  // A sample holds one record of each episode.
  const samples = records.map(({ evidence }) => ({ evidence, bad: false, weight: 1 }));
  const learntFrom = { ...shipped.learntFrom, independentGoodEpisodes: records.length };
  return { independent: shipped, episodes: conformalOf(samples, learntFrom) };
}

/** ln Λ of evidence, by what is tried. */
function methodsOf(
  shipped: readonly HeldRecord[],
  apart: Readonly<Record<string, readonly HeldRecord[]>>,
): Map<string, (evidence: number) => number> {
  const methods = new Map<string, (evidence: number) => number>([['none', evidence => evidence]]);
  for (const [witnesses, calibration] of Object.entries(calibrationsOf(shipped))) {
    const rarest = calibration.surprise.values.at(-1) ?? 0;
    for (const [name, ratio] of Object.entries(RATIOS)) {
      methods.set(`${name}, ${witnesses}`, evidence => ratio(surpriseOf(calibration, evidence)));
      methods.set(`${name}, ${witnesses}, no tail`, evidence =>
        ratio(Math.min(rarest, surpriseOf(calibration, evidence))),
      );
    }
  }
  for (const [senders, records] of Object.entries(apart)) {
    const { independent } = calibrationsOf(records);
    if (independent === undefined) continue;
    methods.set(`mixture, independent, ${senders}`, evidence =>
      logRatioOf(surpriseOf(independent, evidence)),
    );
  }
  return methods;
}

interface Figures {
  brierSkill: number;
  calibrationError: number;
  /** Mean score of the good. */
  told: number;
}

function figuresOf(split: Split, seed: number): Map<string, Figures> {
  const good = lessonsOf(split.learn).filter(({ bad }) => !bad);
  const sample = sampleOf(good, SHIPPED_BOUNDS, seed);
  if (sample.length < CONFORMAL_EPISODES_MIN) return new Map();
  const scorer = new Scorer(learntModel(good));
  const held = lessonsOf(split.held).map(({ observations, bad }) => ({
    evidence: scorer.logitOf(observations) - PRIOR,
    bad,
  }));
  const parted = sample.map(one => ({ ...one, incident: one.episode }));
  const methods = methodsOf(heldRecordsOf(sample, seed).records, {
    'senders held': heldRecordsOf(sample, seed, 'without their sender').records,
    'senders parted': heldRecordsOf(parted, seed, 'without their sender').records,
  });
  return new Map(
    [...methods].map(([name, ratio]) => {
      const stream = streamOf(
        held.map(({ evidence, bad }) => ({ score: sigmoid(PRIOR + ratio(evidence)), bad })),
      );
      const told = streamMean(
        stream.filter(({ bad }) => !bad),
        ({ score }) => score,
      );
      return [
        name,
        { brierSkill: brierSkill(stream), calibrationError: expectedCalibrationError(stream), told },
      ];
    }),
  );
}

function linesOf(task: Task): string[] {
  const parts = seedsOf(task).flatMap(seed => task.splits(seed).map(split => figuresOf(split, seed)));
  const names = new Set(parts.flatMap(part => [...part.keys()]));
  return [...names].map(method => {
    const each = parts.flatMap(part => part.get(method) ?? []);
    const mean = (name: keyof Figures) => Number(meanOf(each.map(one => one[name])).toFixed(5));
    return JSON.stringify({
      ...{ task: task.name, method, brierSkill: mean('brierSkill') },
      ...{ calibrationError: mean('calibrationError'), told: mean('told'), parts: each.length },
      ...{ seed: seedsOf(task).join(','), node: process.version },
    });
  });
}

experiment('good-alone.jsonl', TASKS, linesOf);

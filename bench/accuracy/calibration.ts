/**
 * Whether scores may be taken at their word: `npx tsx bench/accuracy/calibration.ts` writes results/calibration.jsonl.
 * Each part of a task is learnt, a calibration is fitted on cross-fitted evidence of a bounded sample of what was learnt, and
 * judged on what was held: other incidents, in a stream with one bad record in a thousand.
 */
import { type Calibrated, type Calibration, calibrate, verdictOf } from '../../src/bayes/calibrate.ts';
import type { CalibrationSize } from '../../src/bayes/calibration-size.ts';
import { calibrationOf, calibrationSamplesOf, type HeldRecord } from '../../src/bayes/fit/calibration.ts';
import { plattOf } from '../../src/bayes/fit/platt.ts';
import { vennAbersOf } from '../../src/bayes/fit/venn-abers.ts';
import { logit } from '../../src/bayes/log-odds.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import { thresholdOf } from '../../src/domain/policy.ts';
import {
  BASE_RATE,
  brierSkill,
  COSTS,
  expectedCalibrationError,
  shareOfBad,
  streamMean,
  streamOf,
  type Weighed,
} from './calibrated-stream.ts';
import { experiment } from './experiment.ts';
import { heldRecordsOf } from './held-records.ts';
import { learntModel, lessonsOf, PARAMETERS } from './learnt-model.ts';
import { detectionAt, meanOf } from './metrics.ts';
import { type SampleBounds, SHIPPED_BOUNDS, sampleOf } from './sample-of.ts';
import type { Split, Task } from './task.ts';
import { NEXT_HOSTS } from './tasks/next-host.ts';
import { TASKS } from './tasks/tasks.ts';

const SEEDS = [1, 2];
const PRIOR = logit(BASE_RATE);

/** A held record of the stream. */
type Scored = Weighed<Calibrated & { bad: boolean }>;

interface Figures {
  /** Detection at 1 % false alarms, by the score: a calibration is to keep the order. */
  at1: number;
  /** Expected calibration error over bins of equal weight. */
  ece: number;
  /** 1 − Brier score / that of the base rate. */
  brierSkill: number;
  /** Mean score, and share of the bad, of what scores at least the threshold of the costs. */
  alarmsTold: number;
  alarmsFound: number;
  /** Shares of the bad, and of the good, by verdict. */
  badAlarmed: number;
  badUnsure: number;
  goodAlarmed: number;
  goodUnsure: number;
}

function figuresOf(scored: readonly Scored[]): Figures {
  const alarms = scored.filter(one => one.score >= thresholdOf(COSTS));
  const [bad, good] = [scored.filter(one => one.bad), scored.filter(one => !one.bad)];
  const share = (some: readonly Scored[], verdict: string) =>
    streamMean(some, one => (verdictOf(one, COSTS) === verdict ? 1 : 0));
  return {
    at1: detectionAt(scored, 0.01),
    ece: expectedCalibrationError(scored),
    brierSkill: brierSkill(scored),
    alarmsTold: streamMean(alarms, one => one.score),
    alarmsFound: shareOfBad(alarms),
    badAlarmed: share(bad, 'bad'),
    badUnsure: share(bad, 'unsure'),
    goodAlarmed: share(good, 'bad'),
    goodUnsure: share(good, 'unsure'),
  };
}

const METHODS: Readonly<Record<string, (held: readonly HeldRecord[]) => Calibration | undefined>> = {
  none: () => undefined,
  platt: held => {
    const { samples, learntFrom } = calibrationSamplesOf(held);
    return plattOf(samples, learntFrom);
  },
  'venn-abers': held => {
    const { samples, learntFrom } = calibrationSamplesOf(held);
    return vennAbersOf(samples, learntFrom);
  },
  shipped: held => calibrationOf(held),
};
/** How much a site has marked: all that a sample holds, and less. */
const SIZES: Readonly<Record<string, SampleBounds>> = {
  full: SHIPPED_BOUNDS,
  small: { incidents: 6, episodesOfIncident: 16, goodEpisodes: 2_048 },
};

interface Outcome {
  figures: Figures;
  learntFrom: Required<CalibrationSize>;
  /** Of a Venn-Abers table. */
  steps: number;
}

function outcomesOf(split: Split, seed: number): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  const lessons = lessonsOf(split.learn);
  const held = lessonsOf(split.held);
  for (const [size, bounds] of Object.entries(SIZES)) {
    const { records, unknownThreat } = heldRecordsOf(sampleOf(lessons, bounds, seed), seed);
    // Before anything is bad: good-alone.ts.
    if (!records.some(({ bad }) => bad)) continue;
    // The offset holds beside a calibration; logits are those before it.
    const shipped = calibrationOf(records, lessons.filter(({ bad }) => bad).length);
    const parameters = { ...PARAMETERS, unknownThreat, calibration: shipped };
    const scorer = new Scorer(learntModel(lessons, parameters));
    const logits = held.map(({ observations }) => scorer.logitOf(observations));
    const { learntFrom } = calibrationSamplesOf(records);
    for (const [method, calibrationFor] of Object.entries(METHODS)) {
      const calibration = calibrationFor(records);
      const scored = streamOf(
        held.map(({ bad }, index) => ({ ...calibrate(calibration, PRIOR, logits[index] as number), bad })),
      );
      const steps =
        calibration?.method === 'venn-abers' ? calibration.low.at.length + calibration.high.at.length : 0;
      outcomes.set(`${size} ${method}`, { figures: figuresOf(scored), learntFrom, steps });
    }
  }
  return outcomes;
}

function linesOf(task: Task): string[] {
  const parts = SEEDS.flatMap(seed => task.splits(seed).map(split => outcomesOf(split, seed)));
  return [...(parts.find(part => part.size > 0)?.keys() ?? [])].map(key => {
    const each = parts.flatMap(part => part.get(key) ?? []);
    const names = Object.keys(each[0]?.figures ?? {}) as (keyof Figures)[];
    // No alarm, no share of the bad among the alarms: such a part tells nothing there.
    const means = names.map(name => {
      const known = each.map(one => one.figures[name]).filter(value => !Number.isNaN(value));
      return [name, known.length === 0 ? null : Number(meanOf(known).toFixed(5))];
    });
    const least = (name: keyof CalibrationSize) =>
      Number(Math.min(...each.map(one => one.learntFrom[name])).toFixed(1));
    const [sample, method] = key.split(' ');
    return JSON.stringify({
      ...{ task: task.name, sample, method, ...Object.fromEntries(means) },
      ...{ incidents: least('incidents'), badEpisodes: least('badEpisodes') },
      ...{ independentBadEpisodes: least('independentBadEpisodes') },
      ...{ steps: Math.max(...each.map(one => one.steps)), parts: each.length },
      ...{ seed: SEEDS.join(','), node: process.version },
    });
  });
}

experiment('calibration.jsonl', [...TASKS, ...NEXT_HOSTS], linesOf);

/**
 * The fit of the weights that a site is born with (fit-weights.ts), on cross-fitted evidence of the development tasks: what each
 * record and task weighs in it, towards what the weights are drawn, and what they keep.
 */
import { KINDS, kindsOf } from '../../src/bayes/fit/evidence-kinds.ts';
import { type Fit, fitLogistic } from '../../src/bayes/fit/logistic.ts';
import { crossFitted } from './cross-fitted.ts';
import { examplesOf } from './evidence-kinds.ts';
import type { HeldOfSplit } from './split-quality.ts';
import { FITTED_TASKS } from './tasks/tasks.ts';
import { WRONG_HOSTS } from './tasks/wrong-host.ts';

/**
 * What is strange in its context keeps all of it: the fit would have .47, for what it loses on the many good visitors who are
 * new themselves, and find half as much where alarms are few (docs/adr/0011-conditional-categories.md).
 */
export const CONDITIONAL_SURPRISE = 0.7;
/**
 * Sizes that are unusual for their protocol weigh this, and all else is fitted as if they said nothing: the fit would have .64,
 * by which more wrong hosts are missed where alarms are few, since their sizes are everyday ones (docs/adr/0011-conditional-categories.md).
 */
export const PROTOCOL_SURPRISE = 0.3;
/**
 * Before any data: whole texts weigh twice their worst segments, which say much the same (of a segment of 8 symbols half
 * the mean is left: the weight is doubled); a unit of log-odds is about a unit of evidence, tokens that go together share it.
 */
const PRIOR: Readonly<Record<string, number>> = {
  likelihood: 0.2,
  surprise: 0.4,
  log_odds: 0.4,
  log_odds_records: 0.2,
  unseen: 1,
  worst_likelihood: 0.1,
  worst_surprise: 0.4,
  worst_log_odds: 0.4,
  worst_log_odds_records: 0.2,
  worst_unseen: 1,
  shape: 0.2,
  core: 0.2,
  categories: 0.3,
  // 28 columns vary together as if there were six, and the plain ones hardly (docs/adr/0016-flow-statistics.md).
  statistics: 0.06,
  addresses: 0.2,
  category_surprise: 0.1,
  conditional: 0.2,
  conditional_surprise: CONDITIONAL_SURPRISE,
  protocol_surprise: PROTOCOL_SURPRISE,
};
const SIZES = KINDS.indexOf('protocol_surprise');
const RIDGE = 0.01;
/** Every kind keeps a quarter of it: what no development task hides behind padding, an attacker will. */
const FLOOR = 0.25;
const FLOORS: Readonly<Record<string, number>> = { conditional_surprise: 1 };
/** Of the good, every so manieth is enough for a dozen weights. */
const GOOD_EVERY = 2;
/**
 * How much the same tasks weigh with nothing marked, when only surprise and the unseen speak: there the good must stay
 * near the base rate, and the strange rise above it.
 */
const UNMARKED_WEIGHT = 0.5;
/**
 * How much of that a task weighs whose bad records differ from good ones in their host alone: enough for what is strange in
 * context, and too little to pull at what both hold alike.
 */
const WRONG_HOST_WEIGHT = 0.3;
/** Two tasks of one capture: neither is unseen where the other is fitted on. */
const CAPTURES: readonly (readonly string[])[] = [
  ['web-attacks', 'web-attacks-no-user-agent'],
  ['missing-host', 'missing-host-masked'],
];

/**
 * HeldOfSplit records of all tasks, those of wrong hosts with nothing marked alone.
 * @param goodOnly learns the good alone    @param featuresOf evidence by group
 */
export function heldOf(
  goodOnly: boolean,
  seeds: readonly number[],
  featuresOf: (evidence: ReadonlyMap<string, number>) => Float64Array = kindsOf,
): HeldOfSplit[] {
  const tasks = FITTED_TASKS.filter(task => task.available() && (goodOnly || !WRONG_HOSTS.includes(task)));
  return tasks.flatMap(task =>
    seeds.flatMap(seed =>
      crossFitted(task, seed, goodOnly).flatMap((held, index) =>
        held
          .filter((one, place) => one.bad || place % GOOD_EVERY === 0)
          .map(({ evidence, bad, incident }) => ({
            task: task.name,
            features: featuresOf(evidence),
            bad,
            incident,
            split: `${seed} ${index}`,
          })),
      ),
    ),
  );
}

/** The level of each of these tasks, as features behind the kinds: what a free intercept would be, towards good. */
function levelsOf(task: string | undefined): number[] {
  return WRONG_HOSTS.map(({ name }) => (name === task ? -1 : 0));
}

/** Weights by kind, in the order of KINDS. @param unmarked of the good alone */
export function fitOf(held: readonly HeldOfSplit[], unmarked: readonly HeldOfSplit[]): Fit {
  const shareOf = ({ task }: HeldOfSplit) =>
    UNMARKED_WEIGHT * (WRONG_HOSTS.some(({ name }) => name === task) ? WRONG_HOST_WEIGHT : 1);
  const withLevels = (some: readonly HeldOfSplit[], weightOf: (one: HeldOfSplit) => number) =>
    examplesOf(some).map((example, index) => {
      const one = some[index] as HeldOfSplit;
      const features = Float64Array.from([...example.features, ...levelsOf(one.task)]);
      features[SIZES] = 0;
      return { ...example, features, weight: example.weight * weightOf(one) };
    });
  const levels = WRONG_HOSTS.map(() => 0);
  const { weights, intercept } = fitLogistic(
    [...withLevels(held, () => 1), ...withLevels(unmarked, shareOf)],
    {
      prior: [...KINDS.map(kind => PRIOR[kind] ?? 0), ...levels],
      floor: [...KINDS.map(kind => FLOORS[kind] ?? FLOOR), ...levels],
      ridge: RIDGE,
      intercept: 0,
    },
  );
  return { weights: weights.slice(0, KINDS.length), intercept };
}

/** The same without the capture of a task, as if nobody had seen it. */
export function fitWithout(
  task: string,
  held: readonly HeldOfSplit[],
  unmarked: readonly HeldOfSplit[],
): Fit {
  const related = CAPTURES.find(group => group.includes(task)) ?? [task];
  const isOther = (one: HeldOfSplit) => !related.includes(one.task);
  return fitOf(held.filter(isOther), unmarked.filter(isOther));
}

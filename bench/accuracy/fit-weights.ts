/**
 * Fits the weights that a site is born with, on cross-fitted evidence of all development tasks, and writes
 * src/bayes/default-weights.ts: `npm run bench:weights`. Only what carries over to incidents that no model saw can earn a
 * weight here; fields share it by kind. The intercept stays 0 (a site's own is its base rate), so a kind whose zero is not
 * where good and bad are even pays for it; only tasks of wrong hosts have a level of their own, which is for the calibration
 * of a site to tell. What it prints tells how much each task would miss its own part in the fit.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS, kindsOf } from '../../src/bayes/fit/evidence-kinds.ts';
import { type Fit, fitLogistic, logitOf } from '../../src/bayes/fit/logistic.ts';
import { crossFitted } from './cross-fitted.ts';
import { examplesOf, type HeldFeatures } from './evidence-kinds.ts';
import { meanOf, qualityOf } from './metrics.ts';
import { FITTED_TASKS } from './tasks/tasks.ts';
import { WRONG_HOSTS } from './tasks/wrong-host.ts';

const SEEDS = [1, 2];
/**
 * What is strange in its context keeps all of it: the fit would have .47, for what it loses on the many good visitors who are
 * new themselves, and find half as much where alarms are few (docs/adr/0011-conditional-categories.md).
 */
const CONDITIONAL_SURPRISE = 0.7;
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
  core_shape: 0.2,
  categories: 0.3,
  // 28 columns vary together as if there were six, and the plain ones hardly (docs/adr/0016-flow-statistics.md).
  statistics: 0.06,
  addresses: 0.2,
  category_surprise: 0.1,
  conditional: 0.2,
  conditional_surprise: CONDITIONAL_SURPRISE,
};
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
const CAPTURES = [
  ['web-attacks', 'web-attacks-no-user-agent'],
  ['missing-host', 'missing-host-masked'],
];

interface Held extends HeldFeatures {
  split: string;
}

function heldOf(goodOnly: boolean, seeds: readonly number[]): Held[] {
  const tasks = FITTED_TASKS.filter(task => task.available() && (goodOnly || !WRONG_HOSTS.includes(task)));
  return tasks.flatMap(task =>
    seeds.flatMap(seed =>
      crossFitted(task, seed, goodOnly).flatMap((held, index) =>
        held
          .filter((one, place) => one.bad || place % GOOD_EVERY === 0)
          .map(({ evidence, bad, incident }) => ({
            task: task.name,
            features: kindsOf(evidence),
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

function fitOf(held: readonly Held[], unmarked: readonly Held[]): Fit {
  const shareOf = ({ task }: Held) =>
    UNMARKED_WEIGHT * (WRONG_HOSTS.some(({ name }) => name === task) ? WRONG_HOST_WEIGHT : 1);
  const withLevels = (some: readonly Held[], weightOf: (one: Held) => number) =>
    examplesOf(some).map((example, index) => {
      const one = some[index] as Held;
      const features = Float64Array.from([...example.features, ...levelsOf(one.task)]);
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

function qualityText(held: readonly Held[], fit: Fit): string {
  const splits = [...new Set(held.map(one => one.split))].map(split =>
    qualityOf(
      held
        .filter(one => one.split === split)
        .map(({ features, bad }) => ({ score: logitOf(fit, features), bad })),
    ),
  );
  const mean = (['auc', 'detectionAt1Percent', 'detectionAt01Percent'] as const).map(metric =>
    meanOf(splits.map(one => one[metric])).toFixed(3),
  );
  return mean.join(' / ');
}

function quantile(sorted: readonly number[], share: number): string {
  return (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(2);
}

const held = heldOf(false, SEEDS);
if (held.length === 0) throw new Error('no developer data beside the checkout: nothing to fit on');
const unmarked = heldOf(true, SEEDS.slice(0, 1));
const names = [...new Set([...held, ...unmarked].map(one => one.task))];
const fit = fitOf(held, unmarked);
console.log(
  'AUC / detection at 1 % / at 0.1 % false alarms: all tasks fitted; this capture left out of the fit',
);
for (const name of names) {
  const related = CAPTURES.find(group => group.includes(name)) ?? [name];
  const isOther = (one: Held) => !related.includes(one.task);
  const without = fitOf(held.filter(isOther), unmarked.filter(isOther));
  for (const [which, all] of Object.entries({ marked: held, 'nothing marked': unmarked })) {
    const own = all.filter(one => one.task === name);
    if (own.length > 0)
      console.log(`${name}, ${which}: ${qualityText(own, fit)}; ${qualityText(own, without)}`);
  }
}

console.log('only good learnt, nats above the base rate: good at 50, 90, 99 %; bad at 10, 50 %');
for (const name of names) {
  const logits = (bad: boolean) =>
    unmarked
      .filter(one => one.task === name && one.bad === bad)
      .map(one => logitOf(fit, one.features))
      .sort((a, b) => a - b);
  const [good, bad] = [logits(false), logits(true)];
  console.log(
    `${name}: ${[0.5, 0.9, 0.99].map(share => quantile(good, share)).join(' ')}; ${[0.1, 0.5].map(share => quantile(bad, share)).join(' ')}`,
  );
}

const rows = KINDS.map((kind, index) => `  ${kind}: ${Number((fit.weights[index] ?? 0).toFixed(3))},`);
const source = `/**
 * β of each kind of evidence while a site has fewer than five incidents of its own to fit it on.
 * A name is a group (\`dns.question.name.log_odds\`) or a kind (\`log_odds\`, for every field); the group's wins, and what is
 * not named weighs 0. Written by \`npm run bench:weights\`: a ridge logistic regression on
 * cross-fitted evidence of ${names.length} development tasks (bench/README.md), every task and incident weighing the same, and at
 * half the weight once more with nothing marked (those of wrong hosts at a seventh, and only so). Evidence of a whole text and of
 * its worst segment says much the same and shares its weight; every kind keeps some, lest padding hide what it alone would see.
 * \`conditional_surprise\` is held at ${CONDITIONAL_SURPRISE} or above (docs/adr/0011-conditional-categories.md).
 */
export const DEFAULT_WEIGHTS: Readonly<Record<string, number>> = {
${rows.join('\n')}
};
`;
writeFileSync(join(import.meta.dirname, '../../src/bayes/default-weights.ts'), source);
console.log(source);

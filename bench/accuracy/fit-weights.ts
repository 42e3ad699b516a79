/**
 * Fits the weights that a site is born with, on cross-fitted evidence of all development tasks, and writes
 * src/bayes/default-weights.ts: `npm run bench:weights`. Only what carries over to incidents that no model saw can earn a
 * weight here; fields share it by kind. The intercept stays 0 (a site's own is its base rate), so a kind whose zero is not
 * where good and bad are even pays for it; only tasks of wrong hosts have a level of their own, which is for the calibration
 * of a site to tell. What it prints tells how much each task would miss its own part in the fit.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS } from '../../src/bayes/fit/evidence-kinds.ts';
import { type Fit, logitOf } from '../../src/bayes/fit/logistic.ts';
import { CONDITIONAL_SURPRISE, fitOf, fitWithout, heldOf, PROTOCOL_SURPRISE } from './shipped-weights.ts';
import { type HeldOfSplit, splitQuality } from './split-quality.ts';

const SEEDS = [1, 2];

function qualityText(held: readonly HeldOfSplit[], fit: Fit): string {
  const quality = splitQuality(held, fit);
  return [quality.auc, quality.detectionAt1Percent, quality.detectionAt01Percent]
    .map(figure => figure.toFixed(3))
    .join(' / ');
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
  const without = fitWithout(name, held, unmarked);
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
 * \`conditional_surprise\` is held at ${CONDITIONAL_SURPRISE} or above, and \`protocol_surprise\` at ${PROTOCOL_SURPRISE}
 * (docs/adr/0011-conditional-categories.md).
 */
export const DEFAULT_WEIGHTS: Readonly<Record<string, number>> = {
${rows.join('\n')}
};
`;
writeFileSync(join(import.meta.dirname, '../../src/bayes/default-weights.ts'), source);
console.log(source);

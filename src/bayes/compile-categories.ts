/** From the counts of a plain category field to what its tokens say: λ, and the surprise of its values. */
import type { CategoryCount, CategoryField } from './category-field.ts';
import type { WeightedToken } from './category-table.ts';
import { factorsOf, shrunk } from './shrinkage.ts';
import { isSurprisingField } from './surprising-fields.ts';
import { type Counted, tokenLogOdds } from './token-log-odds.ts';
import { ValueDistribution } from './value-distribution.ts';

const NOTHING = { bad: 0, good: 0 };

export interface WeightedField {
  tokens: WeightedToken[];
  /** Surprise of a value that was never seen; undefined where the field tells no surprise. */
  unseen?: number | undefined;
}

/**
 * λ of every token (log-odds.ts), and for surprising fields `−ln P(v)`, less its mean over the good: so the good abstain on
 * average, each value known or not says something, and those tokens are kept whose λ is 0, too. A value that is pruned
 * (pruning.ts) says what one never seen does, and is counted so in the mean.
 * @param noise what chance shows of weights (shrinkage.ts)
 * @param networks of a field of addresses, where there are any: an address weighs what it says beyond its network
 * @example of 3 × `A` and 1 × `TXT` the mean is (3·0.493 + 1.281)/4 = 0.690: `A` says −0.197, `TXT` 0.591
 */
export function weightedCategories(
  field: CategoryField,
  tauSquared: number,
  noise?: readonly number[] | undefined,
  networks?: CategoryField | undefined,
): WeightedField {
  const counts = field.counts();
  const surprise = isSurprisingField(field.name) ? centredSurprise(counts) : undefined;
  const tokens: WeightedToken[] = [];
  const counted: Counted = {
    presenceOf: name => (name === field.name ? field.totals : (networks?.totals ?? NOTHING)),
    countsOf: (_, network) => networks?.heldOf(network) ?? NOTHING,
  };
  const lambdas = counts.map(count => tokenLogOdds(field.name, count.token, count, counted, tauSquared));
  const factors = factorsOf(
    noise,
    counts.length,
    index => counts[index]?.bad ?? 0,
    index => lambdas[index] as number,
  );
  for (const [index, { token, isPruned, ...count }] of counts.entries()) {
    if (isPruned) continue;
    const lambda = shrunk(lambdas[index] as number, count.bad, factors);
    if (lambda === 0 && surprise === undefined) continue;
    tokens.push({ field: field.name, token, lambda, surprise: surprise?.(count.good) ?? 0 });
  }
  return { tokens, unseen: surprise?.(0) };
}

/** Surprise by n(v); undefined where nothing good is learnt. */
function centredSurprise(counts: readonly CategoryCount[]): ((count: number) => number) | undefined {
  const distribution = new ValueDistribution(counts.map(({ good }) => good));
  let total = 0;
  let sum = 0;
  for (const { good, isPruned } of counts) {
    total += good;
    sum += good * distribution.surpriseOf(isPruned ? 0 : good);
  }
  return total > 0 ? count => distribution.surpriseOf(count) - sum / total : undefined;
}

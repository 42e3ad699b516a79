/**
 * From the counts of values given contexts (domain/conditional.ts) to what they say beyond their plain values. Of a value
 * v in a context h, by decayed episodes:
 *
 *   λ(v|h) − λ(v)            the root d of C⁺ − (C⁺ + C⁻)·σ(d + λ(v) + o) − d/τ² = 0, C of the pair, o of v's field: log-odds whose
 *                            prior is centred on those of the value, so a pair never seen weighs as its value does, and d = 0
 *   ln P(v) − ln P(v|h)      how much stranger v is here than on the site, P(v|h) = (n(h,v) + u(h)·P(v)) / (n(h) + u(h)) over the good
 *                            (Witten and Bell), less its mean over the good; u(h): values with n(h,v) ≥ ½
 *
 * A value never seen in a context that is known has surprise ln((n(h) + u(h)) / u(h)), whatever the value: the context's
 * back-off weight. A context of which nothing good is known says nothing. Anybody can make contexts (addresses, paths): a model
 * keeps those with the most episodes; as episodes decay, the old ones are the first to go.
 *
 * Of what is pruned of a context (pruning.ts) the good episodes m(h) go to P(v): P(v|h) = (n(h,v) + (u(h) + m(h))·P(v)) / (n(h) + u(h)),
 * a pruned pair says what one never seen in the context does, ln((n(h) + u(h)) / (u(h) + m(h))), and a context of which every pair
 * is pruned is not known.
 */
import { contextPartOf, valueOfToken } from '../domain/conditional.ts';
import type { CategoryCount, CategoryField } from './category-field.ts';
import type { WeightedToken } from './category-table.ts';
import { type ClassCounts, deviation, logOdds, offsetOf } from './log-odds.ts';
import { factorsOf, shrunk } from './shrinkage.ts';
import { KNOWN_MIN, ValueDistribution } from './value-distribution.ts';

/** How much of one field a model holds. */
export interface ContextBounds {
  contexts: number;
  pairs: number;
}

/** Some 16 MB where all are there. */
const BOUNDS: ContextBounds = { contexts: 32_768, pairs: 131_072 };

interface Pair extends CategoryCount {
  context: Context;
}

interface Context {
  /** The part of a token that names it. */
  name: string;
  /** n(h), and the bad episodes. */
  good: number;
  bad: number;
  /** u(h). */
  known: number;
  /** m(h). */
  pruned: number;
  /** Whether some pair of it is not pruned. */
  isHeld: boolean;
}

interface Kept {
  pairs: Pair[];
  /** Pairs that some bad episode holds yet: chance is held against them, too. */
  pruned: Pair[];
  contexts: Context[];
}

/**
 * @param field of values given contexts    @param values the field of the plain values
 * @param noise what chance shows of weights (shrinkage.ts)
 */
export function weightedConditional(
  field: CategoryField,
  values: CategoryField,
  { tauSquared, noise }: { tauSquared: number; noise?: readonly number[] | undefined },
  bounds: ContextBounds = BOUNDS,
): WeightedToken[] {
  const { pairs, pruned, contexts } = kept(field.counts(), bounds);
  const distribution = new ValueDistribution(values.counts().map(({ good }) => good));
  const surprises = pairs.map(({ token, good, context }) => {
    if (context.known === 0) return 0;
    const plain = distribution.surpriseOf(values.heldOf(valueOfToken(token)).good);
    const toPlain = context.known + context.pruned;
    return -Math.log((good + toPlain * Math.exp(-plain)) / (context.good + context.known)) - plain;
  });
  const mean = meanOf(surprises, pairs, contexts);
  const { name } = field;
  const weighed = [...pairs, ...pruned];
  const lambdas = weighed.map(pair =>
    conditionalLogOdds(pair, values.heldOf(valueOfToken(pair.token)), values.totals, tauSquared),
  );
  const factors = factorsOf(
    noise,
    weighed.length,
    index => weighed[index]?.bad ?? 0,
    index => lambdas[index] as number,
  );
  const weighted = pairs.map((pair, index): WeightedToken => {
    const { token, context } = pair;
    const lambda = shrunk(lambdas[index] as number, pair.bad, factors);
    const surprise = context.known === 0 ? 0 : (surprises[index] as number) - mean;
    return { field: name, token, lambda, surprise };
  });
  for (const context of contexts) {
    if (context.known === 0) continue;
    weighted.push({ field: name, token: context.name, lambda: 0, surprise: unseenIn(context) - mean });
  }
  return weighted;
}

/** Surprise of a value never seen in the context, or pruned there: not centred. @param context u(h) > 0 */
function unseenIn({ good, known, pruned }: Context): number {
  return Math.log((good + known) / (known + pruned));
}

/**
 * λ(v|h) − λ(v), in nats; 0 while the value's field holds nothing of a class.
 * @param pair C of value and context    @param value C of the plain value    @param totals N of its field
 * @param own N by which the pair is expected, where that is another field's: of an address beyond its network its own, for addresses
 *   that were counted before networks were, or came without them, have none
 * @example once bad and never good, of a value with 1 bad and 9 good episodes of 10 and 10: λ(v) = −1.54, d = 1.18
 */
export function conditionalLogOdds(
  pair: ClassCounts,
  value: ClassCounts,
  totals: ClassCounts,
  tauSquared: number,
  own: ClassCounts = totals,
): number {
  if ([totals, own].some(({ bad, good }) => bad <= 0 || good <= 0)) return 0;
  return deviation(pair, offsetOf(own) + logOdds(value, totals, tauSquared), tauSquared);
}

/** Mean over the good of the contexts that say something. */
function meanOf(surprises: readonly number[], pairs: readonly Pair[], contexts: readonly Context[]): number {
  let total = 0;
  let sum = 0;
  for (const [index, { good, context }] of pairs.entries()) {
    if (context.known === 0) continue;
    total += good;
    sum += good * (surprises[index] as number);
  }
  for (const context of contexts) {
    if (context.known === 0 || context.pruned === 0) continue;
    total += context.pruned;
    sum += context.pruned * unseenIn(context);
  }
  return total > 0 ? sum / total : 0;
}

/**
 * The contexts that a model keeps, and their pairs, in the order of their texts: of what is not pruned those with the most
 * episodes, ties by text.
 */
function kept(counts: readonly CategoryCount[], bounds: ContextBounds): Kept {
  const all = withContexts(counts);
  const pruned = all.pairs.filter(pair => pair.isPruned && pair.bad > 0);
  let pairs = all.pairs.filter(pair => !pair.isPruned);
  let contexts = all.contexts.filter(({ isHeld }) => isHeld);
  if (contexts.length > bounds.contexts) {
    contexts = contexts.sort(byEpisodes(({ name }) => name)).slice(0, bounds.contexts);
    const isKept = new Set(contexts);
    pairs = pairs.filter(({ context }) => isKept.has(context));
  }
  if (pairs.length > bounds.pairs) {
    const most = pairs.toSorted(byEpisodes(({ token }) => token)).slice(0, bounds.pairs);
    const isKept = new Set(most);
    pairs = pairs.filter(pair => isKept.has(pair));
  }
  return { pairs, pruned, contexts };
}

/** Every pair with what is counted of its context. */
function withContexts(counts: readonly CategoryCount[]): { pairs: Pair[]; contexts: Context[] } {
  const byName = new Map<string, Context>();
  const pairs = counts.map((count): Pair => {
    const name = contextPartOf(count.token);
    let context = byName.get(name);
    if (context === undefined) {
      context = { name, good: 0, bad: 0, known: 0, pruned: 0, isHeld: false };
      byName.set(name, context);
    }
    context.good += count.good;
    context.bad += count.bad;
    if (count.good >= KNOWN_MIN) context.known++;
    if (count.isPruned) context.pruned += count.good;
    else context.isHeld = true;
    return { ...count, context };
  });
  return { pairs, contexts: [...byName.values()] };
}

function byEpisodes<T extends ClassCounts>(textOf: (one: T) => string): (a: T, b: T) => number {
  return (a, b) => b.good + b.bad - (a.good + a.bad) || (textOf(a) < textOf(b) ? -1 : 1);
}

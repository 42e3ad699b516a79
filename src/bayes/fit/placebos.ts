/**
 * Placebos: innocent stretches of the site's own good traffic, counted as if each were a window that somebody had marked.
 * What they show is what chance shows; what a window shows beyond that may be the break-in. Counts only: nothing iterates, and
 * a retraction leaves no trace. Placebos refuse nothing; how a window stands out among them is told (`contrast`).
 *
 * The noise of a count: of the tokens that a placebo holds about as often (field by field, ⌊log₂ C⁺⌋), the mean of the squared
 * positive λ. The same mean over the window's tokens is signal and noise together, so `1 − noise/observed` is the share of
 * signal, and the weight that errs least is λ times that: the positive-part shrinkage of James and Stein, by bins.
 *
 * Source: Efron, Morris, Stein's estimation rule and its competitors, J. American Statistical Association 68 (1973).
 */
import { NGRAM_KEY_LIMIT } from '../compile-automaton.ts';
import { type ClassCounts, logOdds } from '../log-odds.ts';
import { PRESENCE_KEY } from '../ngrams.ts';
import type { SettledCounts } from '../settled-counts.ts';
import type { SettledField } from '../settled-field.ts';
import { binOf, type Shrinkage } from '../shrinkage.ts';
import { TokenTable } from '../token-table.ts';

/** Even where chance explains everything, something is left: a window may be a break-in that hides well. */
const FACTOR_MIN = 0.05;

/** Of the tokens of one bin: how many, and the sum of their squared positive λ. */
interface Bin {
  tokens: number;
  squares: number;
}

/** Bins by field. */
export type PositiveSquares = ReadonlyMap<string, readonly Bin[]>;

/** How a window stands out: means of the squared positive λ over all tokens, in nats². */
export interface Contrast {
  observed: number;
  placebos: { mean: number; max: number; n: number };
}

/**
 * The squared positive λ of everything that is counted as bad, by field and bin.
 * @param settled counts of a window (or placebo) as bad against the good without it
 * @param tauSquared τ² of the log-odds, nats²
 */
export function positiveSquaresOf(settled: SettledCounts, tauSquared: number): PositiveSquares {
  const squares = new Map<string, Bin[]>();
  for (const name of settled.fieldNames()) {
    const field = settled.settledField(name);
    if (field === undefined) continue;
    const { badEpisodes, goodEpisodes } = settled.totalsOf(name);
    const totals: ClassCounts = { bad: badEpisodes, good: goodEpisodes };
    const bins: Bin[] = [];
    for (const counts of tokenCountsOf(field)) {
      if (!(counts.bad > 0)) continue;
      const index = binOf(counts.bad);
      while (bins.length <= index) bins.push({ tokens: 0, squares: 0 });
      const bin = bins[index] as Bin;
      bin.tokens++;
      bin.squares += Math.max(0, logOdds(counts, totals, tauSquared)) ** 2;
    }
    if (bins.length > 0) squares.set(name, bins);
  }
  return squares;
}

/**
 * By what the window's weights are to be multiplied: `max(0.05, 1 − noise/observed)`, in each field and bin.
 * @param observed of the window    @param placebos of stretches of its size; none shrinks nothing
 * @example 4 tokens of the window whose λ² sum to 8 (2 each), 10 of the placebos whose λ² sum to 5 (0.5 each): 1 − 0.5/2 = 0.75
 */
export function shrinkageOf(observed: PositiveSquares, placebos: readonly PositiveSquares[]): Shrinkage {
  return Object.fromEntries(
    [...observed].map(([field, bins]) => [
      field,
      bins.map((bin, index) => {
        const chance: Bin = { tokens: 0, squares: 0 };
        for (const placebo of placebos) addBin(chance, placebo.get(field)?.[index]);
        if (chance.tokens === 0 || bin.squares === 0) return 1;
        return Math.max(FACTOR_MIN, 1 - meanOf(chance) / meanOf(bin));
      }),
    ]),
  );
}

/**
 * How the window stands out among its placebos.
 * @example { observed: 0.9, placebos: { mean: 0.3, max: 0.4, n: 8 } }: nothing that chance showed comes near it
 */
export function contrastOf(observed: PositiveSquares, placebos: readonly PositiveSquares[]): Contrast {
  const means = placebos.map(overallMeanOf);
  return {
    observed: overallMeanOf(observed),
    placebos: {
      mean: means.length === 0 ? 0 : means.reduce((sum, mean) => sum + mean, 0) / means.length,
      max: Math.max(0, ...means),
      n: means.length,
    },
  };
}

function overallMeanOf(squares: PositiveSquares): number {
  const all: Bin = { tokens: 0, squares: 0 };
  for (const bins of squares.values()) for (const bin of bins) addBin(all, bin);
  return all.tokens === 0 ? 0 : meanOf(all);
}

function meanOf({ tokens, squares }: Bin): number {
  return squares / tokens;
}

function addBin(sum: Bin, bin: Bin | undefined): void {
  sum.tokens += bin?.tokens ?? 0;
  sum.squares += bin?.squares ?? 0;
}

/** Episodes of every token of a field that has a λ; its presence is none. */
function* tokenCountsOf(field: SettledField): Generator<ClassCounts> {
  const { table } = field;
  const hasWeight = (row: number) => {
    if (table instanceof TokenTable) return table.tokens[row] !== '';
    const key = table.keys[row] as number;
    return key !== PRESENCE_KEY && key < NGRAM_KEY_LIMIT;
  };
  for (let row = 0; row < table.size; row++) {
    if (!hasWeight(row)) continue;
    const { goodEpisodes: good, badEpisodes: bad } = field.decayedOf(row);
    yield { bad, good };
  }
}

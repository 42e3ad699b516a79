/**
 * How far the values of a field have moved between two stretches of time: a table of two rows (before, now) and a column for each
 * value, by episodes.
 *
 *   G = 2·Σ O·ln(O/E)        E = row sum · column sum / all; under no change chi-squared with columns − 1 degrees of freedom
 *   D = ½·Σ p·ln(p/m) + ½·Σ q·ln(q/m)        p, q: shares before and now, m = (p + q)/2
 *
 * G says whether it is chance. With many episodes everything is beyond chance (episodes depend on each other, too), so what is to be
 * looked at is D, the Jensen-Shannon divergence: 0 nats where the shares are equal, ln 2 = 0.693 where no value is in both, and G/2n
 * where both stretches have as many episodes. Unlike G/2n and Cramér's V it does not depend on how long the baseline is.
 *
 * Columns are the COLUMNS_MAX most frequent values of which chance alone would bring EXPECTED_MIN into the shorter stretch; all others
 * are one column, so however many values a sender makes up, they are one, and it grows.
 * 1. R. Sokal, F. Rohlf, Biometry (4th ed. 2012), §17.2: G, and expected counts of at least five.
 * 2. J. Lin, Divergence measures based on the Shannon entropy, IEEE Trans. Information Theory 37 (1991).
 */
import { chiSquaredTail } from './chi-squared.ts';

/** Episodes of one value, as they weigh. */
export interface ValueCount {
  token: string;
  before: number;
  now: number;
}

/** A value, or what is pooled, and its shares. */
export interface MovedValue {
  /** Absent for the rare ones together. */
  token?: string | undefined;
  /** Shares of the episodes, in [0, 1]. */
  before: number;
  now: number;
}

export interface Drift {
  /** Episodes compared, as they weigh. */
  episodes: { before: number; now: number };
  /** D, nats in [0, ln 2]. */
  divergence: number;
  /** G, and its degrees of freedom. */
  g: number;
  degrees: number;
  /** P(G as large | nothing moved). */
  p: number;
  /** Those that add most to D, the largest first. */
  moved: MovedValue[];
}

/** Episodes of a stretch below which nothing is said of it. */
export const EPISODES_MIN = 30;
const EXPECTED_MIN = 5;
const COLUMNS_MAX = 64;
const MOVED_MAX = 5;

/**
 * @param values counts ≥ 0; tokens are distinct
 * @returns null where a stretch holds too little
 * @example driftOf([{ token: 'A', before: 90, now: 60 }, { token: 'TXT', before: 10, now: 40 }])
 * // G = 25.3 with 1 degree of freedom, p = 5e-7, D = 0.0633 = G/(2·200)
 */
export function driftOf(values: readonly ValueCount[]): Drift | null {
  const episodes = { before: sumOf(values, 'before'), now: sumOf(values, 'now') };
  if (episodes.before < EPISODES_MIN || episodes.now < EPISODES_MIN) return null;
  const columns = columnsOf(values, episodes);
  let g = 0;
  let divergence = 0;
  const moved = columns.map(({ token, before, now }) => {
    g +=
      2 *
      (gainOf(before, now, episodes.before, episodes.now) +
        gainOf(now, before, episodes.now, episodes.before));
    const shares = { before: before / episodes.before, now: now / episodes.now };
    const mean = (shares.before + shares.now) / 2;
    const said = (lnTerm(shares.before, mean) + lnTerm(shares.now, mean)) / 2;
    divergence += said;
    return { value: { token, ...shares }, said };
  });
  const degrees = columns.length - 1;
  moved.sort((a, b) => b.said - a.said);
  return {
    episodes,
    // Rounding may leave a little below nothing.
    divergence: Math.max(0, divergence),
    g: Math.max(0, g),
    degrees,
    p: degrees === 0 ? 1 : chiSquaredTail(g, degrees),
    moved: moved.slice(0, MOVED_MAX).map(({ value }) => value),
  };
}

/** What a cell adds to G/2: `O·ln(O/E)`, `O/E = O·all / (row·column)`. */
function gainOf(own: number, other: number, row: number, otherRow: number): number {
  return lnTerm(own, (row * (own + other)) / (row + otherRow));
}

/** x·ln(x/y), 0 at x = 0. */
function lnTerm(x: number, y: number): number {
  return x > 0 ? x * Math.log(x / y) : 0;
}

/** The columns of the table: frequent values, then the others as one without a token. */
function columnsOf(
  values: readonly ValueCount[],
  episodes: { before: number; now: number },
): { token?: string; before: number; now: number }[] {
  const shorter = Math.min(episodes.before, episodes.now) / (episodes.before + episodes.now);
  const sizeOf = ({ before, now }: ValueCount) => before + now;
  const frequent = values
    .filter(value => sizeOf(value) * shorter >= EXPECTED_MIN)
    .sort((a, b) => sizeOf(b) - sizeOf(a) || (a.token < b.token ? -1 : 1))
    .slice(0, COLUMNS_MAX);
  const others = {
    before: episodes.before - sumOf(frequent, 'before'),
    now: episodes.now - sumOf(frequent, 'now'),
  };
  return others.before + others.now > ROUNDING * (episodes.before + episodes.now)
    ? [...frequent, { before: Math.max(0, others.before), now: Math.max(0, others.now) }]
    : frequent;
}

/** Of sums of decayed counts. */
const ROUNDING = 1e-12;

function sumOf(values: readonly ValueCount[], row: 'before' | 'now'): number {
  return values.reduce((sum, value) => sum + value[row], 0);
}

/**
 * Placebos: innocent stretches of the site's own good traffic, counted as if each were a window that somebody had marked.
 * What they show is what chance shows; what a window shows beyond that may be the break-in. Counts only: nothing iterates, and
 * a retraction leaves no trace. Placebos refuse nothing; how a window stands out among them is told (`contrast`).
 *
 * Every time window has a few of them, each as long as it. Together they are a history in which all windows lie elsewhere, and
 * the noise of a field is the sum of squared positive λ that such a history shows, by bins of C⁺ (shrinkage.ts). λ of a token
 * that a stretch holds: C⁺ of the stretches, C⁻ of the site without them, N of the site as it is.
 */

import { parentFieldOf } from '../../domain/parent-token.ts';
import { NGRAM_KEY_LIMIT } from '../compile-automaton.ts';
import { Counts, RECORD_FIELD } from '../counts.ts';
import { decodeCounts, encodeCounts } from '../counts-codec.ts';
import { type ClassCounts, logOdds } from '../log-odds.ts';
import type { TokenCounts } from '../model.ts';
import { PRESENCE_KEY } from '../ngrams.ts';
import { SettledCounts } from '../settled-counts.ts';
import type { SettledField } from '../settled-field.ts';
import { type Noise, PositiveSquares } from '../shrinkage.ts';
import { type Counted, tokenLogOdds } from '../token-log-odds.ts';
import { TokenTable } from '../token-table.ts';

/** A stretch of traffic, counted for bad. */
export interface Stretch {
  /** Records that are taken for bad. */
  records: number;
  /** As bad, on the days of the window (counts-codec.ts). */
  bad: Uint8Array;
  /** What the site's good loses by it; null where the stretch is no part of the good. */
  good: Uint8Array | null;
}

/** A window and its placebos. */
export interface WindowStretches {
  /** What was marked, as text: equal marks have equal names. */
  name: string;
  /** Records that it decides. */
  records: number;
  /**
   * Whether its placebos are part of the noise. Not of a window that says whose traffic was guilty: who broke in mostly was there
   * before and after, unmarked, and held against that nothing of it would stand out.
   */
  tellsChance: boolean;
  /** Of the window itself, or of its middle where it is too large. */
  own: Stretch;
  /** Each as long as `own`. */
  placebos: readonly Stretch[];
}

/** How a window stands out: means of the squared positive λ over all tokens that it holds, in nats². */
export interface Contrast {
  observed: number;
  placebos: { mean: number; max: number; n: number };
}

export interface Chance {
  /** Absent where no window has a placebo. */
  noise?: Noise;
  /** By name of the window: of those that have placebos. */
  contrasts: Record<string, Contrast>;
}

/** What chance shows on a site. */
export class ChanceOfSite {
  readonly #site: SettledCounts;
  readonly #days: Counts;
  readonly #tauSquared: number;

  /**
   * @param site counts of every token that a stretch holds (TokenSelection), and the totals of every day
   * @param tauSquared τ² of the log-odds, nats²
   */
  constructor(site: Counts, { halfLifeDays, tauSquared }: { halfLifeDays: number; tauSquared: number }) {
    this.#site = new SettledCounts(halfLifeDays);
    if (!site.isZero()) this.#site.addSegment(encodeCounts(site));
    this.#days = daysOf(site);
    this.#tauSquared = tauSquared;
  }

  /** Of all windows. @param windows of names that differ */
  of(windows: readonly WindowStretches[]): Chance {
    const contrasts: Record<string, Contrast> = {};
    for (const { name, own, placebos } of windows) {
      if (placebos.length === 0) continue;
      const means = placebos.map(placebo => overallMeanOf(this.squaresOf([placebo])));
      contrasts[name] = {
        observed: overallMeanOf(this.squaresOf([own])),
        placebos: {
          mean: means.reduce((sum, mean) => sum + mean, 0) / means.length,
          max: Math.max(...means),
          n: means.length,
        },
      };
    }
    const noise = this.#noiseOf(
      windows.filter(({ tellsChance, placebos }) => tellsChance && placebos.length > 0),
    );
    return { ...(noise === null ? {} : { noise }), contrasts };
  }

  /**
   * Mean over the histories, scaled by what of the windows was counted. Not by records: a break-in may send a hundred times
   * what was innocent in its hour, and chance shows what an hour of innocence shows.
   */
  #noiseOf(windows: readonly WindowStretches[]): Noise | null {
    const histories = Math.max(0, ...windows.map(({ placebos }) => placebos.length));
    if (histories === 0) return null;
    const sumOf = (recordsOf: (window: WindowStretches) => number) =>
      windows.reduce((sum, window) => sum + recordsOf(window), 0);
    const scale = sumOf(({ records }) => records) / sumOf(({ own }) => own.records) / histories;
    const noise = new Map<string, number[]>();
    for (let history = 0; history < histories; history++) {
      // A window that has fewer placebos shows one of them again.
      const stretches = windows.flatMap(({ placebos }) => placebos[history % placebos.length] ?? []);
      for (const [field, { sums }] of this.squaresOf(stretches)) {
        const into = noise.get(field) ?? [];
        noise.set(field, into);
        for (const [bin, sum] of sums.entries()) into[bin] = (into[bin] ?? 0) + sum * scale;
      }
    }
    return Object.fromEntries([...noise].filter(([, sums]) => sums.some(sum => sum > 0)));
  }

  /** The squared positive λ of everything that the stretches hold, by field, were they all that is bad. */
  squaresOf(stretches: readonly Stretch[]): ReadonlyMap<string, PositiveSquares> {
    const bad = new SettledCounts(this.#site.halfLifeDays);
    // Ages are counted from the newest day of the site.
    if (!this.#days.isZero()) bad.addSegment(encodeCounts(this.#days));
    for (const stretch of stretches) bad.addSegment(stretch.bad);
    const taken = stretches.flatMap(({ good }) => good ?? []);
    for (const good of taken) this.#site.addSegment(good);
    try {
      return new Map(bad.fieldNames().map(field => [field, this.#squaresOfField(bad, field)] as const));
    } finally {
      for (const good of taken) this.#site.addSegment(negated(good));
    }
  }

  #squaresOfField(bad: SettledCounts, name: string): PositiveSquares {
    const squares = new PositiveSquares();
    const field = bad.settledField(name);
    if (field === undefined) return squares;
    const site = this.#site.settledField(name);
    const counted: Counted = {
      presenceOf: other => classesOf(this.#site.totalsOf(other)),
      countsOf: (other, token) => ({
        bad: bad.decayedOf(other, token).badEpisodes,
        good: this.#site.decayedOf(other, token).goodEpisodes,
      }),
    };
    const plain = parentFieldOf(name) === undefined ? counted.presenceOf(name) : undefined;
    for (const row of tokenRowsOf(field)) {
      const badEpisodes = field.decayedOf(row).badEpisodes;
      if (!(badEpisodes > 0)) continue;
      const counts = { bad: badEpisodes, good: goodOf(site, field, row) };
      const lambda =
        plain === undefined
          ? tokenLogOdds(name, field.tokenOf(row), counts, counted, this.#tauSquared)
          : logOdds(counts, plain, this.#tauSquared);
      squares.add(lambda, badEpisodes);
    }
    return squares;
  }
}

/** Mean squared positive λ of a token. */
function overallMeanOf(squares: ReadonlyMap<string, PositiveSquares>): number {
  let tokens = 0;
  let total = 0;
  for (const of of squares.values()) {
    tokens += of.tokens;
    total += of.total;
  }
  return tokens === 0 ? 0 : total / tokens;
}

function classesOf({ badEpisodes: bad, goodEpisodes: good }: TokenCounts): ClassCounts {
  return { bad, good };
}

/** Rows of the tokens that have a λ; presence has none. */
function tokenRowsOf({ table }: SettledField): number[] {
  const hasWeight = (row: number) => {
    if (table instanceof TokenTable) return table.tokens[row] !== '';
    const key = table.keys[row] as number;
    return key !== PRESENCE_KEY && key < NGRAM_KEY_LIMIT;
  };
  return Array.from({ length: table.size }, (_, row) => row).filter(hasWeight);
}

/** C⁻ on the site of a token of a stretch's field. */
function goodOf(site: SettledField | undefined, { table }: SettledField, row: number): number {
  if (site === undefined) return 0;
  let own = -1;
  if (table instanceof TokenTable) {
    if (site.table instanceof TokenTable) own = site.table.findRow(table.tokens[row] as string);
  } else if (!(site.table instanceof TokenTable)) {
    own = site.table.findRow(table.keys[row] as number);
  }
  return own < 0 ? 0 : site.decayedOf(own).goodEpisodes;
}

/** The totals of every day alone. */
function daysOf(site: Counts): Counts {
  const days = new Counts();
  for (const block of site.blocks()) if (block.field === RECORD_FIELD) days.addBlock(block);
  return days;
}

function negated(bytes: Uint8Array): Uint8Array {
  const counts = new Counts();
  counts.add(decodeCounts(bytes), -1);
  return encodeCounts(counts);
}

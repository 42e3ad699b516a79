/**
 * The windows of a site and their placebos (bayes/fit/placebos.ts), read and counted. Like everything that is fitted it follows
 * from what is counted and nothing else.
 */

import type { Counts } from '../../bayes/counts.ts';
import { EpisodeCounter } from '../../bayes/episode-counter.ts';
import type { Stretch, WindowStretches } from '../../bayes/fit/placebos.ts';
import { TokenSelection } from '../../bayes/fit/token-selection.ts';
import { dayOf, type EpisodeId, type RecordRef, SLICE_MS, type Slice } from '../../domain/identity.ts';
import type { RecordClass } from '../../domain/label.ts';
import { BEFORE_ALL } from '../../domain/ledger.ts';
import { scopeMatcher } from '../../domain/scope.ts';
import type { Tokenize } from '../../tokenize/tokenizers.ts';
import { isInForce } from '../learning/generations.ts';
import { type Counted, SliceFolds } from '../learning/slice-fold.ts';
import { sliceHeads } from '../learning/slice-heads.ts';
import { observationsOf } from '../observations-of.ts';
import { FIT_SEED } from './draw-sample.ts';
import type { FittedSite } from './open-slices.ts';
import { GoodTimeline } from './placebo-shifts.ts';
import { readContents } from './read-contents.ts';
import type { CensusWindow, WindowCensus } from './window-census.ts';

/** Of each window. */
const PLACEBOS = 3;
/** Of a window of which only one kind or sensor counts, so many stretches are looked at before it has fewer placebos. */
const TRIES = 12;
/** Windows that have placebos: those that tell chance first, then those with the most records. */
const WINDOWS_MAX = 64;
/** Records that are counted of all windows, and again for each round of placebos; of one that has more its middle is. */
const RECORDS_MAX = 65_536;
/** A placebo may hold so many times what is counted of a window. */
const PLACEBO_OF_WINDOW_MAX = 2;
const READ_SEGMENTS = 64;

export interface PlacebosBasis {
  windows: WindowStretches[];
  /** What the site counts of every token that they hold. */
  counts: Counts;
}

/** @returns null where no window decides anything */
export async function drawPlacebos(
  of: FittedSite,
  census: WindowCensus,
  tokenize: Tokenize,
): Promise<PlacebosBasis | null> {
  const windows = census
    .windows(of.state)
    .sort(
      (a, b) =>
        Number(a.saysWhose) - Number(b.saysWhose) || b.records - a.records || (a.name < b.name ? -1 : 1),
    )
    .slice(0, WINDOWS_MAX);
  if (windows.length === 0) return null;
  const drawing = new Drawing(of, census, windows, tokenize);
  const drawn: WindowStretches[] = [];
  for (const window of windows) {
    const stretches = await drawing.stretchesOf(window);
    if (stretches !== null) drawn.push(stretches);
  }
  return { windows: drawn, counts: await countsOf(of, drawn) };
}

/** A record of a stretch, or beside one in its episode. */
interface Drawn {
  ref: RecordRef;
  episode: EpisodeId;
  isOfStretch: boolean;
}

class Drawing {
  readonly #of: FittedSite;
  readonly #windows: readonly CensusWindow[];
  readonly #tokenize: Tokenize;
  readonly #timeline: GoodTimeline;
  readonly #folds: SliceFolds;
  readonly #slices: readonly Slice[];

  constructor(of: FittedSite, census: WindowCensus, windows: readonly CensusWindow[], tokenize: Tokenize) {
    this.#of = of;
    this.#windows = windows;
    this.#tokenize = tokenize;
    this.#timeline = new GoodTimeline(census.good);
    this.#folds = new SliceFolds(of.store);
    this.#slices = census.slices;
  }

  /** @returns null where the records of the window are gone */
  async stretchesOf(window: CensusWindow): Promise<WindowStretches | null> {
    const { name, entry, records, saysWhose } = window;
    const recordsMax = Math.floor(RECORDS_MAX / this.#windows.length);
    const middle = middleOf(window, recordsMax);
    const isDecided = (ruled: Counted) => ruled.class === 'bad' && ruled.decidedBy === entry;
    const own = await this.#counted(await this.#drawn(middle, 0, isDecided), 0, 'bad');
    if (own.records === 0) return null;
    const taken = this.#windows.map(({ scope }) => scope);
    const shifts = this.#timeline.shifts(middle, PLACEBO_OF_WINDOW_MAX * recordsMax, taken, FIT_SEED);
    const placebos: Stretch[] = [];
    for (const shiftMs of shifts.slice(0, TRIES)) {
      if (placebos.length === PLACEBOS) break;
      const drawn = await this.#drawn(middle, shiftMs, ruled => ruled.class === 'good');
      if (drawn.length > 0) placebos.push(await this.#counted(drawn, shiftMs, 'good'));
    }
    return { name, records, tellsChance: !saysWhose, own, placebos };
  }

  /** Records of a class in a shifted stretch, with those of their class in the same episodes; of an episode together. */
  async #drawn(
    scope: CensusWindow['scope'],
    shiftMs: number,
    isOfClass: (ruled: Counted) => boolean,
  ): Promise<Drawn[]> {
    const { store, site, entry } = this.#of;
    const [fromMs, toMs] = [scope.fromMs + shiftMs, scope.toMs + shiftMs];
    const covers = scopeMatcher({ ...scope, fromMs, toMs });
    const drawn: Drawn[] = [];
    for (const slice of this.#slices) {
      if ((slice + 1) * SLICE_MS <= fromMs || slice * SLICE_MS >= toMs) continue;
      const counted = await this.#folds.before(site, slice, entry + 1);
      const inStretch = new Set<string>();
      for await (const heads of sliceHeads(store, site, { slice, fromMs, toMs })) {
        for (const head of heads) {
          const ruled = counted.get(head.identity);
          if (ruled !== undefined && isOfClass(ruled) && covers(head)) inStretch.add(head.identity);
        }
        await this.#of.breathe();
      }
      const touched = new Set([...inStretch].map(identity => counted.get(identity)?.episode));
      for (const [identity, ruled] of counted) {
        if (!touched.has(ruled.episode) || !isOfClass(ruled)) continue;
        const isOfStretch = inStretch.has(identity);
        drawn.push({ ref: { slice, identity }, episode: ruled.episode, isOfStretch });
      }
    }
    return drawn.sort(
      (a, b) =>
        a.ref.slice - b.ref.slice ||
        (a.episode < b.episode ? -1 : a.episode > b.episode ? 1 : 0) ||
        (a.ref.identity < b.ref.identity ? -1 : 1),
    );
  }

  /** What the stretch counts for bad, and what the good loses by it. */
  async #counted(drawn: readonly Drawn[], shiftMs: number, from: RecordClass): Promise<Stretch> {
    const bad = new EpisodeTurns();
    const good = new EpisodeTurns();
    let records = 0;
    for await (const { one, content } of readContents(this.#of, drawn)) {
      if (content.atMs === undefined) continue;
      const observations = observationsOf(content, this.#tokenize);
      const { episode, isOfStretch } = one;
      const day = dayOf(content.atMs);
      if (from === 'good')
        good.turn(episode, day).addRecord(observations, 'good', isOfStretch ? 'none' : 'good');
      if (!isOfStretch) continue;
      bad.turn(episode, dayOf(content.atMs - shiftMs)).addRecord(observations, 'none', 'bad');
      records++;
    }
    return { records, bad: bad.finish(), good: from === 'good' ? good.finish() : null };
  }
}

/** A counter of episodes that come one after the other. */
class EpisodeTurns {
  readonly #counter = new EpisodeCounter();
  #open: EpisodeId | null = null;

  /** The counter, within this episode. */
  turn(episode: EpisodeId, day: number): EpisodeCounter {
    if (episode !== this.#open) {
      if (this.#open !== null) this.#counter.endEpisode();
      this.#counter.beginEpisode(day);
      this.#open = episode;
    }
    return this.#counter;
  }

  finish(): Uint8Array {
    if (this.#open !== null) this.#counter.endEpisode();
    return this.#counter.finish().counts;
  }
}

/** The middle of a window that has more records than are to be counted, as if they lay evenly in it. */
function middleOf({ scope, records }: CensusWindow, recordsMax: number): CensusWindow['scope'] {
  if (records <= recordsMax) return scope;
  const lengthMs = ((scope.toMs - scope.fromMs) * recordsMax) / records;
  const fromMs = Math.round((scope.fromMs + scope.toMs - lengthMs) / 2);
  return { ...scope, fromMs, toMs: Math.round(fromMs + lengthMs) };
}

/** What the site counts of the tokens of all stretches. */
async function countsOf(
  { store, site, state, entry, breathe }: FittedSite,
  windows: readonly WindowStretches[],
): Promise<Counts> {
  const selection = new TokenSelection();
  for (const { own, placebos } of windows) {
    for (const { bad } of [own, ...placebos]) selection.choose(bad);
  }
  let after = BEFORE_ALL;
  for (;;) {
    const segments = await store.listSegments(site, { after, untilEntry: entry, limit: READ_SEGMENTS });
    for (const { counts, ...key } of segments) {
      after = key;
      if (isInForce(state, key, entry)) selection.add(counts);
    }
    if (segments.length < READ_SEGMENTS) return selection.counts;
    await breathe();
  }
}

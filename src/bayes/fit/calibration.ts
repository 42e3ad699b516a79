/**
 * Which calibration can be learnt from what is held out: none, one of the good alone where too little is bad (conformal.ts), a curve
 * of two numbers (platt.ts), or one whose form is free (venn-abers.ts). Pure: the same episodes in any order give the same
 * calibration but for rounding.
 */
import type { Calibration } from '../calibrate.ts';
import type { CalibrationSize } from '../calibration-size.ts';
import type { ConformalSize } from '../conformal.ts';
import { conformalOf } from './conformal.ts';
import { plattOf } from './platt.ts';
import { vennAbersOf } from './venn-abers.ts';
import type { WeighedEvidence } from './weighed-evidence.ts';

/** A curve needs so many episodes of each class. */
export const PLATT_EPISODES_MIN = 30;
/**
 * Bad episodes above which the form of the curve is learnt, too, where so many of them are independent: of four tools
 * hundreds of episodes fix two numbers, and no more (docs/adr/0010-fits.md).
 */
export const PLATT_EPISODES_MAX = 200;
export const VENN_ABERS_INDEPENDENT_EPISODES_MIN = 10;
/** And where so many incidents tell how alike they are. */
export const VENN_ABERS_INCIDENTS_MIN = 5;
/** The good alone need so many episodes: what is rarer than one in two hundred is told by the form of their tail. */
export const CONFORMAL_EPISODES_MIN = 200;
/** Held-out evidence needs one incident to learn from and another one to be held. */
export const INCIDENTS_MIN = 2;

/** A record of the sample as a model without its incident saw it. */
export interface HeldRecord {
  /** e = z − prior, in nats; finite. */
  evidence: number;
  bad: boolean;
  /** Of the bad: the mark that decided. Of the good: who sent it, read where the good alone are calibrated on. */
  incident: string;
  /** Records of one episode share its weight. */
  episode: string;
}

/**
 * Below thirty episodes of either class or two incidents of the good alone.
 * @param badRecords of which the held ones were drawn
 * @returns undefined where these are below two hundred episodes or of less than two senders, too
 */
export function calibrationOf(
  held: readonly HeldRecord[],
  badRecords: number = held.filter(({ bad }) => bad).length,
): Calibration | undefined {
  const { samples, learntFrom } = calibrationSamplesOf(held);
  const { badEpisodes, goodEpisodes, independentBadEpisodes, incidents } = learntFrom;
  const isTooLittle = Math.min(badEpisodes, goodEpisodes) < PLATT_EPISODES_MIN || incidents < INCIDENTS_MIN;
  if (isTooLittle) return goodCalibrationOf(held, { ...learntFrom, badRecords });
  const isFormKnown =
    badEpisodes > PLATT_EPISODES_MAX &&
    independentBadEpisodes >= VENN_ABERS_INDEPENDENT_EPISODES_MIN &&
    incidents >= VENN_ABERS_INCIDENTS_MIN;
  return isFormKnown ? vennAbersOf(samples, learntFrom) : plattOf(samples, learntFrom);
}

function goodCalibrationOf(held: readonly HeldRecord[], learntFrom: ConformalSize): Calibration | undefined {
  const episodes = episodesOf(held.filter(({ bad }) => !bad));
  const senders = byIncident(episodes);
  if (episodes.length < CONFORMAL_EPISODES_MIN || senders.length < INCIDENTS_MIN) return undefined;
  return conformalOf(weighed(episodes, 1), learntFrom);
}

/** Every incident weighs the same, every episode within it, every record within that; the good by episodes alike. */
export function calibrationSamplesOf(held: readonly HeldRecord[]): {
  samples: WeighedEvidence[];
  learntFrom: Required<CalibrationSize>;
} {
  const bad = episodesOf(held.filter(one => one.bad));
  const good = episodesOf(held.filter(one => !one.bad));
  const incidents = byIncident(bad);
  const independent = independentEpisodesOf(incidents);
  const samples = weighed(good, 1);
  for (const own of incidents) {
    samples.push(...weighed(own, independent / incidents.length / own.length));
  }
  return {
    samples,
    learntFrom: {
      badEpisodes: bad.length,
      independentBadEpisodes: independent,
      goodEpisodes: good.length,
      independentGoodEpisodes: independentEpisodesOf(byIncident(good)),
      incidents: incidents.length,
    },
  };
}

interface HeldEpisode {
  incident: string;
  records: HeldRecord[];
}

function episodesOf(held: readonly HeldRecord[]): HeldEpisode[] {
  const episodes = new Map<string, HeldEpisode>();
  for (const record of held) {
    const key = `${record.bad ? record.incident : ''}\n${record.episode}`;
    const episode = episodes.get(key) ?? { incident: record.incident, records: [] };
    episode.records.push(record);
    episodes.set(key, episode);
  }
  return [...episodes.values()];
}

function byIncident(episodes: readonly HeldEpisode[]): HeldEpisode[][] {
  const incidents = new Map<string, HeldEpisode[]>();
  for (const episode of episodes) {
    const same = incidents.get(episode.incident);
    if (same === undefined) incidents.set(episode.incident, [episode]);
    else same.push(episode);
  }
  return [...incidents.values()];
}

/** @param weight of each episode */
function weighed(episodes: readonly HeldEpisode[], weight: number): WeighedEvidence[] {
  return episodes.flatMap(({ records }) =>
    records.map(({ evidence, bad }) => ({ evidence, bad, weight: weight / records.length })),
  );
}

/**
 * How many episodes, each of an incident of its own, would fix the mean evidence of a class as well as these do: a hundred
 * episodes of one tool are no hundred witnesses of what the next tool looks like, nor those of one client of the next client.
 * `n = σ² / (s²/I)`, σ² the variance of an episode, s² that of the I incidents' means, every incident weighing the same; at
 * least I, at most the number of episodes.
 * @example incidents with the means 1 and 3 (s² = 2) whose own episodes do not differ (σ² = 1): 1 / (2/2) = 1, so n = I = 2
 * @see Kish, Survey Sampling, 1965, on the design effect of clusters
 */
function independentEpisodesOf(incidents: readonly (readonly HeldEpisode[])[]): number {
  const moments = incidents.map(episodes => {
    const samples = weighed(episodes, 1 / episodes.length);
    return {
      mean: samples.reduce((sum, { evidence, weight }) => sum + weight * evidence, 0),
      square: samples.reduce((sum, { evidence, weight }) => sum + weight * evidence * evidence, 0),
    };
  });
  const count = incidents.length;
  const mean = moments.reduce((sum, one) => sum + one.mean, 0) / count;
  const variance = moments.reduce((sum, one) => sum + one.square, 0) / count - mean * mean;
  const between = moments.reduce((sum, one) => sum + (one.mean - mean) ** 2, 0) / Math.max(1, count - 1);
  const episodes = incidents.reduce((sum, own) => sum + own.length, 0);
  if (between === 0) return episodes;
  return Math.min(episodes, Math.max(count, (variance * count) / between));
}

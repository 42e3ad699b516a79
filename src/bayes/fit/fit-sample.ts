/**
 * What fits are made of: some records of some episodes, drawn once by seeded hashes, so that everything fitted is a pure
 * function of what is stored and a seed.
 */
import type { Observations } from '../../domain/observation.ts';
import { mix32, tokenHash } from '../content-hash.ts';

export interface FitSample {
  /**
   * What is never learnt from and held at once. Of the bad: the mark that decided. Of the good: who sent it (a client, a
   * site), else its episode.
   */
  incident: string;
  /** Records of one episode and class count as one witness, and share its weight. */
  episode: string;
  observations: Observations;
  bad: boolean;
}

/** How many incidents the bad samples are of. @example incidentsIn([]) // 0 */
export function incidentsIn(samples: readonly FitSample[]): number {
  return new Set(samples.filter(({ bad }) => bad).map(({ incident }) => incident)).size;
}

/** Incidents in a sample: what is fitted to few of many is fitted to a site that knows less than it does (docs/adr/0010-fits.md). */
export const SAMPLE_INCIDENTS_MAX = 1_024;
/** Bad episodes of one incident: every incident weighs the same, so more would only tell the same incident better. */
export const SAMPLE_EPISODES_OF_INCIDENT_MAX = 128;
/** Bad episodes in all: a fit reads every record of the sample some fifteen times, and must end within a minute. */
const SAMPLE_BAD_EPISODES_MAX = 8_192;
/** Good episodes: false alarms at one in a thousand rest on eight of them. */
export const SAMPLE_GOOD_EPISODES_MAX = 8_192;
/** Records of one episode where there are as many episodes as a sample takes. */
const EPISODE_RECORDS_MIN = 4;
/** Where episodes are few: what goes together shows within one, too (docs/adr/0010-fits.md). */
export const EPISODE_RECORDS_MAX = 8;

/**
 * How many episodes of each incident a sample takes.
 * @param incidents in the sample, ≥ 1    @returns 8 to 128    @example episodesOfIncident(64) // 128 @example episodesOfIncident(1_000) // 8
 */
export function episodesOfIncident(incidents: number): number {
  return Math.min(SAMPLE_EPISODES_OF_INCIDENT_MAX, Math.floor(SAMPLE_BAD_EPISODES_MAX / incidents));
}

/**
 * How many records of each episode a sample takes, so that all are no more than four times the episodes that it may hold.
 * @param episodes that there are to take, ≥ 0    @param episodesMax how many it takes
 * @returns 4 to 8    @example recordsOfEpisode(128, 128) // 4 @example recordsOfEpisode(80, 128) // 6: 480 in all
 */
export function recordsOfEpisode(episodes: number, episodesMax: number): number {
  const affordable = Math.floor((EPISODE_RECORDS_MIN * episodesMax) / Math.max(1, episodes));
  return Math.min(EPISODE_RECORDS_MAX, Math.max(EPISODE_RECORDS_MIN, affordable));
}

/**
 * 32 bits that depend on every bit of a name and of a seed: who has the lowest is chosen, whatever order they came in.
 * @param seed integer ≥ 0
 */
export function seededHash(name: string, seed: number): number {
  const { low, high } = tokenHash('fit.sample', name);
  return mix32(low ^ mix32(high ^ mix32(seed)));
}

/**
 * The names with the lowest hashes, lowest first.
 * @param count ≥ 0    @param seed integer ≥ 0
 */
export function lowestHashed(names: Iterable<string>, count: number, seed: number): string[] {
  return [...new Set(names)]
    .map(name => ({ name, hash: seededHash(name, seed) }))
    .sort((a, b) => a.hash - b.hash || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}

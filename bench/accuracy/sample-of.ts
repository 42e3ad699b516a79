/** The bounded sample that fits are made of, drawn of a task's lessons as a site draws its own: by lowest seeded hashes. */
import {
  type FitSample,
  lowestHashed,
  SAMPLE_EPISODES_OF_INCIDENT_MAX,
  SAMPLE_GOOD_EPISODES_MAX,
  SAMPLE_INCIDENTS_MAX,
} from '../../src/bayes/fit/fit-sample.ts';

export interface SampleBounds {
  incidents: number;
  episodesOfIncident: number;
  goodEpisodes: number;
}

export const SHIPPED_BOUNDS: SampleBounds = {
  incidents: SAMPLE_INCIDENTS_MAX,
  episodesOfIncident: SAMPLE_EPISODES_OF_INCIDENT_MAX,
  goodEpisodes: SAMPLE_GOOD_EPISODES_MAX,
};

/** One record of each chosen episode: the first with the lowest hash of its place. */
export function sampleOf(lessons: readonly FitSample[], bounds: SampleBounds, seed: number): FitSample[] {
  const bad = lessons.filter(one => one.bad);
  const incidents = lowestHashed(
    bad.map(one => one.incident),
    bounds.incidents,
    seed,
  );
  return [
    ...incidents.flatMap(incident =>
      ofEpisodes(
        bad.filter(one => one.incident === incident),
        bounds.episodesOfIncident,
        seed,
      ),
    ),
    ...ofEpisodes(
      lessons.filter(one => !one.bad),
      bounds.goodEpisodes,
      seed,
    ),
  ];
}

function ofEpisodes(lessons: readonly FitSample[], count: number, seed: number): FitSample[] {
  const episodes = new Map<string, FitSample[]>();
  for (const lesson of lessons) {
    const same = episodes.get(lesson.episode);
    if (same === undefined) episodes.set(lesson.episode, [lesson]);
    else same.push(lesson);
  }
  return lowestHashed(episodes.keys(), count, seed).flatMap(name => {
    const own = episodes.get(name) ?? [];
    const [place = '0'] = lowestHashed(
      own.map((_, index) => String(index)),
      1,
      seed,
    );
    return own[Number(place)] ?? [];
  });
}

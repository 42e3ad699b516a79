/** The bounded sample that fits are made of, drawn of a task's lessons as a site draws its own: by lowest seeded hashes. */
import {
  episodesOfIncident,
  type FitSample,
  lowestHashed,
  recordsOfEpisode,
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

/** Of each chosen episode as many records as a site takes, those with the lowest hashes of their places. */
export function sampleOf(lessons: readonly FitSample[], bounds: SampleBounds, seed: number): FitSample[] {
  const bad = lessons.filter(one => one.bad);
  const incidents = lowestHashed(
    bad.map(one => one.incident),
    bounds.incidents,
    seed,
  );
  const ofEach = Math.min(bounds.episodesOfIncident, episodesOfIncident(Math.max(1, incidents.length)));
  return [
    ...incidents.flatMap(incident =>
      ofEpisodes(
        bad.filter(one => one.incident === incident),
        ofEach,
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
  const perEpisode = recordsOfEpisode(Math.min(episodes.size, count), count);
  return lowestHashed(episodes.keys(), count, seed).flatMap(name => {
    const own = episodes.get(name) ?? [];
    const places = lowestHashed(
      own.map((_, index) => String(index)),
      perEpisode,
      seed,
    );
    return places.map(place => own[Number(place)] as FitSample);
  });
}

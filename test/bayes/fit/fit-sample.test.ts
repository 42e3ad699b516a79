import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EPISODE_RECORDS_MAX,
  episodesOfIncident,
  recordsOfEpisode,
  SAMPLE_INCIDENTS_MAX,
} from '../../../src/bayes/fit/fit-sample.ts';

describe('episodes of an incident', () => {
  it.each([
    [1, 128],
    [64, 128],
    [65, 126],
    [1_000, 8],
    [SAMPLE_INCIDENTS_MAX, 8],
  ])('are, of each of %d incidents, %d', (incidents, expected) => {
    expect(episodesOfIncident(incidents)).toBe(expected);
  });
});

describe('records of an episode', () => {
  it.each([
    [0, 8],
    [9, 8],
    [64, 8],
    [80, 6],
    [128, 4],
  ])('are, of %d episodes where 128 are taken, %d', (episodes, expected) => {
    expect(recordsOfEpisode(episodes, 128)).toBe(expected);
  });

  it('are no more in all than four times the episodes that are taken', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(), (max, some) => {
        const episodes = some % (max + 1);
        const records = recordsOfEpisode(episodes, max);
        expect(records).toBeGreaterThanOrEqual(4);
        expect(records).toBeLessThanOrEqual(EPISODE_RECORDS_MAX);
        expect(records * episodes).toBeLessThanOrEqual(4 * max);
      }),
    );
  });
});

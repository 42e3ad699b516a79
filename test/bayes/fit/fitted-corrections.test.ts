/** Which ridge is taken: that of the site's own incidents. */
import { describe, expect, it } from 'vitest';
import { correctionsOf, ridgeOf } from '../../../src/bayes/fit/corrections.ts';
import { foldOfEach } from '../../../src/bayes/fit/cross-fitted.ts';
import type { FitSample } from '../../../src/bayes/fit/fit-sample.ts';
import { CORRECTION_RIDGES, fittedCorrections } from '../../../src/bayes/fit/fitted-corrections.ts';

const INCIDENTS = 10;
const OF_EACH = 12;
const GOODS = 600;

function sample(bad: boolean, incident: string, episode: number, tokens: readonly string[]): FitSample {
  return {
    ...{ bad, incident, episode: `${bad} ${incident} ${episode}` },
    observations: {
      ...{ sequences: [], shape: [] },
      categories: tokens.map(token => ({ field: 'network.protocol', token })),
    },
  };
}

/** Bad ones of incidents, of which each tells what tokensOf says, among good ones. */
function samplesOf(
  badTokens: (incident: number, record: number) => string[],
  goodTokens: (record: number) => string[],
): FitSample[] {
  return [
    ...Array.from({ length: INCIDENTS * OF_EACH }, (_, index) => {
      const incident = index % INCIDENTS;
      return sample(true, `i${incident}`, index, badTokens(incident, index));
    }),
    ...Array.from({ length: GOODS }, (_, index) => sample(false, `g${index % 50}`, index, goodTokens(index))),
  ];
}

function fitted(samples: readonly FitSample[], z: (one: FitSample, index: number) => number) {
  const folds = foldOfEach(samples, 1) ?? [];
  return { folds, ...fittedCorrections(samples, samples.map(z), folds) };
}

describe('fittedCorrections', () => {
  it('takes a weak ridge where incidents share what λ has wrong', () => {
    // z calls every third good record bad; that it shows `alibi` says it is not, and holds of every incident.
    const samples = samplesOf(
      () => ['seen'],
      record => (record % 3 === 0 ? ['alibi', 'seen'] : ['other']),
    );
    const z = ({ bad, observations }: FitSample) =>
      bad ? 2 : observations.categories.some(({ token }) => token === 'alibi') ? 3 : -2;
    const { corrections, logits, folds } = fitted(samples, z);
    const byRidge = correctionsOf(samples, samples.map(z), CORRECTION_RIDGES.map(ridgeOf));
    const alibi = (some: typeof corrections | undefined) =>
      some?.find(({ token }) => token === 'alibi')?.delta ?? 0;
    const [strong, weak] = [byRidge[0], byRidge.at(-1)];
    expect(alibi(weak)).toBeLessThan(alibi(strong));
    expect(alibi(corrections)).toBeLessThan(alibi(strong));
    // What every fold is given, it did not teach: alarms of z are gone from records of all folds.
    for (const fold of new Set(folds)) {
      const of = (bad: boolean) =>
        logits.filter((_, index) => folds[index] === fold && samples[index]?.bad === bad);
      expect(Math.min(...of(true))).toBeGreaterThan(Math.max(...of(false)));
    }
  });

  it('keeps the strong ridge where each incident is of its own kind', () => {
    // Records of two neighbouring incidents share a token that good ones show as often: it tells nothing of the others.
    const samples = samplesOf(
      (incident, record) => [`kind ${Math.floor(incident / 2)}`, record % 2 === 0 ? 'even' : 'odd'],
      record => [`kind ${record % 5}`, record % 2 === 0 ? 'even' : 'odd'],
    );
    const { corrections } = fitted(samples, ({ bad }, index) => (bad ? 1 : -1) + ((index * 7) % 11) / 8);
    const strong = correctionsOf(
      samples,
      samples.map(({ bad }, index) => (bad ? 1 : -1) + ((index * 7) % 11) / 8),
      CORRECTION_RIDGES.map(ridgeOf),
    );
    expect(corrections).toEqual(strong[0]);
  });

  it('corrects nothing below five incidents', () => {
    const samples = samplesOf(
      () => ['seen'],
      () => ['other'],
    ).filter(({ bad, incident }) => !bad || ['i0', 'i1', 'i2', 'i3'].includes(incident));
    const z = samples.map(({ bad }) => (bad ? 1 : -1));
    expect(fittedCorrections(samples, z, foldOfEach(samples, 1) ?? [])).toEqual({
      corrections: [],
      logits: z,
    });
  });
});

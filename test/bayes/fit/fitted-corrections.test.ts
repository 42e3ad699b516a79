/** Which ridge is taken: that of the site's own incidents. */
import { describe, expect, it } from 'vitest';
import { correctionsOf, ridgeOf, sumsOfCorrections } from '../../../src/bayes/fit/corrections.ts';
import { foldOfEach } from '../../../src/bayes/fit/cross-fitted.ts';
import { kindsOf } from '../../../src/bayes/fit/evidence-kinds.ts';
import type { FitSample } from '../../../src/bayes/fit/fit-sample.ts';
import {
  CORRECTION_RIDGES,
  coreEvidenceOf,
  fittedCorrections,
  gainOf,
} from '../../../src/bayes/fit/fitted-corrections.ts';
import { sampleModel } from '../../../src/bayes/fit/sample-model.ts';
import type { Correction } from '../../../src/bayes/model.ts';
import { Scorer } from '../../../src/bayes/suspicion.ts';
import { PARAMETERS } from '../learnt.ts';

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

function noCores(samples: readonly FitSample[]) {
  return { nats: samples.map(() => 0), weight: 1 };
}

function fitted(samples: readonly FitSample[], z: (one: FitSample, index: number) => number) {
  const folds = foldOfEach(samples, 1) ?? [];
  return { folds, ...fittedCorrections(samples, samples.map(z), folds, noCores(samples)) };
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
    expect(fittedCorrections(samples, z, foldOfEach(samples, 1) ?? [], noCores(samples))).toEqual({
      corrections: [],
      logits: z,
    });
  });
});

describe('gainOf', () => {
  it('has nothing of cores where they weigh nothing, as the model has', () => {
    expect(gainOf({ core: -1, other: 0.5 }, { nats: [-2], weight: 0 }, 0)).toBe(0.5);
  });

  /** A name's domain is of its core, and its type is not. */
  const asked = (bad: boolean, domain: string, type: string, index: number): FitSample => ({
    ...{ bad, incident: `${bad} ${index % 4}`, episode: `${bad} ${index}` },
    observations: {
      ...{ sequences: [], shape: [] },
      categories: [
        { field: 'dns.question.registered_domain', token: domain },
        { field: 'dns.question.type', token: type },
      ],
    },
  });

  it.each([
    ['example.org', 0.4, 'a quarter: all of the core still speaks for the good'],
    ['example.org', 40, 'less than it: what spoke for the good counts whole now'],
    ['evil.test', -40, 'a quarter of what goes beyond 0'],
  ])('is what δ of a core moves a score by: of %s, %d, %s', (domain, delta) => {
    const samples = Array.from({ length: 80 }, (_, index) =>
      asked(
        index % 4 === 0,
        index % 4 === 0 ? 'evil.test' : 'example.org',
        index % 3 === 0 ? 'TXT' : 'A',
        index,
      ),
    );
    const parameters = { ...PARAMETERS, unknownThreat: { share: 0, weights: {} } };
    const corrections: Correction[] = [
      { field: 'dns.question.registered_domain', token: domain, delta },
      { field: 'dns.question.type', token: 'A', delta: 0.3 },
    ];
    const { observations } = asked(false, domain, 'A', 0);
    const before = new Scorer(sampleModel(samples, parameters));
    const after = new Scorer(sampleModel(samples, { ...parameters, corrections }));
    const cores = coreEvidenceOf([kindsOf(before.evidenceOf(observations))], parameters.weights);
    const gain = gainOf(sumsOfCorrections(corrections)(observations), cores, 0);
    expect(after.logitOf(observations) - before.logitOf(observations)).toBeCloseTo(gain, 5);
    expect(gain).not.toBeCloseTo(delta + 0.3, 2);
  });
});

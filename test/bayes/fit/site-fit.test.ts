/** The fit of a whole site, from samples to parameters that a model scores by. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_WEIGHTS } from '../../../src/bayes/default-weights.ts';
import { calibrationOf } from '../../../src/bayes/fit/calibration.ts';
import { foldOfEach } from '../../../src/bayes/fit/cross-fitted.ts';
import { KINDS } from '../../../src/bayes/fit/evidence-kinds.ts';
import type { FitSample } from '../../../src/bayes/fit/fit-sample.ts';
import { coreEvidenceOf, fittedCorrections } from '../../../src/bayes/fit/fitted-corrections.ts';
import { heldEvidence } from '../../../src/bayes/fit/held-evidence.ts';
import { sampleModel } from '../../../src/bayes/fit/sample-model.ts';
import { siteFitOf } from '../../../src/bayes/fit/site-fit.ts';
import { siteWeightsOf, WEIGHT_FLOOR } from '../../../src/bayes/fit/site-weights.ts';
import { strangenessOffsetOf } from '../../../src/bayes/fit/strangeness-offset.ts';
import { unknownShareOf } from '../../../src/bayes/fit/unknown-share.ts';
import { Scorer } from '../../../src/bayes/suspicion.ts';
import { eitherThreat, threatShares, UNKNOWN_THREAT } from '../../../src/bayes/unknown-threat.ts';
import { PARAMETERS } from '../learnt.ts';

/** Episodes of one record. The bad go to port 4444 from anywhere; their shape is that of the good. */
function samplesOf(incidents: number, episodesOfEach: number, good: number): FitSample[] {
  const sample = (bad: boolean, incident: string, index: number): FitSample => ({
    ...{ bad, incident, episode: `${bad} ${incident} ${index}` },
    observations: {
      sequences: [],
      shape: [{ field: 'dns.question.name#length', token: String(index % 5) }],
      categories: [
        { field: 'destination.port', token: bad === index % 9 > 0 ? '4444' : '443' },
        { field: 'source.ip', token: `${incident} ${index}` },
      ],
    },
  });
  return [
    ...Array.from({ length: incidents * episodesOfEach }, (_, index) =>
      sample(true, `incident ${index % incidents}`, index),
    ),
    ...Array.from({ length: good }, (_, index) => sample(false, `client ${index % 40}`, index)),
  ];
}

describe('siteFitOf', () => {
  it('gives more weight to what carried over, and keeps a share of what did not', () => {
    const { weights = {} } = siteFitOf(samplesOf(6, 10, 200), PARAMETERS, 1);
    expect(Object.keys(weights)).toEqual(KINDS);
    expect(weights['categories']).toBeGreaterThan(DEFAULT_WEIGHTS['categories'] ?? Number.NaN);
    for (const [kind, weight] of Object.entries(weights)) {
      expect(weight, kind).toBeGreaterThanOrEqual(WEIGHT_FLOOR * (DEFAULT_WEIGHTS[kind] ?? Number.NaN));
    }
    // Nothing that is there says anything about texts: those weights stay as they are.
    expect(weights['surprise']).toBeCloseTo(DEFAULT_WEIGHTS['surprise'] ?? Number.NaN, 9);
  });

  it('gives scores that mean what they say', () => {
    const samples = samplesOf(6, 10, 600);
    const fitted = siteFitOf(samples, PARAMETERS, 1);
    expect(Object.keys(fitted)).toEqual(['weights', 'corrections', 'unknownThreat', 'calibration']);
    expect(fitted.calibration?.method).toBe('platt');
    // One in eleven is bad in the sample; of port 4444 53 of 120 are, and 7 of the 540 others.
    const parameters = { ...PARAMETERS, ...fitted, baseRate: 1 / 11 };
    const scorer = new Scorer(sampleModel(samples, parameters));
    const asked = (port: string) =>
      scorer.suspicionOf({
        ...{ sequences: [], shape: [] },
        categories: [{ field: 'destination.port', token: port }],
      });
    const [alarming, harmless] = [asked('4444'), asked('443')];
    expect(Math.abs(alarming.score - 53 / 120)).toBeLessThan(0.12);
    expect(Math.abs(harmless.score - 7 / 540)).toBeLessThan(0.012);
    expect(alarming.interval[0]).toBeGreaterThan(harmless.interval[1]);
  });

  it('leaves the shipped weights below five incidents, and below two all but how rare evidence is among the good', () => {
    expect(Object.keys(siteFitOf(samplesOf(4, 10, 200), PARAMETERS, 1))).toEqual([
      'unknownThreat',
      'calibration',
    ]);
    const ofOne = siteFitOf(samplesOf(1, 60, 200), PARAMETERS, 1);
    expect(Object.keys(ofOne)).toEqual(['unknownThreat', 'calibration']);
    expect(ofOne.unknownThreat).toEqual({ ...UNKNOWN_THREAT, offset: expect.any(Number) });
    expect(ofOne.calibration).toMatchObject({
      method: 'conformal',
      learntFrom: { incidents: 1, badEpisodes: 60 },
    });
    expect(Object.keys(siteFitOf(samplesOf(1, 60, 199), PARAMETERS, 1))).toEqual(['unknownThreat']);
    expect(siteFitOf([], PARAMETERS, 1)).toEqual({});
  });

  it('is a calibration alone where nothing is bad, by what a model that had not seen the sender says', () => {
    const fitted = siteFitOf(samplesOf(0, 0, 400), PARAMETERS, 1);
    expect(Object.keys(fitted)).toEqual(['calibration']);
    expect(fitted.calibration).toMatchObject({ method: 'conformal', learntFrom: { goodEpisodes: 400 } });
    expect(siteFitOf([...samplesOf(0, 0, 400)].reverse(), PARAMETERS, 1).calibration).toMatchObject({
      method: 'conformal',
    });
    expect(siteFitOf(samplesOf(0, 0, 199), PARAMETERS, 1)).toEqual({});
  });

  it('fits the unknown threat by what β and δ make of held incidents, and calibrates the sum', () => {
    // One incident goes where most of the good go, by a protocol that nobody has used; the others are alike, and some of the good
    // like them.
    const samples = samplesOf(8, 12, 600).map((sample, index) => {
      const isNew = sample.bad && sample.incident === 'incident 0';
      const isLikeMarked = (sample.bad && !isNew) || (!sample.bad && index % 12 === 0);
      const categories = [
        { field: 'destination.port', token: isLikeMarked ? '4444' : '443' },
        { field: 'network.transport', token: isLikeMarked ? 'udp' : 'tcp' },
        { field: 'network.protocol', token: isNew ? `new ${sample.incident}` : `usual ${index % 3}` },
      ];
      return { ...sample, observations: { ...sample.observations, categories } };
    });
    const folds = foldOfEach(samples, 1) ?? [];
    const evidence = heldEvidence(samples, PARAMETERS, folds, 1);
    const weights = siteWeightsOf(samples, evidence, PARAMETERS.weights) ?? {};
    const sumsOf = (byKind: Readonly<Record<string, number>>) =>
      evidence.map(kinds => KINDS.reduce((sum, kind, at) => sum + (byKind[kind] ?? 0) * (kinds[at] ?? 0), 0));
    const known = fittedCorrections(
      samples,
      sumsOf(weights),
      folds,
      coreEvidenceOf(evidence, weights),
    ).logits;
    const strange = sumsOf(UNKNOWN_THREAT.weights);
    const offset = strangenessOffsetOf(samples, known, strange) ?? Number.NaN;
    const share = unknownShareOf(samples, known, strange, offset) ?? Number.NaN;
    expect(offset).not.toBe(0);
    expect(share).not.toBe(unknownShareOf(samples, known, strange));

    const fitted = siteFitOf(samples, PARAMETERS, 1);
    expect(fitted.unknownThreat).toEqual({ ...UNKNOWN_THREAT, share, offset });
    const shares = threatShares(share, offset);
    const sums = known.map((one, index) => eitherThreat(one, strange[index] ?? 0, shares));
    const calibrationOn = (nats: readonly number[]) =>
      calibrationOf(samples.map((sample, index) => ({ ...sample, evidence: nats[index] ?? Number.NaN })));
    expect(fitted.calibration).toEqual(calibrationOn(sums));
    expect(fitted.calibration).not.toEqual(calibrationOn(known));
  });

  it('is plain data, the same for the same samples in any order', () => {
    const samples = samplesOf(6, 10, 200);
    const fitted = siteFitOf(samples, PARAMETERS, 1);
    expect(JSON.parse(JSON.stringify(fitted))).toEqual(fitted);
    const other = siteFitOf([...samples].reverse(), PARAMETERS, 1);
    for (const kind of KINDS)
      expect(other.weights?.[kind]).toBeCloseTo(fitted.weights?.[kind] ?? Number.NaN, 6);
  });
});

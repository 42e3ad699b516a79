/**
 * A stored fit is gone by as long as its version is that of the program (FIT_VERSION): what the same samples give is pinned for each
 * version, so that a change of the evidence, of what a site is born with or of how anything is fitted needs a version of its own.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EVIDENCE_VERSION } from '../../src/bayes/evidence.ts';
import {
  EPISODE_RECORDS_MAX,
  type FitSample,
  SAMPLE_EPISODES_OF_INCIDENT_MAX,
  SAMPLE_GOOD_EPISODES_MAX,
  SAMPLE_INCIDENTS_MAX,
} from '../../src/bayes/fit/fit-sample.ts';
import { FIT_VERSION } from '../../src/bayes/fit/site-fit.ts';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import { fitBy } from '../../src/services/fitting/fitter.ts';
import { modelParametersOf } from '../../src/services/model-parameters.ts';
import { POLICY } from '../world.ts';

/** Evenly spread integers from 0 to below a limit, without a pattern (Knuth's multiplicative hash). */
const spread = (index: number, limit: number) =>
  Math.floor(((Math.imul(index, 2_654_435_761) >>> 0) / 2 ** 32) * limit);
const word = (index: number) => (Math.imul(index + 1, 2_654_435_761) >>> 0).toString(36);
const WORDS = ['mail', 'static', 'news', 'images', 'shop', 'login', 'media', 'cloud'];

interface Traffic {
  /** Whether a name looks like nothing, and not like words. */
  isStrange: (bad: boolean, incident: number, index: number) => boolean;
  portOf: (bad: boolean, incident: number, index: number) => number;
}

function samplesOf(
  incidents: number,
  episodesOfEach: number,
  good: number,
  { isStrange, portOf }: Traffic,
): FitSample[] {
  const sample = (bad: boolean, incident: number, index: number): FitSample => {
    const site = `${WORDS[index % 8]}${index % 11}.example`;
    const host = isStrange(bad, incident, index) ? word(index) : (WORDS[(index * 3) % 8] ?? '');
    const port = String(portOf(bad, incident, index));
    const client = bad ? `10.9.9.${incident}` : `10.0.0.${index % 40}`;
    return {
      ...{ bad, incident: `${bad ? 'incident' : 'client'} ${incident}`, episode: `${incident} ${index}` },
      observations: {
        sequences: [{ field: 'dns.question.name', text: `${host}.${site}`, core: site.length }],
        shape: [{ field: 'dns.question.name#length', token: String(host.length) }],
        categories: [
          { field: 'destination.port', token: port },
          { field: 'destination.port|source.ip', token: `${port} given ${client}` },
          { field: 'source.ip', token: client },
        ],
      },
    };
  };
  return [
    ...Array.from({ length: incidents * episodesOfEach }, (_, index) =>
      sample(true, index % incidents, index),
    ),
    ...Array.from({ length: good }, (_, index) => sample(false, index % 40, index)),
  ];
}

const marked: Traffic = {
  isStrange: (bad, _, index) => bad === spread(index, 10) > 1,
  portOf: (bad, _, index) => (bad === index % 9 > 0 ? 4_444 : 443),
};
/** Each incident by a port of its own, which the good use as well: what others taught speaks for it. */
const misleading: Traffic = {
  isStrange: () => false,
  portOf: (bad, incident, index) => (bad ? incident : index % 6),
};
/** The later the incident, the stranger. */
const unlike: Traffic = {
  isStrange: (bad, incident, index) => (bad ? spread(index, 8) < incident : index % 20 === 0),
  portOf: () => 443,
};

const SITES: Readonly<Record<string, { samples: FitSample[]; method: string }>> = {
  'six incidents': { samples: samplesOf(6, 10, 300, marked), method: 'platt' },
  'six incidents that mislead': { samples: samplesOf(6, 10, 300, misleading), method: 'platt' },
  'eight incidents, unlike each other': { samples: samplesOf(8, 30, 300, unlike), method: 'venn-abers' },
  'one incident': { samples: samplesOf(1, 20, 300, marked), method: 'conformal' },
};

/** To four digits: an exponential may differ in the last one between versions of Node. */
const rounded = (content: string): { calibration: { method: string } } =>
  JSON.parse(content, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value));

it('the same samples give another fit by another version alone', () => {
  const fits = Object.fromEntries(
    Object.entries(SITES).map(([name, { samples }]) => {
      const badRecords = samples.filter(({ bad }) => bad).length;
      const parameters = modelParametersOf(POLICY, TOKENIZER_VERSION);
      const { version, content } = fitBy({ entry: 1, samples, badRecords, placebos: null, parameters });
      expect(version).toBe(FIT_VERSION);
      return [name, rounded(content)];
    }),
  );
  expect(Object.values(fits).map(fit => fit.calibration.method)).toEqual(
    Object.values(SITES).map(({ method }) => method),
  );
  const found = {
    evidenceVersion: EVIDENCE_VERSION,
    sample: {
      incidents: SAMPLE_INCIDENTS_MAX,
      episodesOfIncident: SAMPLE_EPISODES_OF_INCIDENT_MAX,
      goodEpisodes: SAMPLE_GOOD_EPISODES_MAX,
      recordsOfEpisode: EPISODE_RECORDS_MAX,
    },
    fits,
  };
  const pinned = new URL(`../fixtures/fits/version-${FIT_VERSION}.json`, import.meta.url);
  expect(found).toEqual(JSON.parse(readFileSync(pinned, 'utf8')));
});

/**
 * Equal model ids mean equal scores: what counts and parameters come to is pinned for each version of the evidence, so that
 * a change of a formula or of a constant beside the parameters cannot keep the id.
 */
import { expect, it } from 'vitest';
import { EVIDENCE_VERSION } from '../../src/bayes/evidence.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import type { Observations } from '../../src/domain/observation.ts';
import { compiled, records, segmentOf } from './learnt.ts';

/** Of a record that speaks for the bad nothing changed from 3 to 4. */
const SINCE_3: Readonly<Record<string, number>> = {
  categories: 0.897953,
  category_surprise: 1.609438,
  conditional: 0.61262,
  conditional_surprise: 1.223775,
  core_shape: 0.897953,
  'dns.question.name.likelihood': 11.776655,
  'dns.question.name.log_odds': 2.776482,
  'dns.question.name.log_odds_records': 3.266477,
  'dns.question.name.surprise': 3.099981,
  'dns.question.name.unseen': 0.329787,
  'dns.question.name.worst_likelihood': 10.67627,
  'dns.question.name.worst_log_odds': 1.200772,
  'dns.question.name.worst_log_odds_records': 1.392386,
  'dns.question.name.worst_surprise': 2.197826,
  'dns.question.name.worst_unseen': 0.411765,
  shape: 0.897953,
};

/** The registrable domain counts among what tells of cores, where it was not in the record that is asked before. */
const { core_shape: _, ...BESIDE_CORE } = SINCE_3;
const SINCE_7: Readonly<Record<string, number>> = { ...BESIDE_CORE, core: 1.795907 };

/** By version: evidence in nats of the asked record, group by group. A new version gets a line of its own. */
const PINNED: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  1: {
    categories: 0.897953,
    'dns.question.name.likelihood': 7.602139,
    'dns.question.name.log_odds': 1.180191,
    'dns.question.name.log_odds_records': 1.432617,
    'dns.question.name.surprise': 3.099981,
    'dns.question.name.unseen': 0.329787,
    'dns.question.name.worst_likelihood': 10.67627,
    'dns.question.name.worst_log_odds': 1.200772,
    'dns.question.name.worst_log_odds_records': 1.392386,
    'dns.question.name.worst_surprise': 2.197826,
    'dns.question.name.worst_unseen': 0.411765,
    shape: 0.897953,
  },
  2: {
    categories: 0.897953,
    category_surprise: 1.609438,
    conditional: 0.61262,
    conditional_surprise: 1.223775,
    'dns.question.name.likelihood': 7.602139,
    'dns.question.name.log_odds': 1.180191,
    'dns.question.name.log_odds_records': 1.432617,
    'dns.question.name.surprise': 3.099981,
    'dns.question.name.unseen': 0.329787,
    'dns.question.name.worst_likelihood': 10.67627,
    'dns.question.name.worst_log_odds': 1.200772,
    'dns.question.name.worst_log_odds_records': 1.392386,
    'dns.question.name.worst_surprise': 2.197826,
    'dns.question.name.worst_unseen': 0.411765,
    shape: 0.897953,
  },
  3: SINCE_3,
  4: SINCE_3,
  5: SINCE_3,
  6: SINCE_3,
  7: SINCE_7,
};

/** The same of a record that looks innocent, since what is for the good counts otherwise than what is against it. */
const INNOCENT_SINCE_4: Readonly<Record<string, number>> = {
  categories: -0.758805,
  conditional: -0.498163,
  core_shape: -0.189701,
  'dns.question.name.likelihood': -6.330059,
  'dns.question.name.log_odds': -1.784396,
  'dns.question.name.log_odds_records': -1.708232,
  'dns.question.name.surprise': 0.253214,
  'dns.question.name.unseen': 0.172414,
  'dns.question.name.worst_likelihood': -0.649591,
  'dns.question.name.worst_log_odds': -0.039545,
  'dns.question.name.worst_log_odds_records': -0.051019,
  'dns.question.name.worst_surprise': 1.04726,
  'dns.question.name.worst_unseen': 0.166667,
  shape: -0.758805,
};

const { core_shape: __, ...INNOCENT_BESIDE_CORE } = INNOCENT_SINCE_4;
const INNOCENT_SINCE_7: Readonly<Record<string, number>> = { ...INNOCENT_BESIDE_CORE, core: -0.379403 };

const PINNED_INNOCENT: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  4: INNOCENT_SINCE_4,
  5: INNOCENT_SINCE_4,
  6: INNOCENT_SINCE_4,
  7: INNOCENT_SINCE_7,
};

/** By version: z of both records, less the prior: a threat is known or unknown since 5. */
const PINNED_NATS: Readonly<Record<number, readonly [number, number]>> = {
  4: [9.244206, -1.549156],
  5: [8.555915, -0.09268],
  // What is silent is the base rate, also where something is calibrated.
  6: [8.555915, -0.09268],
  7: [8.839027, -0.115361],
};

function tokens(length: string, type: string, domain: string): Pick<Observations, 'shape' | 'categories'> {
  return {
    shape: [
      { field: 'dns.question.name#length', token: length },
      { field: 'dns.question.name#core_length', token: length },
    ],
    categories: [
      { field: 'dns.question.type', token: type },
      // Of a core since 7, which it is of as much as its traits are.
      { field: 'dns.question.registered_domain', token: domain },
      { field: 'dns.question.type|source.ip', token: `${type} given 10.0.0.7` },
    ],
  };
}

const domainOf = ({ sequences }: Observations) => sequences[0]?.text.split('.').slice(-2).join('.') ?? '';

it('evidence is what its version says', () => {
  const withTokens = (texts: string[], after: 'good' | 'bad', length: string, type: string) =>
    records(texts, after).map(one => ({
      ...one,
      observations: { ...one.observations, ...tokens(length, type, domainOf(one.observations)) },
    }));
  const lessons = [
    { day: 19_000, records: withTokens(['www.example.org', 'news.example.com'], 'good', '15', 'A') },
    {
      day: 19_001,
      records: withTokens(['x7f3k9q2.t.evil.test', 'zq81mx0v.t.evil.test'], 'bad', '20', 'TXT'),
    },
    { day: 19_002, records: withTokens(['mail.example.org'], 'good', '15', 'A') },
  ];
  const asked: Observations = {
    sequences: [{ field: 'dns.question.name', text: 'www.p0o9i8u7.t.evil.test', core: 15 }],
    ...tokens('20', 'TXT', 'evil.test'),
  };
  const innocent: Observations = {
    sequences: [{ field: 'dns.question.name', text: 'web.example.org', core: 4 }],
    ...tokens('15', 'A', 'example.org'),
  };
  const scorer = new Scorer(compiled([segmentOf(lessons)]));
  const natsOf = (observations: Observations) =>
    Object.fromEntries(
      [...scorer.evidenceOf(observations)].map(([group, value]) => [group, Number(value.toFixed(6))]),
    );
  expect(natsOf(asked)).toEqual(PINNED[EVIDENCE_VERSION]);
  expect(natsOf(innocent)).toEqual(PINNED_INNOCENT[EVIDENCE_VERSION]);
  expect([asked, innocent].map(one => Number((scorer.logitOf(one) - scorer.prior).toFixed(6)))).toEqual(
    PINNED_NATS[EVIDENCE_VERSION],
  );
});

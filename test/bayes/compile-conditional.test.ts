/** Values in their context: worked by hand, abstaining where nothing is known, bounded, and readable as reasons. */
import { describe, expect, it } from 'vitest';
import { CategoryField } from '../../src/bayes/category-field.ts';
import { compileModel } from '../../src/bayes/compile.ts';
import {
  type ContextBounds,
  conditionalLogOdds,
  weightedConditional,
} from '../../src/bayes/compile-conditional.ts';
import { Counts } from '../../src/bayes/counts.ts';
import { encodeCounts } from '../../src/bayes/counts-codec.ts';
import { logOdds } from '../../src/bayes/log-odds.ts';
import { SettledCounts } from '../../src/bayes/settled-counts.ts';
import type { SettledField } from '../../src/bayes/settled-field.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import type { RecordClass } from '../../src/domain/label.ts';
import type { Observations } from '../../src/domain/observation.ts';
import { compiled, PARAMETERS, segmentOf } from './learnt.ts';

/** A request of a host by a client software. */
function request(name: string, host: string): Observations {
  return {
    sequences: [],
    shape: [],
    categories: [
      { field: 'user_agent.name', token: name },
      { field: 'user_agent.name|source.ip', token: `${name} given ${host}` },
    ],
  };
}

/** One record an episode. */
function lessons(records: readonly Observations[], after: RecordClass) {
  return records.map(observations => ({
    day: 19_000,
    records: [{ observations, before: 'none' as const, after }],
  }));
}

const GOOD = [
  ...Array.from({ length: 6 }, () => request('firefox', '10.0.0.7')),
  ...Array.from({ length: 3 }, () => request('internet explorer', '10.0.0.8')),
];
const unmarked = new Scorer(compiled([segmentOf(lessons(GOOD, 'good'))]));

describe('surprise in context', () => {
  it('is what a hand works out, and 0 on average over the good', () => {
    // Plain: n = 9, u = 2, uniform 1/3. P(firefox) = (6 + 2/3)/11, P(ie) = (3 + 2/3)/11.
    // Given .7: n = 6, u = 1: P(firefox|.7) = (6 + P(firefox))/7. Given .8: n = 3, u = 1: P(ie|.8) = (3 + P(ie))/4.
    const [firefox, explorer] = [(6 + 2 / 3) / 11, (3 + 2 / 3) / 11];
    const usual = Math.log(firefox / ((6 + firefox) / 7));
    const usualToo = Math.log(explorer / ((3 + explorer) / 4));
    const mean = (6 * usual + 3 * usualToo) / 9;
    const said = (name: string, host: string) =>
      unmarked.evidenceOf(request(name, host)).get('conditional_surprise') ?? 0;
    expect(said('firefox', '10.0.0.7')).toBeCloseTo(usual - mean, 5);
    expect(said('internet explorer', '10.0.0.8')).toBeCloseTo(usualToo - mean, 5);
    // ln P(ie) − ln P(ie|.7), where P(ie|.7) = P(ie)/7.
    expect(said('internet explorer', '10.0.0.7')).toBeCloseTo(Math.log(7) - mean, 5);
    expect(6 * said('firefox', '10.0.0.7') + 3 * said('internet explorer', '10.0.0.8')).toBeCloseTo(0, 5);
  });

  it('abstains where nothing is known of the context, however strange the value is', () => {
    expect(unmarked.evidenceOf(request('sqlmap', '10.0.0.9')).get('conditional_surprise')).toBeUndefined();
    const onlyBad = new Scorer(compiled([segmentOf(lessons(GOOD, 'bad'))]));
    expect([...onlyBad.evidenceOf(request('firefox', '10.0.0.7')).keys()]).toEqual([]);
  });

  it('of sizes goes by the protocol, whoever sends them, and is told by itself', () => {
    const flow = (protocol: string, bytes: string): Observations => ({
      sequences: [],
      shape: [],
      categories: [
        { field: 'network.protocol', token: protocol },
        { field: 'source.bytes', token: bytes },
        { field: 'source.bytes|network.protocol', token: `${bytes} given ${protocol}` },
      ],
    });
    const good = [
      ...Array.from({ length: 6 }, () => flow('dns', '64')),
      ...Array.from({ length: 6 }, () => flow('ssl', '4096')),
    ];
    const scorer = new Scorer(compiled([segmentOf(lessons(good, 'good'))]));
    const [usual, odd] = [flow('dns', '64'), flow('dns', '4096')].map(one => scorer.evidenceOf(one));
    // P = (6 + 2/3)/14 of either size; given dns (6 + P)/7 and P/7: ln P − ln P(v|h), less its mean.
    const plain = (6 + 2 / 3) / 14;
    const mean = Math.log(plain / ((6 + plain) / 7));
    expect(usual?.get('protocol_surprise') ?? 0).toBeCloseTo(0, 5);
    expect(odd?.get('protocol_surprise')).toBeCloseTo(Math.log(7) - mean, 5);
    expect(odd?.get('conditional_surprise')).toBeUndefined();
    expect(odd?.get('category_surprise') ?? 0).toBeCloseTo(usual?.get('category_surprise') ?? 0, 5);
  });

  it('of the plain value says more of a rare one, and most of one never seen', () => {
    const said = (name: string) =>
      unmarked.evidenceOf(request(name, '10.0.0.9')).get('category_surprise') ?? Number.NaN;
    // −ln P, less the mean (6·0.501 + 3·1.099)/9 = 0.700.
    expect(said('firefox')).toBeCloseTo(-0.199, 3);
    expect(said('internet explorer')).toBeCloseTo(0.399, 3);
    expect(said('sqlmap')).toBeCloseTo(Math.log(11 / (2 / 3)) - 0.7, 3);
  });
});

describe('the weight in context', () => {
  const marked = new Scorer(
    compiled([
      segmentOf([
        ...lessons(GOOD, 'good'),
        ...lessons([request('internet explorer', '10.0.0.7'), request('curl', '10.0.0.7')], 'bad'),
      ]),
    ]),
  );

  it('is what the pair adds to the value: nothing where the pair was never seen', () => {
    const totals = { bad: 2, good: 9 };
    const explorer = { bad: 1, good: 3 };
    const difference = conditionalLogOdds({ bad: 1, good: 0 }, explorer, totals, 2);
    const said = marked.evidenceOf(request('internet explorer', '10.0.0.7'));
    expect(difference).toBeGreaterThan(0.5);
    expect(said.get('categories')).toBeCloseTo(logOdds(explorer, totals, 2), 5);
    expect(said.get('conditional')).toBeCloseTo(difference, 5);
    const unseen = marked.evidenceOf(request('internet explorer', '10.0.0.9'));
    expect(unseen.get('categories')).toBeCloseTo(logOdds(explorer, totals, 2), 5);
    expect(unseen.get('conditional')).toBeUndefined();
  });

  it('is the root of its equation', () => {
    const [pair, value, totals] = [
      { bad: 1, good: 0 },
      { bad: 1, good: 9 },
      { bad: 10, good: 10 },
    ];
    const ofValue = logOdds(value, totals, 2);
    const d = conditionalLogOdds(pair, value, totals, 2);
    expect([ofValue, d].map(weight => Number(weight.toFixed(2)))).toEqual([-1.54, 1.18]);
    const p = 1 / (1 + Math.exp(-(d + ofValue)));
    expect(pair.bad - p - d / 2).toBeCloseTo(0, 9);
  });

  it('is told as a reason that names value and context, and reasons sum to the logit', () => {
    const { reasons, logit } = marked.explain(request('internet explorer', '10.0.0.7'), 100);
    const told = reasons.filter(({ field }) => field === 'user_agent.name|source.ip');
    expect(told.map(({ group, token }) => `${group}: ${token}`).sort()).toEqual([
      'conditional: internet explorer given 10.0.0.7',
      'conditional_surprise: internet explorer given 10.0.0.7',
    ]);
    expect(Math.min(...told.map(({ contribution }) => contribution))).toBeGreaterThan(0);
    const sum = reasons.reduce((total, { contribution }) => total + contribution, 0);
    expect(sum).toBeCloseTo(logit, 9);
  });
});

describe('contexts', () => {
  const port = 'destination.port|source.ip';
  const seen = (counts: Counts, token: string, episodes: number, day = 0) => {
    const delta = { goodRecords: episodes, goodEpisodes: episodes };
    counts.bump(day, port, token, delta);
    counts.bump(day, 'destination.port', token.split(' ')[0] as string, delta);
    counts.bump(day, 'record', '', delta);
  };
  const settledOf = (counts: Counts) => {
    const settled = new SettledCounts();
    settled.addSegment(encodeCounts(counts));
    return settled;
  };
  /** Tokens of the pairs and contexts that are kept. */
  const keptOf = (counts: Counts, bounds: ContextBounds) => {
    const settled = settledOf(counts);
    const fieldOf = (name: string) => new CategoryField(name, settled.settledField(name) as SettledField, 0);
    return weightedConditional(fieldOf(port), fieldOf('destination.port'), { tauSquared: 2 }, bounds).map(
      ({ token }) => token,
    );
  };

  it('are bounded: a flood of new ones takes the place of none that is better known, ties go by text', () => {
    const counts = new Counts();
    for (let n = 9; n >= 0; n--) seen(counts, `80 given flood-${n}`, 1);
    for (const host of ['host-b', 'host-a']) seen(counts, `443 given ${host}`, 2);
    expect(keptOf(counts, { contexts: 4, pairs: 100 })).toEqual([
      ...['443 given host-a', '443 given host-b', '80 given flood-0', '80 given flood-1'],
      ...[' given host-a', ' given host-b', ' given flood-0', ' given flood-1'],
    ]);
  });

  it('hold a bounded number of values', () => {
    const counts = new Counts();
    for (let n = 0; n < 10; n++) seen(counts, `${n} given host`, n === 7 ? 2 : 1);
    expect(keptOf(counts, { contexts: 4, pairs: 3 })).toEqual([
      ...['0 given host', '1 given host', '7 given host'],
      ' given host',
    ]);
  });

  it('go when their episodes have decayed', () => {
    const counts = new Counts();
    seen(counts, '80 given old', 3, 0);
    seen(counts, '80 given new', 3, 300);
    const made = { id: '0'.repeat(32), entry: 1 };
    const scorer = new Scorer(compileModel(settledOf(counts), { ...PARAMETERS, halfLifeDays: 30 }, made));
    const surpriseOf = (token: string) =>
      scorer
        .evidenceOf({ sequences: [], shape: [], categories: [{ field: port, token }] })
        .get('conditional_surprise');
    expect(surpriseOf('22 given new')).toBeGreaterThan(0);
    expect(surpriseOf('22 given old')).toBeUndefined();
  });
});

/** Scoring: against the naive model, its bounds, and reasons that add up. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate, calibrationInForce } from '../../src/bayes/calibrate.ts';
import { GROUPS, weightOf } from '../../src/bayes/groups.ts';
import { logit } from '../../src/bayes/log-odds.ts';
import { keyOfNgram } from '../../src/bayes/ngrams.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import { eitherThreat, threatShares, UNKNOWN_THREAT } from '../../src/bayes/unknown-threat.ts';
import type { RecordClass } from '../../src/domain/label.ts';
import type { Observations } from '../../src/domain/observation.ts';
import { observationsArbitrary } from './arbitraries.ts';
import { CALIBRATIONS } from './calibrations.ts';
import { compiled, PARAMETERS, records, segmentOf } from './learnt.ts';
import { type Episode, NaiveModel } from './naive.ts';

const EMPTY: Observations = { sequences: [], shape: [], categories: [] };
const short = observationsArbitrary.filter(({ sequences }) =>
  sequences.every(({ text }) => text.length < 100),
);
const episodesArbitrary = fc.array(
  fc.record({
    day: fc.constantFrom(-1, 19_000, 19_003, 19_010),
    records: fc.array(
      fc.record({
        observations: short,
        before: fc.constant<RecordClass>('none'),
        after: fc.constantFrom<RecordClass>('good', 'bad', 'good', 'none'),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  }),
  { maxLength: 8 },
);

function dns(text: string): Observations {
  return { ...EMPTY, sequences: [{ field: 'dns.question.name', text }] };
}

/** A small site: browsing is good, a tunnel is bad. */
const LESSONS: Episode[] = [
  { day: 19_000, records: records(['www.example.org', 'mail.example.org', 'cdn.example.net'], 'good') },
  { day: 19_000, records: records(['www.example.org', 'news.example.com'], 'good') },
  {
    day: 19_001,
    records: records(['x7f3k9q2.t.evil.test', 'zq81mx0v.t.evil.test', 'p0o9i8u7.t.evil.test'], 'bad'),
  },
  { day: 19_001, records: records(['aq1sw2de.t.evil.test'], 'bad') },
];

describe('evidence', () => {
  it('is what the naive model says, for any corpus, decayed or not, pruned or not', () => {
    fc.assert(
      fc.property(
        episodesArbitrary,
        short,
        fc.constantFrom(Number.POSITIVE_INFINITY, 3),
        fc.constantFrom(undefined, undefined, 0.3, 1, 2, 3),
        (episodes, asked, halfLifeDays, pruneBelow) => {
          const parameters = { ...PARAMETERS, halfLifeDays, pruneBelow };
          const naive = new NaiveModel(episodes, parameters).evidenceOf(asked);
          const evidence = new Scorer(compiled([segmentOf(episodes)], parameters)).evidenceOf(asked);
          for (const group of new Set([...Object.keys(naive), ...evidence.keys()])) {
            const expected = naive[group] ?? 0;
            // Slots hold 24-bit floats, so some thirty of them sum to about six digits.
            expect(Math.abs((evidence.get(group) ?? 0) - expected), group).toBeLessThan(
              2e-5 * (1 + Math.abs(expected)),
            );
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('tells bad from good, in a name and in its worst label', () => {
    const scorer = new Scorer(compiled([segmentOf(LESSONS)]));
    const [bad, good] = [
      scorer.evidenceOf(dns('k2j4h6g8.t.evil.test')),
      scorer.evidenceOf(dns('ftp.example.org')),
    ];
    for (const kind of ['likelihood', 'worst_likelihood', 'log_odds', 'worst_log_odds', 'surprise']) {
      const group = `dns.question.name.${kind}`;
      expect(bad.get(group), kind).toBeGreaterThan(good.get(group) ?? 0);
    }
    expect(scorer.suspicionOf(dns('k2j4h6g8.t.evil.test')).score).toBeGreaterThan(PARAMETERS.baseRate);
    expect(scorer.suspicionOf(dns('www.example.org')).score).toBeLessThan(PARAMETERS.baseRate);
  });

  it('is not diluted by what stands before the core', () => {
    const scorer = new Scorer(compiled([segmentOf(LESSONS)]));
    const padding = 'www.example.org.mail.example.org.news.example.com.';
    const text = `${padding}t.evil.test`;
    const wholeKinds = ['likelihood', 'log_odds', 'log_odds_records', 'surprise'];
    const evidenceOf = (core: number | undefined) =>
      scorer.evidenceOf({ ...EMPTY, sequences: [{ field: 'dns.question.name', text, core }] });
    const [diluted, kept] = [evidenceOf(undefined), evidenceOf(padding.length)];
    const alone = scorer.evidenceOf(dns('t.evil.test'));
    for (const kind of wholeKinds) {
      const group = `dns.question.name.${kind}`;
      // The first symbols of the core are read after those of the padding, so the two are not the same.
      expect(kept.get(group), kind).toBeGreaterThan(0.7 * (alone.get(group) ?? 0));
      expect(diluted.get(group), kind).toBeLessThan(0.5 * (alone.get(group) ?? 0));
    }
  });

  it('is 0 for what needs a class that holds nothing', () => {
    const onlyGood = new Scorer(compiled([segmentOf(LESSONS.slice(0, 2))])).evidenceOf(dns('q.example'));
    expect(new Set([...onlyGood.keys()].map(group => group.split('.').at(-1)))).toEqual(
      new Set(['surprise', 'worst_surprise', 'unseen', 'worst_unseen']),
    );
    const onlyBad = new Scorer(compiled([segmentOf(LESSONS.slice(2))])).evidenceOf(dns('q.example'));
    expect([...onlyBad.keys()]).toEqual([]);
  });

  it('counts a token once however often the record names it', () => {
    const port = { field: 'destination.port', token: '4444' };
    const lesson = (after: RecordClass, tokens: Observations['categories']): Episode => ({
      day: 1,
      records: [{ observations: { ...EMPTY, categories: tokens }, before: 'none', after }],
    });
    const episodes = [lesson('bad', [port]), lesson('good', [{ field: 'destination.port', token: '80' }])];
    const scorer = new Scorer(compiled([segmentOf(episodes)]));
    const once = scorer.evidenceOf({ ...EMPTY, categories: [port] }).get('categories');
    expect(once).toBeGreaterThan(0);
    expect(scorer.evidenceOf({ ...EMPTY, categories: [port, port, port] }).get('categories')).toBe(once);
    expect(scorer.evidenceOf({ ...EMPTY, categories: [port] }).get('categories')).toBe(once);
  });
});

describe('scores', () => {
  it('are exactly the base rate where nothing is learnt', () => {
    for (const baseRate of [0.001, 0.3, 1e-5, 0.7]) {
      const scorer = new Scorer(compiled([], { ...PARAMETERS, baseRate }));
      expect(scorer.suspicionOf(dns('anything.example')).score).toBe(baseRate);
      expect(scorer.suspicionOf(EMPTY)).toEqual({
        score: baseRate,
        logit: logit(baseRate),
        interval: [0, 1],
      });
    }
  });

  it('are the base rate and nothing sure where nothing is learnt of what a record says, whatever is calibrated', () => {
    for (const calibration of CALIBRATIONS) {
      const scorer = new Scorer(compiled([segmentOf(LESSONS)], { ...PARAMETERS, calibration }));
      const silent = { ...EMPTY, categories: [{ field: 'process.name', token: 'sshd' }] };
      const { score, interval, reasons } = scorer.explain(silent, 5);
      expect({ score, interval }).toEqual({ score: PARAMETERS.baseRate, interval: [0, 1] });
      expect(reasons.filter(({ contribution }) => contribution !== 0).map(({ group }) => group)).toEqual([
        'prior',
      ]);
      expect(scorer.scoresOf([silent])).toEqual([{ score, interval }]);
      expect(scorer.suspicionOf(dns('www.example.org')).score).not.toBe(PARAMETERS.baseRate);
    }
  });

  it('are those of evidence, of a known threat or an unknown one', () => {
    fc.assert(
      fc.property(
        episodesArbitrary,
        observationsArbitrary,
        fc.constantFrom(0, 0.1, 0.5, 0.9),
        fc.constantFrom(undefined, -7, 2),
        fc.constantFrom(undefined, ...CALIBRATIONS),
        (episodes, asked, share, offset, calibration) => {
          const unknownThreat = { ...UNKNOWN_THREAT, share, ...(offset === undefined ? {} : { offset }) };
          const parameters = { ...PARAMETERS, unknownThreat, calibration };
          const scorer = new Scorer(compiled([segmentOf(episodes)], parameters));
          const isLevel = calibrationInForce(scorer.model) !== undefined;
          const sumOf = (weights: Readonly<Record<string, number>>) =>
            [...scorer.evidenceOf(asked)].reduce(
              (sum, [group, value]) => sum + weightOf(weights, group) * value,
              0,
            );
          const e = eitherThreat(
            sumOf(PARAMETERS.weights),
            sumOf(unknownThreat.weights),
            threatShares(share, isLevel ? offset : 0),
          );
          expect(Math.abs(scorer.logitOf(asked) - scorer.prior - e)).toBeLessThan(1e-9);
        },
      ),
      { numRuns: 120 },
    );
  });

  it('stay in [1e-6, 1 − 1e-6] at any weights, and logits with them', () => {
    for (const size of [1e9, -1e9]) {
      const weights = { likelihood: size };
      const parameters = { ...PARAMETERS, weights, unknownThreat: { ...UNKNOWN_THREAT, share: 0 } };
      const scorer = new Scorer(compiled([segmentOf(LESSONS)], parameters));
      const scores = ['k2j4h6g8.t.evil.test', 'www.example.org'].map(text => scorer.suspicionOf(dns(text)));
      for (const { score, logit: z } of scores) {
        expect(score >= 1e-6 && score <= 1 - 1e-6).toBe(true);
        expect(Math.abs(logit(score) - z)).toBeLessThan(1e-9);
      }
      expect(new Set(scores.map(({ score }) => score))).toEqual(new Set([1e-6, 1 - 1e-6]));
    }
  });

  it('do not depend on what was scored before', () => {
    const model = compiled([segmentOf(LESSONS)]);
    const used = new Scorer(model);
    fc.assert(
      fc.property(fc.array(observationsArbitrary, { maxLength: 4 }), batch => {
        expect(batch.map(observations => used.suspicionOf(observations))).toEqual(
          batch.map(observations => new Scorer(model).suspicionOf(observations)),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('of many records are those of each alone, bit for bit', () => {
    // More texts than are read in step, of all lengths, some fields of a record twice: lanes end and begin at any time.
    const scorer = new Scorer(compiled([segmentOf(LESSONS)]));
    fc.assert(
      fc.property(fc.array(observationsArbitrary, { maxLength: 300 }), batch => {
        const alone = batch.map(observations => scorer.suspicionOf(observations).score);
        expect(scorer.scoresOf(batch).map(({ score }) => score)).toEqual(alone);
      }),
      { numRuns: 20, seed: 4 },
    );
    const long = Array.from({ length: 200 }, (_, n) => dns('t.evil.test/'.repeat(1 + ((n * 7) % 90))));
    expect(scorer.scoresOf(long).map(({ score }) => score)).toEqual(
      long.map(one => scorer.suspicionOf(one).score),
    );
  });

  it('are finite for anything that a record may hold', () => {
    const scorer = new Scorer(compiled([segmentOf(LESSONS)]));
    const hostile = [
      '',
      '\0',
      '.',
      '....',
      '\ud800',
      '😀'.repeat(600),
      'a'.repeat(1e6),
      '.'.repeat(5_000),
      '__proto__',
      '‮',
    ];
    for (const text of hostile) {
      const { score, reasons } = scorer.explain(dns(text), 5);
      expect(score > 0 && score < 1).toBe(true);
      expect(reasons.every(({ contribution }) => Number.isFinite(contribution))).toBe(true);
    }
    const odd = { field: '__proto__', token: 'constructor' };
    expect(scorer.suspicionOf({ ...EMPTY, categories: [odd], shape: [odd] }).score).toBe(PARAMETERS.baseRate);
  });
});

describe('reasons', () => {
  it('sum to the logit of the score', () => {
    fc.assert(
      fc.property(
        episodesArbitrary,
        observationsArbitrary,
        fc.nat(12),
        fc.constantFrom(1, 50),
        fc.constantFrom(undefined, ...CALIBRATIONS),
        fc.constantFrom(0, 0.1, 0.9),
        fc.constantFrom(0, -7, 2),
        (episodes, asked, n, scale, calibration, share, offset) => {
          const weights = Object.fromEntries(
            Object.entries(PARAMETERS.weights).map(([name, beta]) => [name, beta * scale]),
          );
          const parameters = {
            ...PARAMETERS,
            weights,
            calibration,
            unknownThreat: { ...UNKNOWN_THREAT, share, offset },
          };
          const scorer = new Scorer(compiled([segmentOf(episodes)], parameters));
          const { score, reasons } = scorer.explain(asked, n);
          const told = reasons.find(({ group }) => group === 'calibration')?.contribution ?? Number.NaN;
          expect(Math.abs(told - (logit(score) - scorer.logitOf(asked)))).toBeLessThan(1e-9);
          const sum = reasons.reduce((total, { contribution }) => total + contribution, 0);
          expect(Math.abs(sum - logit(score))).toBeLessThan(1e-9);
          expect(reasons.find(({ group }) => group === 'threat')?.contribution).toBeLessThanOrEqual(
            Math.max(0, offset),
          );
          expect(reasons.length).toBeLessThanOrEqual(n + 4);
          expect(reasons.slice(-4).map(({ group }) => group)).toEqual([
            'prior',
            'rest',
            'threat',
            'calibration',
          ]);
          expect(scorer.suspicionOf(asked).score).toBe(score);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('sum to it before anything is bad, too, and a first bad record puts that calibration out of force', () => {
    const calibration = CALIBRATIONS.find(({ method }) => method === 'conformal');
    const parameters = { ...PARAMETERS, calibration };
    const good = LESSONS.slice(0, 2);
    const scorer = new Scorer(compiled([segmentOf(good)], parameters));
    for (const text of ['www.example.org', 'x7f3k9q2.t.evil.test']) {
      const { score, interval, reasons } = scorer.explain(dns(text), 5);
      expect(score).toBe(calibrate(calibration, scorer.prior, scorer.logitOf(dns(text))).score);
      expect(interval).toEqual([0, 1]);
      const sum = reasons.reduce((total, { contribution }) => total + contribution, 0);
      expect(sum).toBeCloseTo(logit(score), 9);
    }
    const marked = new Scorer(compiled([segmentOf(LESSONS)], parameters));
    const unfitted = new Scorer(compiled([segmentOf(LESSONS)]));
    const asked = dns('x7f3k9q2.t.evil.test');
    expect(marked.explain(asked, 5)).toEqual(unfitted.explain(asked, 5));
  });

  it('tell whether the threat is rather known, and what it costs that it may be either', () => {
    const scorer = new Scorer(compiled([segmentOf(LESSONS)]));
    const threatOf = (text: string) =>
      scorer.explain(dns(text), 100).reasons.find(({ group }) => group === 'threat');
    expect(threatOf('k2j4h6g8.t.evil.test')?.token).toBe('known');
    // Nothing of it is like the marked tunnel: if it is bad, it is so otherwise.
    const innocent = threatOf('www.example.org');
    expect(innocent?.token).toBe('unknown');
    expect(innocent?.contribution).toBeLessThan(0);
    expect(innocent?.contribution).toBeGreaterThan(Math.log(UNKNOWN_THREAT.share) - 1e-9);
  });

  it('leave no rest when all are shown and nothing was clamped', () => {
    fc.assert(
      fc.property(episodesArbitrary, observationsArbitrary, (episodes, asked) => {
        const scorer = new Scorer(compiled([segmentOf(episodes)]));
        const { score, reasons } = scorer.explain(asked, 100_000);
        fc.pre(score > 1e-6 && score < 1 - 1e-6);
        expect(Math.abs(reasons.find(({ group }) => group === 'rest')?.contribution ?? 1)).toBeLessThan(1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('come strongest first, one for each group, field and token', () => {
    const scorer = new Scorer(compiled([segmentOf(LESSONS)]));
    const { reasons } = scorer.explain(dns('a.a.evil.test'), 100);
    const shown = reasons.slice(0, -4);
    const sizes = shown.map(({ contribution }) => Math.abs(contribution));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    const names = shown.map(({ group, field, token }) => `${group} ${field} ${token}`);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(shown.map(({ token }) => token))).toEqual(new Set(['a', 'evil', 'test']));
  });

  it('name the segment, and an n-gram that was learnt in it', () => {
    const scorer = new Scorer(compiled([segmentOf(LESSONS)]));
    const { reasons } = scorer.explain(dns('www.evil.test'), 100);
    const reason = reasons.find(
      ({ group, token }) => group === 'dns.question.name.log_odds' && token === 'evil',
    );
    expect(reason?.contribution).toBeGreaterThan(0);
    expect(keyOfNgram(reason?.ngram ?? 'no n-gram')).not.toBeNull();
    const naive = new NaiveModel(LESSONS, PARAMETERS);
    const candidates = [
      'e',
      '.e',
      't.e',
      'v',
      'ev',
      '.ev',
      'i',
      'vi',
      'evi',
      '.evi',
      'l',
      'il',
      'vil',
      'evil',
      '.',
      'l.',
      'il.',
      'vil.',
      '.t.e',
      'w.ev',
      'ww.e',
      'w.e',
    ];
    const loudest = Math.max(...candidates.map(ngram => naive.lambda('dns.question.name', ngram)));
    expect(naive.lambda('dns.question.name', reason?.ngram ?? '')).toBeCloseTo(loudest, 5);
  });

  it('show what is surprising up to where it becomes unseen', () => {
    const scorer = new Scorer(compiled([segmentOf(LESSONS)], { ...PARAMETERS, weights: { surprise: 1 } }));
    const { reasons } = scorer.explain(dns('www.exa#ple.org'), 100);
    expect(reasons.find(({ token }) => token === 'exa#ple')?.ngram).toMatch(/□/);
  });
});

describe('weights', () => {
  it('go by group, else by kind, else are 0', () => {
    const weights = { log_odds: 1, 'url.path.log_odds': 2, shape: 3 };
    expect(weightOf(weights, 'url.path.log_odds')).toBe(2);
    expect(weightOf(weights, 'url.query.log_odds')).toBe(1);
    expect(weightOf(weights, 'url.query.worst_log_odds')).toBe(0);
    expect(weightOf(weights, 'shape')).toBe(3);
    expect(weightOf({}, 'x.constructor')).toBe(0);
  });

  it('are there for every kind of group', () => {
    for (const group of GROUPS) expect(weightOf(PARAMETERS.weights, group), group).not.toBe(0);
  });
});

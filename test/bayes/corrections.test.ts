/** δ in a compiled model: what a token adds is β·λ + δ. */
import { describe, expect, it } from 'vitest';
import { corrected } from '../../src/bayes/corrections.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import { UNKNOWN_THREAT } from '../../src/bayes/unknown-threat.ts';
import type { Observations } from '../../src/domain/observation.ts';
import { compiled, PARAMETERS, segmentOf } from './learnt.ts';

const port = (token: string) => ({ field: 'destination.port', token });
const asked = (...tokens: string[]): Observations => ({
  ...{ sequences: [], shape: [] },
  categories: tokens.map(port),
});

describe('corrected', () => {
  it('divides δ by the weight of the group, so that β gives it back', () => {
    const weights = { categories: 0.25, shape: 0.5, addresses: 0 };
    const tokens = [
      { ...port('80'), lambda: 1, surprise: 0 },
      { ...port('443'), lambda: 2, surprise: 0 },
    ];
    const corrections = [
      { ...port('80'), delta: -0.1 },
      { field: 'dns.question.name#length', token: '9', delta: 0.2 },
      { field: 'source.ip', token: '10.0.0.1', delta: 3 },
    ];
    const all = corrected(tokens, { ...PARAMETERS, weights, corrections });
    expect(all).toEqual([
      { ...port('80'), lambda: 0.6, surprise: 0 },
      { ...port('443'), lambda: 2, surprise: 0 },
      { field: 'dns.question.name#length', token: '9', lambda: 0.4, surprise: 0 },
    ]);
    expect(corrected(tokens, PARAMETERS)).toEqual(tokens);
  });
});

describe('a corrected model', () => {
  it('adds δ to what a token says, in the score and in its reason', () => {
    const lesson = (after: 'bad' | 'good', token: string) => ({
      day: 1,
      records: [{ observations: asked(token), before: 'none' as const, after }],
    });
    const segment = segmentOf([lesson('bad', '4444'), lesson('good', '80')]);
    const corrections = [
      { ...port('4444'), delta: -0.125 },
      { ...port('9999'), delta: 0.5 },
    ];
    // Of an unknown threat no token of the bad says anything, and no correction.
    const known = { ...PARAMETERS, unknownThreat: { ...UNKNOWN_THREAT, share: 0 } };
    const plain = new Scorer(compiled([segment], known));
    const model = compiled([segment], { ...known, corrections });
    const scorer = new Scorer(model);
    const difference = (observations: Observations) =>
      scorer.logitOf(observations) - plain.logitOf(observations);
    expect(difference(asked('4444'))).toBeCloseTo(-0.125, 6);
    expect(difference(asked('9999'))).toBeCloseTo(0.5, 6);
    expect(difference(asked('4444', '9999', '80'))).toBeCloseTo(0.375, 6);
    const reason = (from: Scorer) =>
      from.explain(asked('4444'), 9).reasons.find(one => one.group === 'categories' && one.token === '4444')
        ?.contribution ?? Number.NaN;
    expect(reason(scorer) - reason(plain)).toBeCloseTo(-0.125, 6);
    expect(model.id).not.toBe(plain.model.id);
  });
});

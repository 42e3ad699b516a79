/** Model ids: counts plus parameters, and nothing else. */
import { describe, expect, it } from 'vitest';
import { textLanes } from '../../src/bayes/content-hash.ts';
import type { ModelParameters } from '../../src/bayes/model.ts';
import { canonicalText, modelIdOf } from '../../src/bayes/model-id.ts';
import { addSums, Sum128, ZERO_SUM } from '../../src/bayes/sum128.ts';

const PARAMETERS: ModelParameters = {
  tokenizerVersion: 1,
  baseRate: 0.001,
  halfLifeDays: Number.POSITIVE_INFINITY,
  epsilon: 0.01,
  tauSquared: 2,
  weights: { likelihood: 0.5, log_odds: 1 },
  unknownThreat: { share: 0, weights: {} },
};

describe('modelIdOf', () => {
  it('adds the hash of the parameters to the sum of the counts', () => {
    const one = `${'0'.repeat(31)}1`;
    expect(modelIdOf(one, PARAMETERS)).toBe(addSums(one, modelIdOf(ZERO_SUM, PARAMETERS)));
    expect(modelIdOf(ZERO_SUM, PARAMETERS)).toMatch(/^[0-9a-f]{32}$/);
  });

  it('does not depend on the order of members', () => {
    const weights = { log_odds: 1, likelihood: 0.5 };
    const { weights: _, ...rest } = PARAMETERS;
    expect(modelIdOf(ZERO_SUM, { weights, ...rest })).toBe(modelIdOf(ZERO_SUM, PARAMETERS));
  });

  it.each<Partial<ModelParameters>>([
    { baseRate: 0.002 },
    { halfLifeDays: 30 },
    { tokenizerVersion: 2 },
    { weights: { likelihood: 0.5 } },
    { weights: { likelihood: 0.5, log_odds: 1.0000000000000002 } },
  ])('changes with %j', change => {
    expect(modelIdOf(ZERO_SUM, { ...PARAMETERS, ...change })).not.toBe(modelIdOf(ZERO_SUM, PARAMETERS));
  });

  it('changes with the version of the evidence, and of the first it is what it was before there were versions', () => {
    const ids = [1, 2, 3].map(version => modelIdOf(ZERO_SUM, PARAMETERS, version));
    expect(new Set(ids).size).toBe(3);
    const plain = new Sum128();
    plain.add(1, textLanes('model.parameters', canonicalText(PARAMETERS)));
    expect(ids[0]).toBe(plain.toString());
  });

  it('writes parameters one way', () => {
    expect(canonicalText({ b: [1, -0], a: { d: undefined, c: Number.POSITIVE_INFINITY }, 'x"': 'y' })).toBe(
      '{"a":{"c":Infinity},"b":[1,0],"x\\"":"y"}',
    );
  });
});

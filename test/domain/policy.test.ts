/** Policies as stores keep them, whichever release set them. */
import { expect, it } from 'vitest';
import { isSamePolicy, setPolicyOf } from '../../src/domain/policy.ts';
import { POLICY } from '../world.ts';

const set = { number: 3, setAtMs: 1_768_392_000_000, by: 'key' };

it('a policy that was set before there was pruning says that nothing is pruned', () => {
  const { pruneBelow: _, ...before } = POLICY;
  expect(setPolicyOf(JSON.stringify({ ...set, policy: before }))).toEqual({
    ...set,
    policy: { ...POLICY, pruneBelow: 0 },
  });
});

it('a policy is what was set, to the last number', () => {
  const policy = { ...POLICY, pruneBelow: 2.5 };
  expect(setPolicyOf(JSON.stringify({ ...set, policy }))).toEqual({ ...set, policy });
  expect(isSamePolicy(policy, { ...policy })).toBe(true);
  expect(isSamePolicy(policy, POLICY)).toBe(false);
});

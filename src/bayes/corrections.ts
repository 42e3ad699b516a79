/**
 * δ in the model: a category token weighs `β·λ + δ` (fit/corrections.ts says why; of cores less where evidence.ts says so). The
 * table of λ holds `λ + δ/β` in its place, so that scoring and reasons know of one number only.
 */
import { isShapeField } from '../domain/observation.ts';
import type { WeightedToken } from './category-table.ts';
import { GROUPS, groupOfShape, groupsOfCategory, weightOf } from './groups.ts';
import type { ModelParameters } from './model.ts';

/**
 * λ + δ/β of the tokens that weigh something, those without a λ of their own behind the others; where β is 0 nothing is to be
 * had of a token, and it stays.
 * @param unseen by surprising field: the surprise of a value never seen, which those behind the others keep
 * @example λ = 1, δ = −0.1, β = 0.25: 0.6, so that β·0.6 = 0.25·1 − 0.1
 */
export function corrected(
  tokens: readonly WeightedToken[],
  { corrections, weights }: ModelParameters,
  unseen: Readonly<Record<string, number>> = {},
): WeightedToken[] {
  if (corrections === undefined || corrections.length === 0) return [...tokens];
  const keyOf = ({ field, token }: { field: string; token: string }) => `${field}\n${token}`;
  const added = new Map<string, WeightedToken>();
  for (const { field, token, delta } of corrections) {
    const beta = weightOf(weights, GROUPS[groupOf(field)] as string);
    const surprise = Object.hasOwn(unseen, field) ? (unseen[field] ?? 0) : 0;
    if (beta !== 0) added.set(keyOf({ field, token }), { field, token, lambda: delta / beta, surprise });
  }
  const all = tokens.map(one => {
    const addition = added.get(keyOf(one));
    if (addition === undefined) return one;
    added.delete(keyOf(one));
    return { ...one, lambda: one.lambda + addition.lambda };
  });
  return [...all, ...added.values()];
}

/** Index in GROUPS; shape fields are `<sequence field>#<trait>`. */
function groupOf(field: string): number {
  return isShapeField(field) ? groupOfShape(field) : groupsOfCategory(field).weight;
}

/** How tests read observations: as a map from field to tokens. */
import { isConditionalField } from '../../src/domain/conditional.ts';
import type { CategoryObservation, Observations } from '../../src/domain/observation.ts';

/** Tokens by field, in the order observed. @example tokensByField([{ field: 'a', token: 'x' }]) // { a: ['x'] } */
export function tokensByField(observations: readonly CategoryObservation[]): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const { field, token } of observations) {
    const tokens = fields[field] ?? [];
    tokens.push(token);
    fields[field] = tokens;
  }
  return fields;
}

/** Plain categories by field: without values in their context. */
export function plainTokensOf({ categories }: Observations): Record<string, string[]> {
  return tokensByField(categories.filter(({ field }) => !isConditionalField(field)));
}

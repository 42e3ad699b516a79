/** λ of a category token, whatever its field: by itself, or beyond that of its parent (domain/parent-token.ts). */
import { isConditionalField } from '../domain/conditional.ts';
import { parentFieldOf, parentTokenOf } from '../domain/parent-token.ts';
import { conditionalLogOdds } from './compile-conditional.ts';
import { type ClassCounts, logOdds } from './log-odds.ts';

/** Decayed episodes, by whoever holds the counts. */
export interface Counted {
  /** N of a field. */
  presenceOf(field: string): ClassCounts;
  /** C of a token; zeros for one never seen. */
  countsOf(field: string, token: string): ClassCounts;
}

/** A token beyond which another one weighs. */
export interface Centre {
  field: string;
  token: string;
  /** The field by whose classes the other one is expected: that of the value, of an address its own. */
  expectedBy: string;
}

/**
 * The token beyond which another one weighs; undefined where it weighs by itself. An address does where nothing of a class is
 * learnt of networks, as under the tokenizers before version 3.
 */
export function centreOf(
  field: string,
  token: string,
  { presenceOf }: Pick<Counted, 'presenceOf'>,
): Centre | undefined {
  // The token of presence stands for its field.
  if (token === '') return undefined;
  const parent = parentFieldOf(field);
  const of = parent === undefined ? undefined : parentTokenOf(field, token);
  if (parent === undefined || of === undefined) return undefined;
  if (!isConditionalField(field)) {
    const { bad, good } = presenceOf(parent);
    if (bad <= 0 || good <= 0) return undefined;
  }
  return { field: parent, token: of, expectedBy: isConditionalField(field) ? parent : field };
}

/**
 * λ, in nats towards bad: logOdds, or conditionalLogOdds beyond the parent's.
 * @param counts C⁺, C⁻ of the token
 */
export function tokenLogOdds(
  field: string,
  token: string,
  counts: ClassCounts,
  counted: Counted,
  tauSquared: number,
): number {
  const centre = centreOf(field, token, counted);
  if (centre === undefined) return logOdds(counts, counted.presenceOf(field), tauSquared);
  const { presenceOf, countsOf } = counted;
  return conditionalLogOdds(
    counts,
    countsOf(centre.field, centre.token),
    presenceOf(centre.field),
    tauSquared,
    presenceOf(centre.expectedBy),
  );
}

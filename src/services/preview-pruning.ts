/** What pruning would take from the site's model: tokens and bytes by field, for a floor that is asked for, and nothing is changed. */
import type { FieldPruning, TokensAndBytes } from '../bayes/pruning.ts';
import type { Policy } from '../domain/policy.ts';
import type { ModelSource } from './model-follower.ts';

export interface PruningPreview extends FieldPruning {
  /** The floor that is asked for, decayed good episodes. */
  below: number;
  /** The one of the policy. */
  inForce: number;
  /** The fields with most to go first. */
  fields: (FieldPruning & { field: string })[];
}

export interface PreviewDependencies {
  source: Pick<ModelSource, 'pruningOf'>;
  policyOf: (site: string) => Promise<Policy>;
}

/** @param below ≥ 0; that in force, unless given */
export async function previewPruning(
  { source, policyOf }: PreviewDependencies,
  site: string,
  below?: number,
): Promise<PruningPreview> {
  const { pruneBelow: inForce } = await policyOf(site);
  const asked = below ?? inForce;
  const fields = [...(await source.pruningOf(site, asked))].map(([field, pruning]) => ({
    field,
    ...pruning,
  }));
  fields.sort((a, b) => b.pruned.tokens - a.pruned.tokens || (a.field < b.field ? -1 : 1));
  return {
    below: asked,
    inForce,
    kept: sumOf(fields.map(({ kept }) => kept)),
    pruned: sumOf(fields.map(({ pruned }) => pruned)),
    fields,
  };
}

function sumOf(each: readonly TokensAndBytes[]): TokensAndBytes {
  return {
    tokens: each.reduce((sum, { tokens }) => sum + tokens, 0),
    bytes: each.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

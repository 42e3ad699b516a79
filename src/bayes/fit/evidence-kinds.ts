/** Evidence by kind: fields share a weight, so that it carries over to a field of which little is marked. */
import { EVIDENCE_KINDS } from '../evidence.ts';
import { TOKEN_GROUPS } from '../groups.ts';

/** The names of weights, in their order. */
export const KINDS: readonly string[] = [...EVIDENCE_KINDS, ...TOKEN_GROUPS];
const INDEX_OF_KIND: ReadonlyMap<string, number> = new Map(KINDS.map((kind, index) => [kind, index]));

/** The evidence of all fields, summed by kind. @param evidence by group, e.g. `url.path.log_odds` */
export function kindsOf(evidence: ReadonlyMap<string, number>): Float64Array {
  const kinds = new Float64Array(KINDS.length);
  for (const [group, value] of evidence) {
    const kind = INDEX_OF_KIND.get(group.slice(group.lastIndexOf('.') + 1));
    if (kind !== undefined) kinds[kind] = (kinds[kind] as number) + value;
  }
  return kinds;
}

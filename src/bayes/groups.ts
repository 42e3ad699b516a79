/**
 * Groups of evidence, each with a weight β of its own: `<field>.<kind>` for each text (evidence.ts), and of tokens
 *
 *   shape                 Σλ of the shape tokens of whole texts
 *   core                  Σλ of what tells of cores (domain/observation.ts): their shape, the public suffix and the registrable
 *                         domain; a quarter of it where it is for the good (evidence.ts)
 *   categories            Σλ of the other plain categories
 *   statistics            Σλ of flow statistics, of which many say the same (docs/adr/0016-flow-statistics.md)
 *   addresses             Σλ of addresses and of their networks, which tell who rather than what
 *   category_surprise     Σ of the surprise of plain values (compile-categories.ts)
 *   conditional           Σ of what weights are beyond those of the plain values (compile-conditional.ts)
 *   conditional_surprise  Σ of how much stranger values are in their context than on the site
 *   protocol_surprise     the same of sizes, whose context is the protocol: it tells what a flow is, and not who it is
 */
import { isConditionalField } from '../domain/conditional.ts';
import { isAddressField, isCoreField, SEQUENCE_FIELDS } from '../domain/observation.ts';
import { EVIDENCE_KINDS, KIND_COUNT } from './evidence.ts';

/** Groups that belong to no single text. */
export const TOKEN_GROUPS = [
  'shape',
  'core',
  'categories',
  'statistics',
  'addresses',
  'category_surprise',
  'conditional',
  'conditional_surprise',
  'protocol_surprise',
] as const;
export type TokenGroup = (typeof TOKEN_GROUPS)[number];

/** Names of all groups: those of the texts field by field, then TOKEN_GROUPS. */
export const GROUPS: readonly string[] = [
  ...SEQUENCE_FIELDS.flatMap(field => EVIDENCE_KINDS.map(kind => `${field}.${kind}`)),
  ...TOKEN_GROUPS,
];

/** Index in GROUPS of the first kind of each sequence field. */
export const FIRST_GROUP_OF_FIELD: ReadonlyMap<string, number> = new Map(
  SEQUENCE_FIELDS.map((field, index) => [field, index * KIND_COUNT]),
);
const FIRST_TOKEN_GROUP = SEQUENCE_FIELDS.length * KIND_COUNT;

/** Index in GROUPS. @example indexOfGroup('shape') // the first after those of the texts */
function indexOfGroup(group: TokenGroup): number {
  return FIRST_TOKEN_GROUP + TOKEN_GROUPS.indexOf(group);
}

/** Indices in GROUPS. */
export const SHAPE = indexOfGroup('shape');
export const CORE = indexOfGroup('core');

/** Index in GROUPS of a shape token's group. @param field `<sequence field>#<trait>` */
export function groupOfShape(field: string): number {
  return field.includes('#core_') ? CORE : SHAPE;
}

/** The two groups of a category token that is no shape token: indices in GROUPS. */
export interface CategoryGroups {
  weight: number;
  surprise: number;
}

const PLAIN: CategoryGroups = {
  weight: indexOfGroup('categories'),
  surprise: indexOfGroup('category_surprise'),
};
const OF_CORE: CategoryGroups = { ...PLAIN, weight: CORE };
const STATISTICS: CategoryGroups = { ...PLAIN, weight: indexOfGroup('statistics') };
const WHO: CategoryGroups = { ...PLAIN, weight: indexOfGroup('addresses') };
const CONDITIONAL: CategoryGroups = {
  weight: indexOfGroup('conditional'),
  surprise: indexOfGroup('conditional_surprise'),
};
const OF_PROTOCOL: CategoryGroups = { ...CONDITIONAL, surprise: indexOfGroup('protocol_surprise') };

export function groupsOfCategory(field: string): CategoryGroups {
  if (isConditionalField(field)) return field.endsWith('|network.protocol') ? OF_PROTOCOL : CONDITIONAL;
  if (field.startsWith('network.statistics.')) return STATISTICS;
  if (isAddressField(field)) return WHO;
  return isCoreField(field) ? OF_CORE : PLAIN;
}

/**
 * β of a group: by its full name, else by its kind (what follows the last dot), else 0.
 * @example weightOf({ log_odds: 1 }, 'url.path.log_odds') // 1
 */
export function weightOf(weights: Readonly<Record<string, number>>, group: string): number {
  const kind = group.slice(group.lastIndexOf('.') + 1);
  for (const name of [group, kind]) {
    const weight = Object.hasOwn(weights, name) ? weights[name] : undefined;
    if (weight !== undefined) return weight;
  }
  return 0;
}

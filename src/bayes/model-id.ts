/** The id of a model: a content hash that adds up over counts, and the parameters that it is made with. */
import { textLanes } from './content-hash.ts';
import { EVIDENCE_VERSION } from './evidence.ts';
import type { ModelParameters } from './model.ts';
import { Sum128 } from './sum128.ts';

/**
 * `sum + H(canonical parameters) mod 2¹²⁸`, 32 hex digits. Among the parameters is the version of the evidence, from the
 * second on: ids of the first were made without.
 * @param sum Σ count·H over everything that is settled, 32 hex digits
 * @throws RangeError unless the sum is 32 hex digits
 */
export function modelIdOf(
  sum: string,
  parameters: ModelParameters,
  evidenceVersion: number = EVIDENCE_VERSION,
): string {
  const id = Sum128.parse(sum);
  const covered = { ...parameters, evidenceVersion: evidenceVersion === 1 ? undefined : evidenceVersion };
  id.add(1, textLanes('model.parameters', canonicalText(covered)));
  return id.toString();
}

/**
 * JSON with sorted keys and without spaces, but with Infinity and NaN as they are; keys whose value is undefined are
 * left out.
 * @example canonicalText({ b: 1, a: { c: Infinity } }) // '{"a":{"c":Infinity},"b":1}'
 */
export function canonicalText(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : String(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalText(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/**
 * Tokens whose weight is what they say beyond another one: a value in its context beyond the value, an address beyond its
 * network. So what both say is counted once, and one that was never seen weighs as the other does.
 */
import { networkOf } from './address-text.ts';
import { isConditionalField, valueFieldOf, valueOfToken } from './conditional.ts';
import { isAddressField } from './observation.ts';

const NETWORK = '.network';

/**
 * The field of those other tokens; undefined where the tokens of a field stand for themselves.
 * @example parentFieldOf('destination.ip') // 'destination.ip.network'
 * @example parentFieldOf('user_agent.name|source.ip') // 'user_agent.name'
 */
export function parentFieldOf(field: string): string | undefined {
  if (isConditionalField(field)) return valueFieldOf(field);
  return isAddressField(field) && !field.endsWith(NETWORK) ? field + NETWORK : undefined;
}

/**
 * The other token; undefined where there is none, as for a name where an address should be.
 * @param field one that has a parent
 * @example parentTokenOf('destination.ip', '203.0.114.9') // '203.0.114.0/24'
 */
export function parentTokenOf(field: string, token: string): string | undefined {
  return isConditionalField(field) ? valueOfToken(token) : networkOf(token);
}

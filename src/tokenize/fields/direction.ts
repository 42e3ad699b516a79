/** Which way a connection goes, as a perimeter sees it. */
import type { AddressClass } from '../address.ts';
import type { Facts } from './facts.ts';

/**
 * ECS `network.direction`, from the addresses alone; undefined where one of them is none.
 * @example directionOf(facts) // from 10.0.0.1 to 8.8.8.8: 'outbound'
 */
export function directionOf({ sourceClass, destinationClass }: Facts): string | undefined {
  if (sourceClass === undefined || destinationClass === undefined) return undefined;
  if (isOutside(sourceClass)) return isOutside(destinationClass) ? 'external' : 'inbound';
  return isOutside(destinationClass) ? 'outbound' : 'internal';
}

function isOutside({ scope }: AddressClass): boolean {
  return scope === 'public' || scope === 'transition';
}

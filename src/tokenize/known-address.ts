/** What an address says beside itself: its class and its network. Few addresses make most records, so the latest are remembered. */
import { networkOf } from '../domain/address-text.ts';
import { type AddressClass, addressClassOf } from './address.ts';
import { Recurring } from './recurring.ts';

export interface KnownAddress {
  class: AddressClass;
  /** /24 of IPv4, /48 of IPv6. */
  network: string;
}

/** Addresses that are remembered at most, and the longest text of one: IPv6 with an IPv4 tail and a zone. */
const REMEMBERED = 4096;
const CHARACTERS_MAX = 80;
const remembered = new Recurring(REMEMBERED, readAddress);

/**
 * What is known of an address; undefined where the text is none. Never throws.
 * @example knownAddressOf('192.168.1.7') // { class: { token: 'private-v4', … }, network: '192.168.1.0/24' }
 */
export function knownAddressOf(text: string | undefined): KnownAddress | undefined {
  return text === undefined || text.length > CHARACTERS_MAX ? undefined : remembered.of(text, undefined);
}

function readAddress(text: string): KnownAddress | undefined {
  const addressClass = addressClassOf(text);
  const network = networkOf(text);
  return addressClass === undefined || network === undefined ? undefined : { class: addressClass, network };
}

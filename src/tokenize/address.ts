/**
 * Addresses: is this text an IP address, and what part of the world is it? Both questions are asked of every record, of
 * text that may be anything, so the parsers are by hand: no throw, no regular expression, nothing allocated.
 *
 * Scopes: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its successors).
 */
import {
  groups,
  groupsAreZero,
  NONE,
  parseIpv4,
  parseIpv6,
  v4NetworkOf,
  v6NetworkOf,
} from '../domain/address-text.ts';

export const ADDRESS_SCOPES = [
  'public',
  'private',
  'shared',
  'loopback',
  'link-local',
  'multicast',
  'broadcast',
  'unspecified',
  'documentation',
  'transition',
  'reserved',
] as const;
/** `shared`: carrier-grade NAT (RFC 6598); `transition`: 6to4 and Teredo. */
export type AddressScope = (typeof ADDRESS_SCOPES)[number];

export interface AddressClass {
  version: 4 | 6;
  scope: AddressScope;
  /** `<scope>-v<version>`, e.g. `private-v4`. */
  token: string;
}

function classesOf(version: 4 | 6): Readonly<Record<AddressScope, AddressClass>> {
  const rows = ADDRESS_SCOPES.map(scope => [scope, { version, scope, token: `${scope}-v${version}` }]);
  return Object.fromEntries(rows) as Record<AddressScope, AddressClass>;
}
const V4 = classesOf(4);
const V6 = classesOf(6);

/** First address of each stretch and its scope, ascending; a stretch ends where the next begins. */
const V4_STRETCHES: readonly (readonly [first: string, scope: AddressScope])[] = [
  ['0.0.0.0', 'unspecified'],
  ['1.0.0.0', 'public'],
  ['10.0.0.0', 'private'],
  ['11.0.0.0', 'public'],
  ['100.64.0.0', 'shared'],
  ['100.128.0.0', 'public'],
  ['127.0.0.0', 'loopback'],
  ['128.0.0.0', 'public'],
  ['169.254.0.0', 'link-local'],
  ['169.255.0.0', 'public'],
  ['172.16.0.0', 'private'],
  ['172.32.0.0', 'public'],
  ['192.0.0.0', 'reserved'],
  ['192.0.1.0', 'public'],
  ['192.0.2.0', 'documentation'],
  ['192.0.3.0', 'public'],
  ['192.168.0.0', 'private'],
  ['192.169.0.0', 'public'],
  ['198.18.0.0', 'reserved'],
  ['198.20.0.0', 'public'],
  ['198.51.100.0', 'documentation'],
  ['198.51.101.0', 'public'],
  ['203.0.113.0', 'documentation'],
  ['203.0.114.0', 'public'],
  ['224.0.0.0', 'multicast'],
  ['240.0.0.0', 'reserved'],
  ['255.255.255.255', 'broadcast'],
];
const V4_FIRSTS = Float64Array.from(V4_STRETCHES, ([first]) => parseIpv4(first, 0, first.length));
const V4_CLASSES: readonly AddressClass[] = V4_STRETCHES.map(([, scope]) => V4[scope]);

function v4ClassOf(address: number): AddressClass {
  let low = 0;
  let high = V4_FIRSTS.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((V4_FIRSTS[middle] ?? 0) <= address) low = middle;
    else high = middle - 1;
  }
  return V4_CLASSES[low] ?? V4.reserved;
}

function v6ClassOf(): AddressClass {
  const first = groups[0] ?? 0;
  const second = groups[1] ?? 0;
  const last = groups[7] ?? 0;
  if (first === 0 && groupsAreZero(1, 5)) {
    const sixth = groups[5] ?? 0;
    const seventh = groups[6] ?? 0;
    // An IPv4 address in IPv6 clothes (::ffff:10.0.0.1) is that IPv4 address.
    if (sixth === 0xffff) return v4ClassOf(seventh * 65_536 + last);
    if (sixth === 0 && seventh === 0 && last === 0) return V6.unspecified;
    if (sixth === 0 && seventh === 0 && last === 1) return V6.loopback;
    return V6.reserved;
  }
  if ((first & 0xffc0) === 0xfe80) return V6['link-local'];
  if ((first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfec0) return V6.private;
  if ((first & 0xff00) === 0xff00) return V6.multicast;
  if (first === 0x2002 || (first === 0x2001 && second === 0)) return V6.transition;
  if (first === 0x2001 && second === 0xdb8) return V6.documentation;
  if ((first & 0xe000) === 0x2000) return V6.public;
  // NAT64's well-known prefix (RFC 6052) leads to a public IPv4 address.
  if (first === 0x64 && second === 0xff9b && groupsAreZero(2, 6)) return V6.public;
  return V6.reserved;
}

/**
 * The class of an address, or undefined where the text is none. Never throws; looks at 80 characters at most.
 * @example addressClassOf('192.168.1.7')?.token // 'private-v4'
 * @example addressClassOf('fe80::1%eth0')?.scope // 'link-local'
 * @example addressClassOf('::ffff:8.8.8.8')?.token // 'public-v4'
 * @example addressClassOf('010.1.1.1') // undefined
 */
export function addressClassOf(text: string): AddressClass | undefined {
  const address = parseIpv4(text, 0, text.length);
  if (address !== NONE) return v4ClassOf(address);
  return parseIpv6(text) ? v6ClassOf() : undefined;
}

/** What an address says beside itself. */
export interface KnownAddress {
  class: AddressClass;
  /** /24 of IPv4, /48 of IPv6. */
  network: string;
}

/**
 * Class and network of an address, read once; undefined where the text is none.
 * @example knownAddressOf('192.168.1.7') // { class: { token: 'private-v4', … }, network: '192.168.1.0/24' }
 */
export function knownAddressOf(text: string): KnownAddress | undefined {
  const address = parseIpv4(text, 0, text.length);
  if (address !== NONE) return { class: v4ClassOf(address), network: v4NetworkOf(address) };
  return parseIpv6(text) ? { class: v6ClassOf(), network: v6NetworkOf() } : undefined;
}

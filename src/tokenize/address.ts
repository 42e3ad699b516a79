/**
 * Addresses: is this text an IP address, and what part of the world is it? Both questions are asked of every record, of
 * text that may be anything, so the parsers are by hand: no throw, no regular expression, nothing allocated.
 *
 * Scopes: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its successors).
 */

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

/** No number: what a parser returns for text that is none. */
const NONE = -1;

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

/** Longest text of an IPv6 address (with an IPv4 tail), and of a zone id behind it. */
const IPV6_CHARACTERS_MAX = 45;
const ZONE_CHARACTERS_MAX = 32;

/** The dotted quad in [start, end) as an unsigned number, or −1. Leading zeros are refused: some read them as octal. */
function parseIpv4(text: string, start: number, end: number): number {
  if (end - start < 7 || end - start > 15) return NONE;
  let address = 0;
  let part = NONE;
  let parts = 0;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 46 /* . */) {
      if (part === NONE || parts === 3) return NONE;
      address = address * 256 + part;
      parts += 1;
      part = NONE;
    } else {
      const digit = code - 48;
      if (digit < 0 || digit > 9 || part === 0) return NONE;
      part = part === NONE ? digit : part * 10 + digit;
      if (part > 255) return NONE;
    }
  }
  return parts === 3 && part !== NONE ? address * 256 + part : NONE;
}

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

function hexValueOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : NONE;
}

/** The eight groups of the address last parsed; reused, as scoring asks for two a record. */
const groups = new Uint16Array(8);

/** Reads `text` without its zone into `groups`; false where it is no IPv6 address. */
function parseIpv6(text: string): boolean {
  const zone = text.indexOf('%');
  const end = zone === -1 ? text.length : zone;
  if (end < 2 || end > IPV6_CHARACTERS_MAX) return false;
  if (zone !== -1 && (zone === text.length - 1 || text.length - zone > ZONE_CHARACTERS_MAX)) return false;
  groups.fill(0);
  let count = 0;
  let gap = NONE;
  let index = 0;
  if (text.charCodeAt(0) === 58 /* : */) {
    if (text.charCodeAt(1) !== 58) return false;
    gap = 0;
    index = 2;
  }
  while (index < end) {
    if (count === 8) return false;
    const start = index;
    let value = 0;
    let digit = hexValueOf(text.charCodeAt(index));
    while (index < end && digit !== NONE && index - start < 5) {
      value = value * 16 + digit;
      index += 1;
      digit = index < end ? hexValueOf(text.charCodeAt(index)) : NONE;
    }
    if (index < end && text.charCodeAt(index) === 46 /* . */) {
      const address = parseIpv4(text, start, end);
      if (address === NONE || count > 6) return false;
      groups[count] = address / 65_536;
      groups[count + 1] = address % 65_536;
      count += 2;
      index = end;
      break;
    }
    if (index === start || index - start > 4) return false;
    groups[count] = value;
    count += 1;
    if (index === end) break;
    if (text.charCodeAt(index) !== 58) return false;
    index += 1;
    if (index < end && text.charCodeAt(index) === 58) {
      if (gap !== NONE) return false;
      gap = count;
      index += 1;
    } else if (index === end) {
      return false;
    }
  }
  if (gap === NONE) return count === 8;
  if (count === 8) return false;
  groups.copyWithin(8 - (count - gap), gap, count);
  groups.fill(0, gap, 8 - (count - gap));
  return true;
}

function groupsAreZero(start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) if (groups[index] !== 0) return false;
  return true;
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
  if (text.length > IPV6_CHARACTERS_MAX + ZONE_CHARACTERS_MAX || !text.includes(':')) return undefined;
  return parseIpv6(text) ? v6ClassOf() : undefined;
}

/**
 * The network of an address that its text tells: /24 of IPv4, /48 of IPv6, which is what one customer is given as a rule
 * (RFC 6177); undefined where the text is no address.
 * @example networkOf('198.51.99.4') // '198.51.99.0/24'
 * @example networkOf('2001:db8:1:2::3') // '2001:db8:1::/48'
 * @example networkOf('::ffff:198.51.99.4') // '198.51.99.0/24'
 */
export function networkOf(text: string): string | undefined {
  const address = parseIpv4(text, 0, text.length);
  if (address !== NONE) return v4NetworkOf(address);
  if (text.length > IPV6_CHARACTERS_MAX + ZONE_CHARACTERS_MAX || !text.includes(':')) return undefined;
  if (!parseIpv6(text)) return undefined;
  if (groupsAreZero(0, 5) && groups[5] === 0xffff) {
    return v4NetworkOf((groups[6] ?? 0) * 65_536 + (groups[7] ?? 0));
  }
  const [first = 0, second = 0, third = 0] = groups;
  return `${first.toString(16)}:${second.toString(16)}:${third.toString(16)}::/48`;
}

function v4NetworkOf(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.0/24`;
}

/**
 * Texts of IP addresses: whether one is one, and in which network. Asked of every record, of text that may be anything, so the
 * parsers are by hand: no throw, no regular expression, nothing allocated; 80 characters are looked at.
 */

/** No number: what a parser returns for text that is none. */
export const NONE = -1;

/** Longest text of an IPv6 address (with an IPv4 tail), and of a zone id behind it. */
const IPV6_CHARACTERS_MAX = 45;
const ZONE_CHARACTERS_MAX = 32;

/** The dotted quad in [start, end) as an unsigned number, or −1. Leading zeros are refused: some read them as octal. */
export function parseIpv4(text: string, start: number, end: number): number {
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

function hexValueOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : NONE;
}

/** The eight groups of the address last parsed; reused, as scoring asks for two a record. */
export const groups = new Uint16Array(8);

/** Reads `text` without its zone into `groups`; false where it is no IPv6 address. */
export function parseIpv6(text: string): boolean {
  if (text.length > IPV6_CHARACTERS_MAX + ZONE_CHARACTERS_MAX || !text.includes(':')) return false;
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

export function groupsAreZero(start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) if (groups[index] !== 0) return false;
  return true;
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
  return parseIpv6(text) ? v6NetworkOf() : undefined;
}

/** Of an address as parseIpv4 gives it. */
export function v4NetworkOf(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.0/24`;
}

/** Of the address that parseIpv6 read last. */
export function v6NetworkOf(): string {
  if (groupsAreZero(0, 5) && groups[5] === 0xffff) {
    return v4NetworkOf((groups[6] ?? 0) * 65_536 + (groups[7] ?? 0));
  }
  return `${hexGroup(0)}:${hexGroup(1)}:${hexGroup(2)}::/48`;
}

function hexGroup(index: number): string {
  return (groups[index] ?? 0).toString(16);
}

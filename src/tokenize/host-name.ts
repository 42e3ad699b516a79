/** Host names: what is registrable in them, by the public suffix list (private suffixes such as dyndns.org included). */
import { parse } from 'tldts';
import { addressClassOf } from './address.ts';

/** A name on the wire has 253 characters at most; the list's answer lies at the end of the text. */
const NAME_CHARACTERS_MAX = 253;
const TLDTS_OPTIONS = {
  allowPrivateDomains: true,
  detectIp: false,
  extractHostname: false,
  validateHostname: false,
};

export interface HostNameParts {
  /** Lower case; the last label where the list knows none; undefined for a single label that it does not know. */
  publicSuffix: string | undefined;
  /** One label more than the public suffix; undefined where the name is one itself, or an address. */
  registrable: string | undefined;
  /** Characters before the dot of the registrable domain, or of the public suffix where there is none. */
  prefixLength: number;
}

const ADDRESS_PARTS: HostNameParts = { publicSuffix: undefined, registrable: undefined, prefixLength: 0 };

/**
 * The parts of a host name. Never throws; what is no name at all is split at its dots like one.
 * @param name without a port, brackets or trailing dot
 * @example hostNamePartsOf('a.b.Example.co.uk') // { publicSuffix: 'co.uk', registrable: 'example.co.uk', prefixLength: 3 }
 */
export function hostNamePartsOf(name: string): HostNameParts {
  if (addressClassOf(name) !== undefined) return ADDRESS_PARTS;
  const end = name.length > NAME_CHARACTERS_MAX ? name.slice(-NAME_CHARACTERS_MAX) : name;
  const { publicSuffix, domain, isIcann, isPrivate } = parse(end.toLowerCase(), TLDTS_OPTIONS);
  const tail = domain ?? publicSuffix;
  const isSuffixKnown = domain !== null || isIcann === true || isPrivate === true;
  return {
    publicSuffix: isSuffixKnown ? (publicSuffix ?? undefined) : undefined,
    registrable: domain ?? undefined,
    prefixLength: tail === null ? 0 : Math.max(0, name.length - tail.length - 1),
  };
}

/**
 * A host without what may stand around it: port, brackets, trailing dot.
 * @example bareHostOf('[2001:db8::1]:8080') // '2001:db8::1'
 * @example bareHostOf('example.org.:443') // 'example.org'
 */
export function bareHostOf(host: string): string {
  let end = host.length;
  if (host.charCodeAt(0) === 91 /* [ */) {
    const bracket = host.indexOf(']');
    if (bracket !== -1) return host.slice(1, bracket);
  }
  const colon = host.indexOf(':');
  // Two colons make a bare IPv6 address, not a port.
  if (colon !== -1 && host.indexOf(':', colon + 1) === -1) end = colon;
  if (end > 1 && host.charCodeAt(end - 1) === 46 /* . */) end -= 1;
  return end === host.length ? host : host.slice(0, end);
}

/** `example.org.` and `example.org` are one name; the root itself stays a dot. */
export function withoutRootDot(name: string): string {
  return name.length > 1 && name.endsWith('.') ? name.slice(0, -1) : name;
}

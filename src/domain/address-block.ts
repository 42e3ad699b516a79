/**
 * Blocks of IP addresses, such as 10.1.0.0/16, and what lies in them. An IPv4 address that is mapped into IPv6
 * (::ffff:10.0.0.7, as a socket of both families tells it) is that IPv4 address, in a block and in what is compared with it,
 * and a zone (fe80::1%eth0) is looked at in neither. Nothing is folded in what is learnt: the token of `source.ip` and the
 * contexts of pairs keep the text of the record.
 */
import { groups, NONE, parseIpv4, parseIpv6 } from './address-text.ts';

/** An address as a number, and of how many bits: 32 of IPv4, 128 of IPv6. */
export interface AddressBits {
  bits: bigint;
  width: 32 | 128;
}

/** The addresses whose first bits, all but `shift`, are `prefix`. */
export interface AddressBlock {
  width: 32 | 128;
  shift: bigint;
  prefix: bigint;
}

/** What stands before the 32 bits of an IPv4 address that is mapped into IPv6 (RFC 4291 §2.5.5.2). */
const MAPPED_PREFIX = 0xffffn;

/**
 * The block that a text names, an address alone being one of a single address; null where it names none.
 * @example addressBlockOf('10.1.0.0/16') // { width: 32, shift: 16n, prefix: 0x0a01n }
 * @example addressBlockOf('::ffff:10.1.0.0/112') // the same
 * @example addressBlockOf('10.0.0.0/40') // null
 */
export function addressBlockOf(text: string): AddressBlock | null {
  const slash = text.indexOf('/');
  const address = addressBits(slash < 0 ? text : text.slice(0, slash));
  if (address === null) return null;
  const lengthText = slash < 0 ? String(address.width) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(lengthText) || Number(lengthText) > address.width) return null;
  const shift = BigInt(address.width - Number(lengthText));
  // A wider block is one of IPv6, whatever address names it.
  const { bits, width } = shift <= 32n ? unmapped(address) : address;
  return { width, shift, prefix: bits >> shift };
}

/** @param address as plainAddressBits gives it */
export function isInBlock({ bits, width }: AddressBits, block: AddressBlock): boolean {
  return width === block.width && bits >> block.shift === block.prefix;
}

/**
 * addressBits of an address, of IPv4 where it is mapped into IPv6.
 * @example plainAddressBits('::ffff:10.1.0.0') // { bits: 0x0a010000n, width: 32 }
 */
export function plainAddressBits(text: string): AddressBits | null {
  const address = addressBits(text);
  return address === null ? null : unmapped(address);
}

function unmapped(address: AddressBits): AddressBits {
  if (address.width === 32 || address.bits >> 32n !== MAPPED_PREFIX) return address;
  return { bits: address.bits & 0xffff_ffffn, width: 32 };
}

/**
 * The address as a number, without its zone; null where the text is none.
 * @example addressBits('10.1.0.0') // { bits: 0x0a010000n, width: 32 }; of '010.1.0.0' null
 * @example addressBits('::1%eth0') // { bits: 1n, width: 128 }
 */
export function addressBits(text: string): AddressBits | null {
  const quad = parseIpv4(text, 0, text.length);
  if (quad !== NONE) return { bits: BigInt(quad), width: 32 };
  if (!parseIpv6(text)) return null;
  const bits = groups.reduce((all, group) => (all << 16n) | BigInt(group), 0n);
  return { bits, width: 128 };
}

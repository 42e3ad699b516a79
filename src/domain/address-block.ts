/**
 * Blocks of IP addresses, such as 10.1.0.0/16, and what lies in them. An IPv4 address that is mapped into IPv6 (::ffff:10.0.0.7, as a
 * socket of both families tells it) is that IPv4 address, in a block and in what is compared with it.
 */

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

/** @example addressBits('10.1.0.0') // { bits: 0x0a010000n, width: 32 }; null where the text is no address */
export function addressBits(text: string): AddressBits | null {
  if (text.length > 45) return null;
  if (!text.includes(':')) {
    const bits = ipv4Bits(text);
    return bits === null ? null : { bits: BigInt(bits), width: 32 };
  }
  const bits = ipv6Bits(text);
  return bits === null ? null : { bits, width: 128 };
}

function ipv4Bits(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let bits = 0;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return null;
    bits = bits * 256 + Number(part);
  }
  return bits;
}

function ipv6Bits(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const groups = halves.map(half => (half === '' ? [] : half.split(':').flatMap(groupsOf)));
  const [head = [], tail = []] = groups;
  const given = head.length + tail.length;
  if (groups.flat().some(group => group < 0)) return null;
  if (halves.length === 1 ? given !== 8 : given > 7) return null;
  const all = [...head, ...new Array<number>(8 - given).fill(0), ...tail];
  return all.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n);
}

/** The 16-bit groups of one colon-separated part; [-1] where it is none. A dotted quad is two groups. */
function groupsOf(part: string): number[] {
  if (part.includes('.')) {
    const bits = ipv4Bits(part);
    return bits === null ? [-1] : [Math.floor(bits / 65_536), bits % 65_536];
  }
  return /^[0-9a-fA-F]{1,4}$/.test(part) ? [Number.parseInt(part, 16)] : [-1];
}

/**
 * Writes databases in MaxMind's format, for there is none that may be kept here: a search tree over networks, and what is told of
 * each. Enough for countries and networks: maps, texts, whole numbers.
 */

export type MmdbValue = string | number | { [name: string]: MmdbValue };

export interface MmdbOptions {
  ipVersion?: 4 | 6;
  /** Bits of a record of the tree. */
  recordSize?: 24 | 28 | 32;
  builtAtMs?: number;
  /** In place of what is true of the file. */
  metadata?: { [name: string]: MmdbValue };
}

const SEPARATOR = Buffer.alloc(16);
const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
const EMPTY = -1;
/** A child is another node's index, EMPTY, or `~` of the index of what is told. */
type Node = [number, number];

/**
 * The bytes of a database. @param networks CIDR blocks, of which none holds another; IPv6 written out in eight groups
 * @example mmdbOf([['192.0.2.0/24', { country: { iso_code: 'AT' } }]])
 */
export function mmdbOf(
  networks: readonly (readonly [cidr: string, told: MmdbValue])[],
  { ipVersion = 6, recordSize = 24, builtAtMs = 1_700_000_000_000, metadata = {} }: MmdbOptions = {},
): Buffer {
  const nodes: Node[] = [[EMPTY, EMPTY]];
  const told: Buffer[] = [];
  for (const [cidr, value] of networks) {
    put(nodes, bitsOf(cidr, ipVersion), told.length);
    told.push(encoded(value));
  }
  const offsets = told.map((_, index) => told.slice(0, index).reduce((sum, { length }) => sum + length, 0));
  const recordOf = (child: number) => {
    if (child === EMPTY) return nodes.length;
    return child > 0 ? child : nodes.length + SEPARATOR.length + (offsets[-child - 2] ?? 0);
  };
  const tree = nodes.map(([left, right]) => nodeBytes(recordOf(left), recordOf(right), recordSize));
  const about = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: Math.floor(builtAtMs / 1_000),
    database_type: 'Test',
    ip_version: ipVersion,
    node_count: nodes.length,
    record_size: recordSize,
    ...metadata,
  };
  return Buffer.concat([...tree, SEPARATOR, ...told, MARKER, encoded(about)]);
}

/** @param told index of what is told of the network: its child is −2 − told, as −1 is EMPTY */
function put(nodes: Node[], bits: readonly (0 | 1)[], told: number): void {
  let at = 0;
  for (const [index, bit] of bits.entries()) {
    const node = nodes[at] ?? [EMPTY, EMPTY];
    if (index === bits.length - 1) {
      node[bit] = -2 - told;
      return;
    }
    if (node[bit] === EMPTY) node[bit] = nodes.push([EMPTY, EMPTY]) - 1;
    at = node[bit];
  }
}

function bitsOf(cidr: string, ipVersion: 4 | 6): (0 | 1)[] {
  const [address = '', length = ''] = cidr.split('/');
  const isV6 = address.includes(':');
  const parts = isV6
    ? address.split(':').map(part => Number.parseInt(part, 16))
    : address.split('.').map(Number);
  const text = parts.map(part => part.toString(2).padStart(isV6 ? 16 : 8, '0')).join('');
  const bits = Array.from(text.slice(0, Number(length)), bit => (bit === '1' ? 1 : 0));
  return isV6 || ipVersion === 4 ? bits : [...Array.from({ length: 96 }, () => 0 as const), ...bits];
}

function nodeBytes(left: number, right: number, recordSize: 24 | 28 | 32): Buffer {
  const bytes = Buffer.alloc(recordSize / 4);
  if (recordSize === 28) {
    bytes.writeUIntBE(left & 0xff_ffff, 0, 3);
    bytes.writeUInt8(((left >>> 24) << 4) | (right >>> 24), 3);
    bytes.writeUIntBE(right & 0xff_ffff, 4, 3);
    return bytes;
  }
  bytes.writeUIntBE(left, 0, recordSize / 8);
  bytes.writeUIntBE(right, recordSize / 8, recordSize / 8);
  return bytes;
}

/** A map, a text of up to 284 bytes, or an unsigned number of 32 bits. */
function encoded(value: MmdbValue): Buffer {
  if (typeof value === 'string') return withControl(2, Buffer.from(value));
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return withControl(6, bytes);
  }
  const pairs = Object.entries(value).flatMap(([name, member]) => [encoded(name), encoded(member)]);
  return Buffer.concat([Buffer.from([(7 << 5) | (pairs.length / 2)]), ...pairs]);
}

function withControl(type: number, payload: Buffer): Buffer {
  const control =
    payload.length < 29 ? [(type << 5) | payload.length] : [(type << 5) | 29, payload.length - 29];
  return Buffer.concat([Buffer.from(control), payload]);
}

/**
 * The address that a request comes from: that of its connection, unless the connection is that of a proxy that the admin
 * trusts. Then it is the last address in `X-Forwarded-For` that no trusted proxy has: each proxy appends whom it heard,
 * and what stands before was written by anybody.
 */

import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4 } from 'node:net';

export type AddressOf = (request: Pick<IncomingMessage, 'socket' | 'headers'>) => string;

/** Addresses of a header that are looked at, from its end. */
const FORWARDED_MAX = 16;

/**
 * @param trusted addresses and CIDR blocks of proxies, as config checked them; without any, no header is believed
 * @example addressReader(['10.0.0.0/8'])(request) // '192.0.2.7' of 10.0.0.1 with `X-Forwarded-For: spoofed, 192.0.2.7`
 */
export function addressReader(trusted: readonly string[] = []): AddressOf {
  const isTrusted = blockMatcher(trusted);
  return ({ socket, headers }) => {
    let client = plainAddress(socket.remoteAddress ?? '');
    if (client === null) return 'unknown';
    const header = headers['x-forwarded-for'];
    if (header === undefined) return client;
    const forwarded = String(header).split(',');
    for (const text of forwarded.slice(-FORWARDED_MAX).reverse()) {
      if (!isTrusted(client)) break;
      const address = plainAddress(text.trim());
      if (address === null) break;
      client = address;
    }
    return client;
  };
}

/** Whether an address is in one of the blocks. @param blocks addresses and CIDR blocks, as config checked them */
export function blockMatcher(blocks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', bits] = block.split('/', 2);
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return address => list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** An address as it is written in the audit; null where the text is none. @example '::ffff:192.0.2.7' → '192.0.2.7' */
export function plainAddress(text: string): string | null {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(text);
  const address = mapped?.[1] ?? text;
  return isIP(address) === 0 ? null : address.toLowerCase();
}

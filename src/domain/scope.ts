/** Whether a mark's scope of time and filter covers a record. Address ranges and suffixes are parsed once per scope. */
import type { RecordHead } from './stored-record.ts';
import type { Scope, Where } from './window.ts';

export type HeadMatcher = (head: RecordHead) => boolean;

/** @example addressBits('10.1.0.0') // { bits: 0x0a010000n, width: 32 }; null where the text is no address */
export function addressBits(text: string): { bits: bigint; width: 32 | 128 } | null {
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

/**
 * A test for one filter value: CIDR (`10.1.0.0/16`), suffix (`*.example.org`, which covers `example.org` too), else
 * equality without case. Addresses are compared as numbers, so `::1` equals `0:0:0:0:0:0:0:1`.
 * @example textMatcher('*.example.org')('a.example.org') // true
 */
export function textMatcher(pattern: string): (value: string | undefined) => boolean {
  const wanted = pattern.toLowerCase();
  if (wanted.startsWith('*.')) {
    const suffix = wanted.slice(1);
    return value => {
      const name = value?.toLowerCase();
      return name !== undefined && (name.endsWith(suffix) || name === suffix.slice(1));
    };
  }
  const range = rangeOf(wanted);
  if (range === null) return value => value?.toLowerCase() === wanted;
  return value => {
    const address = value === undefined ? null : addressBits(value);
    return address !== null && address.width === range.width && address.bits >> range.shift === range.prefix;
  };
}

function rangeOf(text: string): { width: number; shift: bigint; prefix: bigint } | null {
  const slash = text.indexOf('/');
  const address = addressBits(slash < 0 ? text : text.slice(0, slash));
  if (address === null) return null;
  const lengthText = slash < 0 ? String(address.width) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(lengthText) || Number(lengthText) > address.width) return null;
  const shift = BigInt(address.width - Number(lengthText));
  return { width: address.width, shift, prefix: address.bits >> shift };
}

/** Whether the text is an address or a range of them: whatever else is compared with an address matches none. */
export function isAddressPattern(text: string): boolean {
  return rangeOf(text.toLowerCase()) !== null;
}

/** Whether the text looks like an address range but is none, e.g. `10.0.0.0/40`: the API refuses it. */
export function isBrokenRange(text: string): boolean {
  return text.includes('/') && rangeOf(text.toLowerCase()) === null;
}

/** All given parts of the filter must match. */
export function whereMatcher(where: Where): HeadMatcher {
  const tests: HeadMatcher[] = [];
  if (where.kind !== undefined) tests.push(head => head.kind === where.kind);
  if (where.host !== undefined) {
    const host = textMatcher(where.host);
    tests.push(head => host(head.host) || host(head.source) || host(head.destination));
  }
  for (const field of ['source', 'destination', 'domain', 'sensor'] as const) {
    const pattern = where[field];
    if (pattern === undefined) continue;
    const matches = textMatcher(pattern);
    tests.push(head => matches(head[field]));
  }
  return head => tests.every(test => test(head));
}

/** Covers `[fromMs, toMs)` and the filter. A list's records are told by memberships, never by this. */
export function scopeMatcher(scope: Scope): HeadMatcher {
  if (scope.type === 'list') return () => false;
  const { fromMs, toMs } = scope;
  const where = whereMatcher(scope.where);
  return head => head.atMs !== undefined && head.atMs >= fromMs && head.atMs < toMs && where(head);
}

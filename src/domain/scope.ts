/** Whether a mark's scope of time and filter covers a record. Address ranges and suffixes are parsed once per scope. */
import { addressBlockOf, isInBlock, plainAddressBits } from './address-block.ts';
import type { RecordHead } from './stored-record.ts';
import type { Scope, Where } from './window.ts';

export type HeadMatcher = (head: RecordHead) => boolean;

/**
 * A test for one filter value: CIDR (`10.1.0.0/16`), suffix (`*.example.org`, which covers `example.org` too), else
 * equality without case. Addresses are compared as numbers, so `::1` equals `0:0:0:0:0:0:0:1`, and
 * `::ffff:10.0.0.7` equals `10.0.0.7`; a zone is left out, so that `fe80::1%eth0` equals `fe80::1`.
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
  const block = addressBlockOf(wanted);
  if (block === null) return value => value?.toLowerCase() === wanted;
  return value => {
    const address = value === undefined ? null : plainAddressBits(value);
    return address !== null && isInBlock(address, block);
  };
}

/** Whether the text is an address or a range of them: whatever else is compared with an address matches none. */
export function isAddressPattern(text: string): boolean {
  return addressBlockOf(text) !== null;
}

/** Whether the text looks like an address range but is none, e.g. `10.0.0.0/40`: the API refuses it. */
export function isBrokenRange(text: string): boolean {
  return text.includes('/') && addressBlockOf(text) === null;
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

import { describe, expect, it } from 'vitest';
import { bareHostOf, hostNamePartsOf } from '../../src/tokenize/host-name.ts';

describe('hostNamePartsOf', () => {
  it.each([
    ['example.org', 'org', 'example.org', 0],
    ['www.example.org', 'org', 'example.org', 3],
    ['a.b.Example.co.uk', 'co.uk', 'example.co.uk', 3],
    ['x.y.someone.github.io', 'github.io', 'someone.github.io', 3],
    ['evil.duckdns.org', 'duckdns.org', 'evil.duckdns.org', 0],
    ['db1.corp.local', 'local', 'corp.local', 3],
    ['com', 'com', undefined, 0],
    ['co.uk', 'co.uk', undefined, 0],
    ['wqkzhvtlxn', undefined, undefined, 0],
    ['10.0.0.1', undefined, undefined, 0],
    ['2001:db8::1', undefined, undefined, 0],
    ['www.xn--mnchen-3ya.de', 'de', 'xn--mnchen-3ya.de', 3],
    [`${'a'.repeat(2000)}.example.org`, 'org', 'example.org', 2000],
  ])('%s ends in %s, %s; %d characters stand before', (name, publicSuffix, registrable, prefixLength) => {
    expect(hostNamePartsOf(name)).toEqual({ publicSuffix, registrable, prefixLength });
  });
});

describe('bareHostOf', () => {
  it.each([
    ['example.org', 'example.org'],
    ['example.org:8080', 'example.org'],
    ['example.org.', 'example.org'],
    ['example.org.:443', 'example.org'],
    ['[2001:db8::1]:8080', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['[unclosed', '[unclosed'],
    ['.', '.'],
    ['', ''],
  ])('of %j is %j', (host, expected) => {
    expect(bareHostOf(host)).toBe(expected);
  });
});

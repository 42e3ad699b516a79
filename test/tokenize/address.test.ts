import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../src/domain/address-text.ts';
import { addressClassOf } from '../../src/tokenize/address.ts';
import { HOSTILE_TEXTS } from './hostile.ts';

describe('addressClassOf', () => {
  it.each([
    ['0.0.0.0', 'unspecified-v4'],
    ['9.255.255.255', 'public-v4'],
    ['10.0.0.0', 'private-v4'],
    ['10.255.255.255', 'private-v4'],
    ['11.0.0.0', 'public-v4'],
    ['100.63.255.255', 'public-v4'],
    ['100.64.0.1', 'shared-v4'],
    ['100.128.0.0', 'public-v4'],
    ['127.0.0.1', 'loopback-v4'],
    ['169.254.169.254', 'link-local-v4'],
    ['172.15.255.255', 'public-v4'],
    ['172.16.0.1', 'private-v4'],
    ['172.31.255.255', 'private-v4'],
    ['172.32.0.0', 'public-v4'],
    ['192.0.2.1', 'documentation-v4'],
    ['192.168.1.7', 'private-v4'],
    ['198.18.0.1', 'reserved-v4'],
    ['203.0.113.9', 'documentation-v4'],
    ['224.0.0.251', 'multicast-v4'],
    ['239.255.255.250', 'multicast-v4'],
    ['240.0.0.1', 'reserved-v4'],
    ['255.255.255.254', 'reserved-v4'],
    ['255.255.255.255', 'broadcast-v4'],
    ['::', 'unspecified-v6'],
    ['::1', 'loopback-v6'],
    ['0:0:0:0:0:0:0:1', 'loopback-v6'],
    ['::ffff:8.8.8.8', 'public-v4'],
    ['::FFFF:10.0.0.1', 'private-v4'],
    ['::ffff:c0a8:107', 'private-v4'],
    ['fe80::1', 'link-local-v6'],
    ['fe80::1%eth0', 'link-local-v6'],
    ['fd12:3456:789a::1', 'private-v6'],
    ['fec0::1', 'private-v6'],
    ['ff02::fb', 'multicast-v6'],
    ['2001:4860:4860::8888', 'public-v6'],
    ['2A00:1450:4001:82A::200E', 'public-v6'],
    ['2001:db8::1', 'documentation-v6'],
    ['2001:0:4136:e378::1', 'transition-v6'],
    ['2002:c000:204::1', 'transition-v6'],
    ['64:ff9b::808:808', 'public-v6'],
    ['100::1', 'reserved-v6'],
    ['1:2:3:4:5:6:7::', 'reserved-v6'],
    ['::2:3:4:5:6:7:8', 'reserved-v6'],
  ])('%s is %s', (text, expected) => {
    expect(addressClassOf(text)?.token).toBe(expected);
  });

  it.each([
    '',
    '-',
    '.',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.',
    '.1.2.3',
    '1..2.3',
    '256.1.1.1',
    '01.2.3.4',
    '010.1.1.1',
    '1.2.3.4 ',
    '１.２.３.４',
    ':',
    ':1',
    '1:',
    ':::',
    '1::2::3',
    '12345::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4::5:6:7:8',
    '::g',
    '::1.2.3',
    '1:2:3:4:5:6:7:1.2.3.4',
    'fe80::1%',
    '%eth0',
    'example.org',
    'localhost',
    '__proto__',
  ])('%j is no address', text => {
    expect(addressClassOf(text)).toBeUndefined();
  });

  it.each(HOSTILE_TEXTS)('64 KiB of %s are no address', (_, text) => {
    expect(addressClassOf(text)).toBeUndefined();
  });
});

/** Words of ipaddr.js for the scopes that both know; it files `this network`, NAT64 and others apart. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  unicast: ['public'],
  private: ['private'],
  uniqueLocal: ['private'],
  deprecatedSiteLocal: ['private'],
  loopback: ['loopback'],
  linkLocal: ['link-local'],
  multicast: ['multicast'],
  broadcast: ['broadcast'],
  unspecified: ['unspecified'],
  carrierGradeNat: ['shared'],
  '6to4': ['transition'],
  teredo: ['transition'],
};

describe('against ipaddr.js', () => {
  const texts = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdef:.'), maxLength: 24 }),
    fc
      .tuple(fc.constantFrom('::', 'fe80::', '::ffff:', '2001:db8::', 'fc00:'), fc.ipV6())
      .map(parts => parts.join('')),
  );

  it('the same texts are addresses', () => {
    fc.assert(
      fc.property(texts, text => {
        // ipaddr.js reads 0x7f.1 and 127 as IPv4 too; only four decimal parts without leading zeros are meant here.
        const expected = ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
        const hasOctalLook = /(^|[.:])0\d+(\.|$)/.test(text);
        if (!hasOctalLook) expect(addressClassOf(text) !== undefined, text).toBe(expected);
      }),
      { numRuns: 2000, seed: 4 },
    );
  });

  it('they have the same scope', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), text => {
        // ipaddr.js takes the long deprecated ::1.2.3.4 (RFC 4291 §2.5.5.1) for ::ffff:1.2.3.4.
        fc.pre(!/^::[\d.]+$/.test(text));
        const address = ipaddr.process(text);
        const expected = SCOPES[address.range()];
        const found = addressClassOf(text);
        expect(found?.version, text).toBe(address.kind() === 'ipv4' ? 4 : 6);
        if (expected !== undefined && !isFiledApart(text)) expect(expected, text).toContain(found?.scope);
      }),
      { numRuns: 2000, seed: 5 },
    );
  });
});

/** IPv6 outside 2000::/3 is unicast to ipaddr.js, where IANA has allocated nothing. */
function isFiledApart(text: string): boolean {
  return (
    text.includes(':') &&
    ['reserved', 'transition', 'documentation'].includes(addressClassOf(text)?.scope ?? '')
  );
}

describe('networkOf', () => {
  it.each([
    ['198.51.99.4', '198.51.99.0/24'],
    ['255.255.255.255', '255.255.255.0/24'],
    ['2001:db8:1:2::3', '2001:db8:1::/48'],
    ['2001:0DB8::3', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
    ['::ffff:198.51.99.4', '198.51.99.0/24'],
    ['198.51.99', undefined],
    ['example.org', undefined],
    ['', undefined],
  ])('of %s', (text, expected) => {
    expect(networkOf(text)).toBe(expected);
  });
});

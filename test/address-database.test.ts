import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressDatabase, type Place } from '../src/address-database.ts';
import { type MmdbOptions, type MmdbValue, mmdbOf } from './mmdb.ts';

const AUSTRIA = { country: { iso_code: 'AT', names: { en: 'Austria' } } };
const NETWORKS: [string, MmdbValue][] = [
  ['192.0.2.0/24', AUSTRIA],
  ['198.51.100.128/25', { country: { iso_code: 'NL' } }],
  ['2001:db8:0:0:0:0:0:0/32', { country: { iso_code: 'DE' } }],
];
const bytes = mmdbOf(NETWORKS);

function check(ip: string, expected: Place, database = new AddressDatabase(bytes)): void {
  expect(database.placeOf(ip)).toEqual(expected);
}

describe('AddressDatabase', () => {
  it.each([24, 28, 32] as const)('reads trees of %d bits a record', recordSize => {
    const database = new AddressDatabase(mmdbOf(NETWORKS, { recordSize }));
    check('192.0.2.255', { country: 'AT' }, database);
    check('198.51.100.127', {}, database);
    check('198.51.100.128', { country: 'NL' }, database);
    check('2001:db8::1', { country: 'DE' }, database);
    check('2001:db9::1', {}, database);
  });

  it('tells when it was made', () => {
    expect(new AddressDatabase(bytes).builtAtMs).toBe(1_700_000_000_000);
  });

  it.each<[string, MmdbValue, Place]>([
    ['DB-IP and GeoLite2, countries', AUSTRIA, { country: 'AT' }],
    [
      'DB-IP and GeoLite2, networks',
      { autonomous_system_number: 64_500, autonomous_system_organization: 'Example' },
      { asn: 64_500 },
    ],
    ['IPinfo, both', { country: 'at', asn: 'AS64500', as_name: 'Example' }, { country: 'AT', asn: 64_500 }],
    [
      'IPinfo Lite',
      { country: 'Austria', country_code: 'AT', asn: 'AS64500' },
      { country: 'AT', asn: 64_500 },
    ],
    ['the largest number', { country: 'AT', asn: 4_294_967_295 }, { country: 'AT', asn: 4_294_967_295 }],
    ['a number that is none', { country: 'AT', asn: 'AS4294967296' }, { country: 'AT' }],
    ['what is no code', { asn: 1, country: 'Österreich' }, { asn: 1 }],
    [
      'names that objects have anyway',
      { asn: 1, country: { __proto__x: 'AT', constructor: 'AT' } },
      { asn: 1 },
    ],
  ])('understands %s', (_, told, expected) => {
    check('192.0.2.1', expected, new AddressDatabase(mmdbOf([['192.0.2.0/24', told]])));
  });

  it.each<[string, Place]>([
    ['::ffff:192.0.2.1', { country: 'AT' }],
    ['::FFFF:c000:0201', { country: 'AT' }],
    ['2001:DB8::1%eth0', { country: 'DE' }],
    ['2001:db8::192.0.2.1', { country: 'DE' }],
    ['192.0.2.1%eth0', {}],
    ['192.0.2.01', {}],
    ['192.0.2', {}],
    ['192.0.2.1.', {}],
    ['', {}],
    ['::', {}],
    [':::', {}],
    ['192.0.2.1\u0000', {}],
    ['1'.repeat(1e6), {}],
    [`2001:db8::1%${'x'.repeat(1e6)}`, {}],
  ])('places %s', (ip, expected) => check(ip, expected));

  it('does not read the bits of IPv6 as those of IPv4', () => {
    const ofIpv4 = new AddressDatabase(mmdbOf([['32.0.0.0/4', AUSTRIA]], { ipVersion: 4 }));
    check('32.1.13.184', { country: 'AT' }, ofIpv4);
    check('2001:db8::1', {}, ofIpv4);
    check('::ffff:32.1.13.184', { country: 'AT' }, ofIpv4);
  });

  it('answers alike whether it remembers or not', () => {
    const database = new AddressDatabase(bytes);
    const ips = ['192.0.2.1', '192.0.3.1', '192.0.2.1', '192.0.3.1'];
    expect(ips.map(ip => database.placeOf(ip).country)).toEqual(['AT', undefined, 'AT', undefined]);
  });
});

describe('a file that is no such database', () => {
  const refused: [string, Buffer, RegExp][] = [
    ['an empty one', Buffer.alloc(0), /no database in MaxMind's format/],
    [
      'a page of HTML',
      Buffer.from('<!doctype html><title>Sign in</title>'),
      /no database in MaxMind's format/,
    ],
    ['a packed one', gzipSync(bytes), /unpack it first/],
    ['a cut one', bytes.subarray(0, bytes.length - 200), /no database in MaxMind's format, or was cut/],
    ['one without metadata', Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), /./],
    [
      'more nodes than it has room for',
      withMetadata({ node_count: 4_000_000_000 }),
      /no room|ERR_OUT_OF_RANGE|range/,
    ],
    ['no nodes', withMetadata({ node_count: 0 }), /./],
    ['another version', withMetadata({ binary_format_major_version: 3 }), /version 3/],
    ['another version of IP', withMetadata({ ip_version: 5 }), /IP version 5/],
    ['another size of records', withMetadata({ record_size: 20 }), /record size/],
    ['no time', withMetadata({ build_epoch: 'soon' }), /when it was made/],
    [
      'what is told of other things',
      mmdbOf([['0.0.0.0/1', { is_anonymous: 1 }]]),
      /neither countries nor networks/,
    ],
  ];
  it.each(refused)('is refused at once: %s', (_, file, reason) => {
    expect(() => new AddressDatabase(file)).toThrow(reason);
  });

  function withMetadata(metadata: NonNullable<MmdbOptions['metadata']>): Buffer {
    return mmdbOf(NETWORKS, { metadata });
  }

  it('is refused, or never throws, whichever bytes of it are others', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        changes => {
          const broken = Buffer.from(bytes);
          for (const [at, byte] of changes) broken[at] = byte;
          const database = openedOrNull(broken);
          if (database === null) return;
          for (const ip of ['192.0.2.1', '198.51.100.200', '2001:db8::1', '8.8.8.8', '2000::']) {
            const { country = 'AT', asn = 0 } = database.placeOf(ip);
            expect(country).toMatch(/^[A-Z]{2}$/);
            expect(Number.isSafeInteger(asn)).toBe(true);
          }
        },
      ),
      { numRuns: 300, seed: 11 },
    );
  });

  it('counts look-ups of what cannot be read, and places them nowhere', () => {
    // The type byte of what is told of Austria becomes a pointer to itself.
    const at = bytes.indexOf(Buffer.from([0xe1, 0x47, ...Buffer.from('country')]));
    const broken = Buffer.from(bytes);
    broken.writeUInt16BE(0x2000, at);
    const database = new AddressDatabase(broken);
    expect(database.placeOf('192.0.2.1')).toEqual({});
    expect(database.placeOf('198.51.100.200')).toEqual({ country: 'NL' });
    expect(database.brokenLookUps).toBe(1);
  });
});

function openedOrNull(file: Buffer): AddressDatabase | null {
  try {
    return new AddressDatabase(file);
  } catch {
    return null;
  }
}

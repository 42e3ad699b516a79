import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAddressPattern, isBrokenRange, scopeMatcher, textMatcher } from '../../src/domain/scope.ts';
import type { RecordHead } from '../../src/domain/stored-record.ts';
import type { Where } from '../../src/domain/window.ts';

const HEAD: RecordHead = {
  slice: 475_968,
  identity: '0'.repeat(32),
  episode: '0'.repeat(16),
  kind: 'dns',
  atMs: 1_713_485_049_785,
  receivedAtMs: 1_713_485_050_000,
  labelled: false,
  symbols: 12,
  host: 'web-1',
  source: '10.1.2.3',
  destination: '2001:db8::1',
  domain: 'a.example.org',
  sensor: 'north',
};

describe('textMatcher', () => {
  const cases: [pattern: string, value: string | undefined, matches: boolean][] = [
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.30', false],
    ['10.1.0.0/16', '10.1.2.3', true],
    ['10.1.0.0/16', '10.2.2.3', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '::1', false],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['2001:db8::/32', '2001:db8:1::5', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['::ffff:10.0.0.1', '::ffff:a00:1', true],
    ['10.0.0.7', '::ffff:10.0.0.7', true],
    ['::ffff:10.0.0.7', '10.0.0.7', true],
    ['::FFFF:a00:7', '10.0.0.7', true],
    ['10.0.0.0/8', '::ffff:10.0.0.7', true],
    ['::ffff:10.0.0.0/104', '10.0.0.7', true],
    ['::ffff:10.0.0.0/104', '11.0.0.7', false],
    ['10.0.0.7', '::10.0.0.7', false],
    ['10.0.0.7', '::ffff:10.0.0.70', false],
    ['::/64', '::ffff:10.0.0.7', false],
    ['::/64', '::1', true],
    ['*.example.org', 'a.example.org', true],
    ['*.example.org', 'example.org', true],
    ['*.example.org', 'badexample.org', false],
    ['Example.ORG', 'example.org', true],
    ['10.0.0.0/33', '10.0.0.0', false],
    ['10.1.2.3', undefined, false],
    ['10.0.0.256', '10.0.0.256', true],
    ['fe80::1', 'fe80::1%eth0', true],
    ['fe80::1%eth0', 'fe80::1', true],
    ['fe80::1%eth0', 'fe80::1%eth0', true],
    ['fe80::1%eth0', 'fe80::2%eth0', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['10.0.0.0/8', '::ffff:10.0.0.7%eth0', true],
    ['10.0.0.7', '010.0.0.7', false],
  ];
  it.each(cases)('%s matches %s: %s', (pattern, value, matches) => {
    expect(textMatcher(pattern)(value)).toBe(matches);
  });

  it('never throws, whatever the texts', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        (pattern, value) => typeof textMatcher(pattern)(value) === 'boolean',
      ),
    );
  });

  it('finds every address in the range that its own prefix names', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (ip, length) =>
        textMatcher(`${ip}/${length}`)(ip),
      ),
    );
    fc.assert(
      fc.property(fc.ipV6(), fc.integer({ min: 0, max: 128 }), (ip, length) =>
        textMatcher(`${ip}/${length}`)(ip),
      ),
    );
  });
});

describe('isAddressPattern', () => {
  it('takes an address with a zone, and none with leading zeros', () => {
    expect(['fe80::1%eth0', 'fe80::1', '10.0.0.0/8'].every(isAddressPattern)).toBe(true);
    expect(['010.0.0.7', '010.0.0.0/8', 'web-1'].some(isAddressPattern)).toBe(false);
  });
});

describe('isBrokenRange', () => {
  it('tells a range that is none', () => {
    expect(['10.0.0.0/40', '10.0.0/8', 'a/b', '::/129'].map(isBrokenRange)).toEqual([true, true, true, true]);
    expect(['10.0.0.0/8', '::/0', 'web-1', '*.example.org'].some(isBrokenRange)).toBe(false);
  });
});

describe('scopeMatcher', () => {
  const fromMs = 1_713_485_000_000;
  const toMs = 1_713_486_000_000;
  const covers = (where: Where, head: RecordHead = HEAD) =>
    scopeMatcher({ type: 'time', fromMs, toMs, where })(head);

  it('covers from its start, and not its end', () => {
    expect(covers({}, { ...HEAD, atMs: fromMs })).toBe(true);
    expect(covers({}, { ...HEAD, atMs: toMs })).toBe(false);
    expect(covers({}, { ...HEAD, atMs: undefined })).toBe(false);
  });

  it('needs every part of the filter', () => {
    expect(covers({ kind: 'dns', source: '10.0.0.0/8', domain: '*.example.org', sensor: 'north' })).toBe(
      true,
    );
    expect(covers({ kind: 'http', source: '10.0.0.0/8' })).toBe(false);
    expect(covers({ source: '10.0.0.0/8', destination: '10.0.0.0/8' })).toBe(false);
  });

  it('takes host for the name and for either address', () => {
    expect(['web-1', '10.1.2.3', '2001:db8::/32'].map(host => covers({ host }))).toEqual([true, true, true]);
    expect(covers({ host: '10.9.9.9' })).toBe(false);
  });
});

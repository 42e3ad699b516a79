import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECORD_KINDS, type TrafficRecord } from '../../src/domain/record.ts';
import { type FixedContext, fixedObservationsOf } from '../../src/tokenize/fixed.ts';
import { localClock } from '../../src/tokenize/local-clock.ts';
import { arbitraryRecord } from './hostile.ts';
import { tokensByField } from './observed.ts';

const COUNTRIES: Readonly<Record<string, string>> = { '192.0.2.1': 'AT', '198.51.100.2': 'NL' };
const ASNS: Readonly<Record<string, number>> = { '192.0.2.1': 64_500 };
const context: FixedContext = {
  ...localClock('Europe/Vienna'),
  countryOf: ip => COUNTRIES[ip],
  asnOf: ip => ASNS[ip],
};
function check(record: TrafficRecord, expected: Record<string, string[]>): void {
  expect(tokensByField(fixedObservationsOf(record, context))).toEqual(expected);
}

describe('fixedObservationsOf', () => {
  it('tells the hour and weekday at the site', () => {
    // 2024-05-04T22:30Z is half past midnight on Sunday in Vienna.
    check(
      { kind: 'flow', atMs: Date.UTC(2024, 4, 4, 22, 30) },
      { 'event.hour': ['00'], 'event.weekday': ['sun'] },
    );
  });

  it('abstains from time where the record has none of its own', () => {
    check({ kind: 'flow' }, {});
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300, -1, 0])(
    'abstains from the time %d, which no clock shows',
    atMs => {
      check({ kind: 'flow', atMs }, {});
    },
  );

  it('never throws, whatever is in the record', () => {
    fc.assert(
      fc.property(fc.oneof(...RECORD_KINDS.map(arbitraryRecord)), record => {
        const fixed = fixedObservationsOf(record, {
          ...context,
          countryOf: () => 'at\u0000',
          asnOf: () => 1,
        });
        expect(fixed.filter(({ token }) => token === '' || token.includes('\u0000'))).toEqual([]);
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  it('places addresses, each as far as it is known', () => {
    check(
      { kind: 'flow', source: { ip: '192.0.2.1' }, destination: { ip: '198.51.100.2' } },
      {
        'source.geo.country_iso_code': ['AT'],
        'source.as.number': ['64500'],
        'destination.geo.country_iso_code': ['NL'],
        'destination.geo.country_iso_code|source.ip': ['NL given 192.0.2.1'],
      },
    );
    check({ kind: 'flow', source: { ip: '203.0.113.9' } }, {});
  });

  it('tells who goes to which country and autonomous system, whoever placed them', () => {
    check(
      {
        kind: 'flow',
        source: { ip: 'FE80::1%Eth0' },
        destination: { ip: '192.0.2.1', countryIsoCode: 'fr', asNumber: 64_999 },
      },
      {
        'destination.geo.country_iso_code|source.ip': ['FR given fe80::1%eth0'],
        'destination.as.number|source.ip': ['64999 given fe80::1%eth0'],
      },
    );
    check(
      { kind: 'flow', source: { ip: '10.0.0.7' }, destination: { countryIsoCode: 'x given y' } },
      { 'destination.geo.country_iso_code|source.ip': ['X GIVEN Y given 10.0.0.7'] },
    );
    check({ kind: 'flow', source: { port: 1 }, destination: { countryIsoCode: 'FR' } }, {});
    check({ kind: 'flow', source: { ip: '10.0.0.7' }, destination: { countryIsoCode: 'F'.repeat(60) } }, {});
  });

  it('places the first eight answers, each once', () => {
    const answersOf = (answers: string[]): TrafficRecord => ({
      kind: 'dns',
      dns: { question: { name: 'example.org' }, answers },
    });
    check(answersOf(['alias.example.org', '192.0.2.1', '198.51.100.2', '192.0.2.1']), {
      'dns.answers.geo.country_iso_code': ['AT', 'NL'],
      'dns.answers.as.number': ['64500'],
    });
    check(answersOf([...Array.from({ length: 8 }, () => '203.0.113.9'), '192.0.2.1']), {});
    check(answersOf([]), {});
    check({ kind: 'dns', dns: { question: {} } }, {});
  });

  it("leaves the sender's word alone", () => {
    check({ kind: 'flow', source: { ip: '192.0.2.1', countryIsoCode: 'XX', asNumber: 1 } }, {});
  });
});

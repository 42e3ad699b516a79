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
      },
    );
    check({ kind: 'flow', source: { ip: '203.0.113.9' } }, {});
  });

  it("leaves the sender's word alone", () => {
    check({ kind: 'flow', source: { ip: '192.0.2.1', countryIsoCode: 'XX', asNumber: 1 } }, {});
  });
});

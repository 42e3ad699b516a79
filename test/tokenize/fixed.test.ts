import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECORD_KINDS, type TrafficRecord } from '../../src/domain/record.ts';
import { FIXED_ROWS } from '../../src/tokenize/fields/fixed.ts';
import { type FixedContext, fixedObservationsOf } from '../../src/tokenize/fixed.ts';
import { localClock } from '../../src/tokenize/local-clock.ts';
import { ownSiteOf } from '../../src/tokenize/own-site.ts';
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
  it('tells the hour at the site', () => {
    // 2024-05-04T22:30Z is half past midnight in Vienna.
    check(
      { kind: 'flow', atMs: Date.UTC(2024, 4, 4, 22, 30) },
      { 'event.hour': ['00'], 'event.working_time': ['off'] },
    );
  });

  it.each([
    ['2024-05-06T05:00:00Z', 'working'],
    ['2024-05-06T04:59:59Z', 'off'],
    ['2024-05-10T15:59:59Z', 'working'],
    ['2024-05-10T16:00:00Z', 'off'],
    ['2024-05-11T10:00:00Z', 'off'],
    ['2024-05-12T10:00:00Z', 'off'],
    ['2024-05-12T22:30:00Z', 'off'],
    ['2024-12-09T06:00:00Z', 'working'],
    ['2024-12-09T05:59:59Z', 'off'],
  ])('tells of %s that Vienna is %s', (time, expected) => {
    const fixed = tokensByField(fixedObservationsOf({ kind: 'flow', atMs: Date.parse(time) }, context));
    expect(fixed['event.working_time']).toEqual([expected]);
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

describe('rows that are measured and left out', () => {
  const ROWS = FIXED_ROWS.filter(({ onByDefault }) => onByDefault === false);
  const visited = ownSiteOf(['example.com'], []);
  function checkLeftOut(record: TrafficRecord, expected: Record<string, string[]>): void {
    expect(tokensByField(fixedObservationsOf(record, { ...context, visited }, ROWS))).toEqual(expected);
    const fields = fixedObservationsOf(record, { ...context, visited }).map(({ field }) => field);
    expect(fields.filter(field => Object.hasOwn(expected, field))).toEqual([]);
  }

  it('tell who goes to which country and autonomous system, whoever placed them', () => {
    checkLeftOut(
      { kind: 'flow', source: { ip: '198.51.100.2' }, destination: { ip: '192.0.2.1' } },
      {
        'destination.geo.country_iso_code|source.ip': ['AT given 198.51.100.2'],
        'destination.as.number|source.ip': ['64500 given 198.51.100.2'],
      },
    );
    checkLeftOut(
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
    checkLeftOut(
      { kind: 'flow', source: { ip: '10.0.0.7' }, destination: { countryIsoCode: 'x given y' } },
      { 'destination.geo.country_iso_code|source.ip': ['X GIVEN Y given 10.0.0.7'] },
    );
    checkLeftOut({ kind: 'flow', source: { port: 1 }, destination: { countryIsoCode: 'FR' } }, {});
    checkLeftOut(
      { kind: 'flow', source: { ip: '10.0.0.7' }, destination: { countryIsoCode: 'F'.repeat(60) } },
      {},
    );
  });

  it('tell the weekday, the hour of a host and of a user, and from where a user comes', () => {
    const atMs = Date.UTC(2024, 4, 4, 22, 30);
    checkLeftOut(
      { kind: 'log', message: 'in', atMs, source: { ip: 'FE80::A' }, userName: 'Alice' },
      {
        'event.weekday': ['sun'],
        'event.hour|source.ip': ['00 given fe80::a'],
        'event.hour|user.name': ['00 given Alice'],
      },
    );
    checkLeftOut(
      { kind: 'log', message: 'in', source: { ip: '192.0.2.1' }, userName: 'alice' },
      { 'source.geo.country_iso_code|user.name': ['AT given alice'] },
    );
    checkLeftOut(
      { kind: 'log', message: 'in', source: { countryIsoCode: 'nl' }, userName: 'x given y' },
      { 'source.geo.country_iso_code|user.name': ['NL given x given y'] },
    );
    checkLeftOut({ kind: 'log', message: 'in', atMs, userName: '' }, { 'event.weekday': ['sun'] });
    checkLeftOut({ kind: 'log', message: 'in', source: { countryIsoCode: 'nl' } }, {});
  });

  it('tell names that imitate one of the most visited, and not those', () => {
    const asking = (name: string): TrafficRecord => ({ kind: 'dns', dns: { question: { name } } });
    checkLeftOut(asking('www.examp1e.com.'), { 'dns.question.looks_like_visited': ['visited confusable'] });
    checkLeftOut(asking('example.de'), { 'dns.question.looks_like_visited': ['visited suffix'] });
    checkLeftOut(asking('www.example.com'), {});
    checkLeftOut(asking(''), {});
  });
});

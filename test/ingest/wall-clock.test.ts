/** Times without an offset, in the orders that tools write them, and the year of those that have none. */
import { describe, expect, test } from 'vitest';
import { FieldCheck } from '../../src/ingest/field-check.ts';
import {
  dayFirstWallMsOf,
  monthFirstTimeOf,
  namedMonthWallMsOf,
  yearFirstWallMsOf,
} from '../../src/ingest/wall-clock.ts';

const utc = (text: string) => Date.parse(`${text}Z`);

test.each([
  ['2026/11/21 21:10:32.958425', utc('2026-11-21T21:10:32') + 958.425],
  ['2026/11/21 21:10:32', utc('2026-11-21T21:10:32')],
  ['2026/02/29 21:10:32', Number.NaN],
  ['2026/11/21 24:10:32', Number.NaN],
  ['2026/11/21 21:10:32.', Number.NaN],
  ['2026/11/21 21:10:32Z', Number.NaN],
  ['2026/11/21', Number.NaN],
  ['', Number.NaN],
  [`2026/11/21 21:10:32.${'9'.repeat(100)}`, Number.NaN],
])('the year first: %s', (text, wallMs) => expect(yearFirstWallMsOf(text)).toBe(wallMs));

test.each([
  ['26/04/201711:11:17', utc('2017-04-26T11:11:17')],
  ['26/04/2017 11:11:17', utc('2017-04-26T11:11:17')],
  ['7/7/2017 3:30', utc('2017-07-07T03:30:00')],
  ['20/07/2017 03:05:54 PM', utc('2017-07-20T15:05:54')],
  ['20/07/2017 12:05:54 am', utc('2017-07-20T00:05:54')],
  ['20/07/2017 12:05:54 PM', utc('2017-07-20T12:05:54')],
  ['20/07/2017 13:05:54 PM', Number.NaN],
  ['04/26/2017 11:11:17', Number.NaN],
  ['2017-04-26 11:11:17', Number.NaN],
  ['', Number.NaN],
])('the day first: %s', (text, wallMs) => expect(dayFirstWallMsOf(text)).toBe(wallMs));

test.each([
  ['21-Nov-2026 21:16:23.123', utc('2026-11-21T21:16:23') + 123],
  ['21-nov-2026 21:16:23', utc('2026-11-21T21:16:23')],
  ['21-Nox-2026 21:16:23', Number.NaN],
  ['1-Nov-2026 21:16:23', Number.NaN],
])('the month named: %s', (text, wallMs) => expect(namedMonthWallMsOf(text)).toBe(wallMs));

describe('the month first', () => {
  test.each([
    ['Nov 21 21:10:31 web1', 15, utc('2026-11-21T21:10:31')],
    ['Nov  1 21:10:31 web1', 15, utc('2026-11-01T21:10:31')],
    ['Nov 1 21:10:31', 14, utc('2026-11-01T21:10:31')],
    ['Nov 21 21:10:31.5 web1', 17, utc('2026-11-21T21:10:31') + 500],
    ['Nov 21 2019 21:10:31: %ASA', 20, utc('2019-11-21T21:10:31')],
    ['Nov 21 21:10:31 2019 web1', 20, utc('2019-11-21T21:10:31')],
    ['Nov 21 21:10:31 1234567 x', 15, utc('2026-11-21T21:10:31')],
  ])('%s', (text, end, wallMs) => {
    const time = monthFirstTimeOf(text);
    expect(time?.end).toBe(end);
    expect(time?.wallMsIn(2026)).toBe(wallMs);
  });

  test.each([
    '',
    'Nov',
    'Nov 21',
    'Nov 21 21:10',
    'Now 21 21:10:31',
    'Nov x1 21:10:31',
    'November 21 21:10:31',
  ])('%j is none', text => expect(monthFirstTimeOf(text)).toBeNull());
});

describe('a time without a year', () => {
  const receivedAtMs = utc('2026-01-02T00:00:00');
  const atMsOf = (text: string, utcOf?: (wallMs: number) => number) =>
    new FieldCheck(receivedAtMs, utcOf).yearlessTime(
      year => monthFirstTimeOf(text)?.wallMsIn(year) ?? Number.NaN,
      'time',
    );

  test.each([
    ['Jan  1 10:00:00', '2026-01-01T10:00:00'],
    ['Dec 31 10:00:00', '2025-12-31T10:00:00'],
    // A clock that is ahead by less than a day, and one that cannot be.
    ['Jan  2 23:59:59', '2026-01-02T23:59:59'],
    ['Jan  4 00:00:00', '2025-01-04T00:00:00'],
    ['Feb 29 00:00:00', '2024-02-29T00:00:00'],
  ])('is the last such time before receipt: %s', (text, expected) => {
    expect(atMsOf(text)).toBe(utc(expected));
  });

  test('is read in the zone of the site', () => {
    const west = (wallMs: number) => wallMs + 8 * 3_600_000;
    expect(atMsOf('Jan  1 10:00:00', west)).toBe(utc('2026-01-01T18:00:00'));
    expect(atMsOf('Dec 31 20:00:00', west)).toBe(utc('2026-01-01T04:00:00'));
  });

  test('is none where no year has that day', () => {
    const check = new FieldCheck(receivedAtMs);
    expect(check.yearlessTime(() => Number.NaN, 'time')).toBeUndefined();
    expect(check.problem?.code).toBe('invalid-time');
  });
});

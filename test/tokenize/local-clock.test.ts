import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localClock } from '../../src/tokenize/local-clock.ts';

function check(timeZone: string, at: string, hour: number, weekday: number): void {
  const clock = localClock(timeZone);
  expect([clock.localHourOf(Date.parse(at)), clock.localWeekdayOf(Date.parse(at))]).toEqual([hour, weekday]);
}

describe('localClock', () => {
  it.each([
    ['UTC', '2024-01-01T00:00:00Z', 0, 1],
    ['UTC', '2024-01-07T23:59:59.999Z', 23, 7],
    ['America/New_York', '2024-01-01T02:00:00Z', 21, 7],
    ['Asia/Kolkata', '2024-01-01T18:29:59Z', 23, 1],
    ['Asia/Kolkata', '2024-01-01T18:30:00Z', 0, 2],
    ['Pacific/Kiritimati', '2024-01-01T11:00:00Z', 1, 2],
    ['Europe/Vienna', '2024-03-31T00:59:59Z', 1, 7],
    ['Europe/Vienna', '2024-03-31T01:00:00Z', 3, 7],
    ['Europe/Vienna', '2024-10-27T00:30:00Z', 2, 7],
    ['Europe/Vienna', '2024-10-27T01:30:00Z', 2, 7],
    ['UTC', '1969-12-31T23:00:00Z', 23, 3],
  ])('in %s, %s is hour %d of day %d', check);

  it('in UTC is the clock of UTC', () => {
    const clock = localClock('UTC');
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }), date => {
        expect(clock.localHourOf(date.getTime())).toBe(date.getUTCHours());
        expect(clock.localWeekdayOf(date.getTime()) % 7).toBe(date.getUTCDay());
      }),
    );
  });

  it.each([
    ['UTC', '2024-03-31T02:30:00Z', '2024-03-31T02:30:00Z'],
    ['Europe/Vienna', '2024-01-15T12:00:00Z', '2024-01-15T11:00:00Z'],
    ['Europe/Vienna', '2024-07-15T00:15:00Z', '2024-07-14T22:15:00Z'],
    ['Europe/Vienna', '2024-03-31T01:59:59Z', '2024-03-31T00:59:59Z'],
    ['Europe/Vienna', '2024-03-31T03:00:00Z', '2024-03-31T01:00:00Z'],
    ['Europe/Vienna', '2024-10-27T01:59:59Z', '2024-10-26T23:59:59Z'],
    ['Europe/Vienna', '2024-10-27T03:00:00Z', '2024-10-27T02:00:00Z'],
    // An hour that is left out, and one that is shown twice.
    ['Europe/Vienna', '2024-03-31T02:30:00Z', '2024-03-31T01:30:00Z'],
    ['Europe/Vienna', '2024-10-27T02:30:00Z', '2024-10-27T01:30:00Z'],
    ['America/New_York', '2024-03-10T03:30:00Z', '2024-03-10T07:30:00Z'],
    ['Asia/Kolkata', '2024-01-01T00:00:00Z', '2023-12-31T18:30:00Z'],
  ])('in %s, what the clock shows as %s is %s', (zone, shown, at) => {
    expect(new Date(localClock(zone).utcOf(Date.parse(shown))).toISOString()).toBe(
      new Date(at).toISOString(),
    );
  });

  it('refuses a zone that does not exist', () => {
    expect(() => localClock('Europe/Atlantis')).toThrow(RangeError);
  });
});

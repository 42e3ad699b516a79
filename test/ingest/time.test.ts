/** Instants: every spelling of one moment is the same number, and what is no instant is NaN. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apacheInstantOf, durationMsOf, instantOf, rfc3339Of } from '../../src/ingest/time.ts';

describe('instantOf', () => {
  test.each([
    ['2021-06-06T15:59:46.457984+0200', 1622987986457.984],
    ['2021-06-06T15:59:46.457984+02:00', 1622987986457.984],
    ['2021-06-06T13:59:46.457984Z', 1622987986457.984],
    ['2021-06-06 13:59:46.457984z', 1622987986457.984],
    ['2021-06-06T13:59:46.457984123-00', 1622987986457.984],
    ['2021-06-06T13:59:46.4579835Z', 1622987986457.984],
    ['1622987986.457984', 1622987986457.984],
    [1622987986.457984, 1622987986457.984],
    ['1622987986457.984', 1622987986457.984],
    [1622987986457.984, 1622987986457.984],
    ['1622987986', 1622987986000],
    ['1622987986457', 1622987986457],
    ['2024-02-29T23:59:60Z', Date.UTC(2024, 2, 1)],
    ['2000-02-29T00:00:00Z', 951782400000],
    ['1999-12-31T23:30:00-01:00', Date.UTC(2000, 0, 1, 0, 30)],
    [0, 0],
  ])('%s', (value, atMs) => {
    expect(instantOf(value)).toBe(atMs);
  });

  test.each([
    '',
    'now',
    '2021-06-06',
    '2021-06-06T15:59:46',
    '2021-06-06T15:59Z',
    '2021-6-06T15:59:46Z',
    '2021-13-01T00:00:00Z',
    '2021-00-01T00:00:00Z',
    '2021-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2021-06-06T24:00:00Z',
    '2021-06-06T15:60:46Z',
    '2021-06-06T15:59:46.Z',
    '2021-06-06T15:59:46.1xZ',
    '2021-06-06T15:59:46Zx',
    '2021-06-06T15:59:46+2',
    '2021-06-06T15:59:46+24:00',
    '2021-06-06T15:59:46+02:60',
    '2021-06-06T15:59:46+02:0',
    '12.',
    '.5',
    '1.5.5',
    '1e9',
    '-1',
    '+1',
    ' 1',
    '0x10',
    '9'.repeat(16),
    `2021-06-06T15:59:46.${'1'.repeat(99)}Z`,
    '1.x',
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])('%j is none', value => {
    const atMs = instantOf(value);
    expect(Number.isFinite(atMs)).toBe(false);
  });

  test('agrees with Date for every millisecond, and survives being written', () => {
    const micros = fc.integer({ min: 315_532_800_000_000, max: 4_102_444_800_000_000 });
    fc.assert(
      fc.property(micros, whole => {
        const atMs = whole / 1e3;
        expect(instantOf(rfc3339Of(atMs))).toBe(atMs);
        expect(instantOf(atMs)).toBe(atMs);
        expect(instantOf(String(whole / 1e6))).toBe(atMs);
        const wholeMs = Math.floor(atMs);
        expect(instantOf(new Date(wholeMs).toISOString())).toBe(wholeMs);
      }),
    );
  });

  test('never throws, whatever the text', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[0-9T:.Z+-]{0,40}$/),
      fc.stringMatching(/^\d{4}-.{0,40}$/),
    );
    fc.assert(fc.property(texts, text => typeof instantOf(text) === 'number'));
  });
});

describe('apacheInstantOf', () => {
  test.each([
    ['21/Nov/2026:21:16:23 +0000', Date.UTC(2026, 10, 21, 21, 16, 23)],
    ['01/Jan/2000:00:00:00 +0530', Date.UTC(1999, 11, 31, 18, 30)],
    ['10/Oct/2000:13:55:36 -0700', Date.UTC(2000, 9, 10, 20, 55, 36)],
  ])('%s', (text, atMs) => {
    expect(apacheInstantOf(text, 0)).toBe(atMs);
    expect(apacheInstantOf(`[${text}]`, 1)).toBe(atMs);
  });

  test.each([
    '',
    '21/nov/2026:21:16:23 +0000',
    '31/Nov/2026:21:16:23 +0000',
    '21/Nov/2026:24:16:23 +0000',
    '21/Nov/2026 21:16:23 +0000',
    '21/Nov/2026:21:16:23 UTC  ',
    '1/Nov/2026:21:16:23 +0000 ',
  ])('%j is none', text => {
    expect(apacheInstantOf(text, 0)).toBeNaN();
  });

  test('agrees with Date for every second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 315_532_800, max: 4_102_444_800 }), second => {
        const [, , day, month, year, time] =
          /^(\w+), (\d\d) (\w+) (\d+) (\S+)/.exec(new Date(second * 1e3).toUTCString()) ?? [];
        expect(apacheInstantOf(`${day}/${month}/${year}:${time} +0000`, 0)).toBe(second * 1e3);
      }),
    );
  });
});

test('durations are whole microseconds, so that both ways in which Zeek writes one agree', () => {
  expect(durationMsOf(0.0008699893951416016)).toBe(0.87);
  expect(durationMsOf(0.00087)).toBe(0.87);
});

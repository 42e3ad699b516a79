import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EPISODE_MS,
  EPISODE_PARTS,
  parseRecordId,
  recordIdOf,
  SLICE_MS,
  sliceOf,
} from '../../src/domain/identity.ts';
import type { LogRecord } from '../../src/domain/record.ts';
import {
  episodeOf,
  givenIdentityOf,
  lineDigestOf,
  lineIdentityOf,
  subjectOf,
} from '../../src/services/identity-of.ts';
import { Occurrences } from '../../src/services/occurrences.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const log = (more: Partial<LogRecord>): LogRecord => ({ kind: 'log', message: 'm', ...more });

describe('the identity of a line', () => {
  it('is 128 bits of its SHA-256', () => {
    // printf abc | sha256sum
    expect(lineDigestOf(bytes('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223');
  });

  it('differs for each of equal lines, and repeats with the request', () => {
    const identities = () => {
      const occurrences = new Occurrences();
      const digest = lineDigestOf(bytes('abc'));
      return [0, 1, 2].map(() => lineIdentityOf(digest, occurrences.next(digest)));
    };
    expect(new Set(identities()).size).toBe(3);
    expect(identities()).toEqual(identities());
    expect(identities()[0]).toBe(lineDigestOf(bytes('abc')));
  });
});

describe('the identity that a sender gives', () => {
  it('holds within sensor and dataset', () => {
    const of = (sensor: string | undefined, dataset: string | undefined, eventId: string) =>
      givenIdentityOf(log({ eventId, dataset, sensor: { id: sensor } }));
    expect(of('a', 'd', '1')).toBe(of('a', 'd', '1'));
    expect(
      new Set([of('a', 'd', '1'), of('b', 'd', '1'), of('a', 'e', '1'), of(undefined, 'd', '1')]).size,
    ).toBe(4);
    expect(givenIdentityOf(log({}))).toBeNull();
  });

  it('cannot be forged by moving text from one part to the next', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (a, b, c, d) => {
        const one = givenIdentityOf(log({ eventId: b, dataset: a }));
        const two = givenIdentityOf(log({ eventId: d, dataset: c }));
        return (one === two) === (a === c && b === d);
      }),
    );
  });
});

describe('slices and ids', () => {
  it('are UTC hours, or one of 64 by hash', () => {
    expect(sliceOf(1_713_485_049_785, '0'.repeat(32))).toBe(475_968);
    expect(sliceOf(undefined, `${'0'.repeat(30)}ff`)).toBe(-64);
    expect(sliceOf(undefined, `${'0'.repeat(30)}40`)).toBe(-1);
  });

  it('go through the public id and back', () => {
    const hex = fc.stringMatching(/^[0-9a-f]{32}$/);
    fc.assert(
      fc.property(fc.integer({ min: -64, max: 9_999_999 }), hex, (slice, identity) => {
        expect(parseRecordId(recordIdOf({ slice, identity }))).toEqual({ slice, identity });
      }),
    );
    for (const text of [
      '',
      '1',
      '1.x',
      `u99.${'0'.repeat(31)}`,
      `-1.${'0'.repeat(32)}`,
      `1.${'0'.repeat(33)}`,
    ]) {
      expect(parseRecordId(text), text).toBeNull();
    }
  });
});

describe('an episode', () => {
  const identity = 'f'.repeat(32);
  it('is one source in five minutes of the clock', () => {
    const at = (atMs: number | undefined, ip: string | undefined, id = identity) =>
      episodeOf(log({ atMs, source: { ip } }), id);
    expect(at(0, '10.0.0.1')).toBe(at(EPISODE_MS - 1, '10.0.0.1', '0'.repeat(32)));
    expect(at(0, '10.0.0.1')).not.toBe(at(EPISODE_MS, '10.0.0.1'));
    expect(at(0, '10.0.0.1')).not.toBe(at(0, '10.0.0.2'));
    expect(at(undefined, '10.0.0.1')).toBe(identity.slice(0, 16));
    expect(at(0, undefined)).toBe(identity.slice(0, 16));
  });

  it('is one however often the same is said, and at most 32 whatever is said', () => {
    const at = (message: string, id: string) =>
      episodeOf(log({ atMs: 0, source: { ip: '10.0.0.1' }, message }), id);
    const beacons = Array.from({ length: 1_000 }, (_, n) => at('beacon', n.toString(16).padStart(32, '0')));
    expect(new Set(beacons).size).toBe(1);
    const flood = Array.from({ length: 1_000 }, (_, n) => at(`beacon ${n}`, identity));
    expect(new Set(flood).size).toBe(EPISODE_PARTS);
  });

  it('goes by what a record is about', () => {
    expect(subjectOf({ kind: 'dns', dns: { question: { name: 'Printer' } } })).toBe('printer');
    expect(subjectOf({ kind: 'dns', dns: { question: { name: 'WWW.Example.org', type: 'A' } } })).toBe(
      'example.org',
    );
    expect(
      subjectOf({
        kind: 'http',
        http: { method: 'GET' },
        url: { domain: 'shop.example', path: '/item', query: 'id=1' },
        userAgent: 'curl/8',
      }),
    ).toBe('shop.example /item?id=1');
    expect(
      subjectOf({
        kind: 'flow',
        source: { ip: '10.0.0.1', port: 50_000 },
        destination: { ip: '10.0.0.2', port: 53 },
      }),
    ).toBe('10.0.0.2 53');
    expect(subjectOf(log({ message: 'Failed password' }))).toBe('Failed password');
  });

  it('falls back from source to host to sensor', () => {
    const of = (more: Partial<LogRecord>) => episodeOf(log({ atMs: 0, ...more }), identity);
    expect(of({ hostName: 'h', sensor: { id: 's' } })).toBe(of({ hostName: 'h' }));
    expect(of({ sensor: { id: 's' } })).not.toBe(of({ hostName: 'h' }));
  });

  it('divides the hour, so that a slice holds whole ones', () => {
    expect(SLICE_MS % EPISODE_MS).toBe(0);
  });
});

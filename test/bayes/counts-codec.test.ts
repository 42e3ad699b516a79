/** Counts as bytes: there and back, one form only, and a clear error for anything else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter, CorruptBytesError } from '../../src/bayes/byte-codec.ts';
import { Counts } from '../../src/bayes/counts.ts';
import { addEncoded, decodeCounts, encodeCounts } from '../../src/bayes/counts-codec.ts';
import { ngramsOf } from '../../src/bayes/ngrams.ts';
import { countsArbitrary } from './arbitraries.ts';

describe('integers', () => {
  it.each([
    [0, [0]],
    [127, [127]],
    [128, [0x80, 0x01]],
    [300, [0xac, 0x02]],
    [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('%d is written as %j', (value, bytes) => {
    const writer = new ByteWriter();
    writer.unsigned(value);
    expect([...writer.toBytes()]).toEqual(bytes);
    expect(new ByteReader(Uint8Array.from(bytes)).unsigned()).toBe(value);
  });

  it('go there and back, signed or not', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), values => {
        const writer = new ByteWriter();
        for (const value of values) {
          writer.signed(value);
          writer.unsigned(value >>> 0);
        }
        const reader = new ByteReader(writer.toBytes());
        for (const value of values) {
          expect(reader.signed()).toBe(value);
          expect(reader.unsigned()).toBe(value >>> 0);
        }
        reader.end();
      }),
    );
  });

  it.each([
    [[0x80]],
    [[0x80, 0x00]],
    [[0xff, 0xff, 0xff, 0xff, 0x10]],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    [[]],
  ])('refuses %j', bytes => {
    expect(() => new ByteReader(Uint8Array.from(bytes)).unsigned()).toThrow(CorruptBytesError);
  });
});

describe('encoded counts', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(countsArbitrary, counts => {
        const bytes = encodeCounts(counts);
        const back = decodeCounts(bytes);
        expect([...back.entries()]).toEqual([...counts.entries()]);
        expect(encodeCounts(back)).toEqual(bytes);
      }),
    );
  });

  it('are a byte that says the version and two zeros where there is nothing', () => {
    expect([...encodeCounts(new Counts())]).toEqual([1, 0, 0]);
  });

  it('are laid out as documented', () => {
    const counts = new Counts();
    counts.bump(2, 'a', 'xy', { goodRecords: 3, goodEpisodes: 3 });
    counts.bump(2, 'a', 'xz', { badEpisodes: -8 });
    expect([...encodeCounts(counts)]).toEqual([
      ...[1, 1, 1, 97], // version; one field, one unit long, "a"
      ...[1, 3, 0, 1], // one block; day 2 is 3 after -1; field 0; two rows
      ...[0, 2, 120, 121, 0x33], // shares none, two units "xy"; counts 0 and 1 are 3
      ...[1, 1, 122, 0x08, 15], // shares "x", one unit "z"; count 3 is zigzag 15 = -8
    ]);
  });

  it('add to what is there', () => {
    fc.assert(
      fc.property(countsArbitrary, countsArbitrary, (a, b) => {
        const expected = new Counts();
        expected.add(a);
        expected.add(b);
        addEncoded(a, encodeCounts(b));
        expect(a.equals(expected)).toBe(true);
      }),
    );
  });

  it('take at most six bytes an n-gram, here under four and a half', () => {
    const counts = new Counts();
    let names = 0;
    for (let n = 0; n < 3_000; n++) {
      const name = `${(n * 7919).toString(36)}.example-${n % 37}.net`;
      names++;
      for (const key of ngramsOf(name))
        counts.bump(19_000, 'dns.question.name', key, { goodRecords: 1, goodEpisodes: n % 3 === 0 ? 1 : 0 });
    }
    const rows = [...counts.entries()].length;
    expect(names).toBe(3_000);
    expect(encodeCounts(counts).length / rows).toBeLessThan(4.5);
  });

  it('are refused when damaged, or are what their counts are written as', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(countsArbitrary, damage, fc.nat(), (counts, damage, cut) => {
        const bytes = encodeCounts(counts);
        for (const [at, byte] of damage) bytes[at % bytes.length] = byte;
        const read = cut % 4 === 0 ? bytes.slice(0, cut % (bytes.length + 1)) : bytes;
        let decoded: Counts;
        try {
          decoded = decodeCounts(read);
        } catch (error) {
          expect(error).toBeInstanceOf(CorruptBytesError);
          return;
        }
        expect(encodeCounts(decoded)).toEqual(read);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are refused for any bytes at all without reading past them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
        bytes[0] = 1;
        try {
          expect(encodeCounts(decodeCounts(bytes))).toEqual(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CorruptBytesError);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['another version', [2, 0, 0]],
    ['nothing', []],
    ['bytes too many', [1, 0, 0, 0]],
    ['a field without a block', [1, 1, 1, 97, 0]],
    ['a field that is not there', [1, 1, 1, 97, 1, 0, 1, 0, 0, 0, 0x11]],
    ['a row of nothing', [1, 1, 1, 97, 1, 0, 0, 0, 0, 0, 0]],
    ['the long form of equal counts', [1, 1, 1, 97, 1, 0, 0, 0, 0, 0, 1, 2]],
    ['an unknown form', [1, 1, 1, 97, 1, 0, 0, 0, 0, 0, 0xf1]],
    ['tokens out of order', [1, 1, 1, 97, 1, 0, 0, 1, 0, 1, 98, 0x11, 0, 1, 97, 0x11]],
    ['more rows than bytes', [1, 1, 1, 97, 1, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeCounts(Uint8Array.from(bytes))).toThrow(CorruptBytesError);
  });

  it('refuses keys that no string has', () => {
    const message = [7, ...[...'message'].map(unit => unit.charCodeAt(0))];
    expect(() => decodeCounts(Uint8Array.from([1, 1, ...message, 1, 0, 0, 0, 2, 0x11]))).toThrow(
      /not the key/,
    );
    expect(
      decodeCounts(Uint8Array.from([1, 1, ...message, 1, 0, 0, 0, 64, 0x11])).countsOf(-1, 'message', 'a')
        .goodRecords,
    ).toBe(1);
  });
});

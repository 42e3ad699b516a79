/** Texts, references, manifests, originals and cursors: what goes in comes out, in the bytes promised. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentHolds } from '../../src/store/content-search.ts';
import { cursorOf, placeOf } from '../../src/store/cursor.ts';
import { decodeManifestRows, encodeManifestRows } from '../../src/store/manifest-codec.ts';
import { packOriginal, unpackOriginal } from '../../src/store/original-codec.ts';
import { decodeRefs, encodeRefs } from '../../src/store/refs-codec.ts';
import { sqlTextOf, textOf } from '../../src/store/sqlite/text-codec.ts';

const hex = (digits: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits })
    .map(d => d.join(''));
const ref = fc.record({ slice: fc.integer({ min: -64, max: 9_999_999 }), identity: hex(32) });
const anyText = fc
  .string({ unit: 'binary' })
  .chain(text => fc.constantFrom(text, `"${text}`, `${text}\0`, `${text}\ud800`));

describe('text', () => {
  test('any text comes back, and what is written holds neither NUL nor a lone surrogate', () => {
    fc.assert(
      fc.property(anyText, text => {
        const written = sqlTextOf(text);
        expect(textOf(written)).toBe(text);
        expect(written).not.toMatch(/\0|\p{Surrogate}/u);
      }),
    );
  });

  test('ordinary text is written as it is', () => {
    expect(sqlTextOf('a.example ü 😀')).toBe('a.example ü 😀');
    expect(sqlTextOf('a\0')).toBe('"a\\u0000"');
  });
});

describe('references', () => {
  test('come back in order, 20 bytes each', () => {
    fc.assert(
      fc.property(fc.array(ref), refs => {
        const bytes = encodeRefs(refs);
        expect(bytes.length).toBe(20 * refs.length);
        expect(decodeRefs(bytes)).toEqual(refs);
      }),
    );
  });

  test('an identity of another length, a slice out of range, or bytes cut short are defects', () => {
    expect(() => encodeRefs([{ slice: 1, identity: 'abc' }])).toThrow(/32 hex digits/);
    expect(() => encodeRefs([{ slice: 1, identity: 'z'.repeat(32) }])).toThrow(/32 hex digits/);
    expect(() => encodeRefs([{ slice: 2 ** 31, identity: '0'.repeat(32) }])).toThrow(/out of range/);
    expect(() => decodeRefs(new Uint8Array(19))).toThrow(/cut short/);
  });

  test('are written little-endian, slice first', () => {
    const [slice, first] = [encodeRefs([{ slice: -2, identity: `0a${'0'.repeat(30)}` }]), 10];
    expect([...slice.subarray(0, 5)]).toEqual([254, 255, 255, 255, first]);
  });
});

describe('manifest rows', () => {
  const row = fc.record({
    identity: hex(32),
    episode: hex(16),
    class: fc.constantFrom('bad' as const, 'good' as const, 'none' as const),
    decidedBy: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  });

  test('come back in order, 29 bytes each', () => {
    fc.assert(
      fc.property(fc.array(row), rows => {
        const bytes = encodeManifestRows(rows);
        expect(bytes.length).toBe(29 * rows.length);
        expect(decodeManifestRows(bytes)).toEqual(rows);
      }),
    );
  });

  test('of no known class, cut short or out of range are defects', () => {
    const bytes = encodeManifestRows([
      { identity: '0'.repeat(32), episode: '0'.repeat(16), class: 'bad', decidedBy: 1 },
    ]);
    expect(() => decodeManifestRows(bytes.subarray(1))).toThrow(/cut short/);
    bytes[24] = 3;
    expect(() => decodeManifestRows(bytes)).toThrow(/no known class/);
    const wrong = { identity: '0', episode: '0'.repeat(16), class: 'bad', decidedBy: 1 } as const;
    expect(() => encodeManifestRows([wrong])).toThrow(/identity 32 hex digits/);
  });
});

describe('the line as it came', () => {
  test('a short line is kept as it is', () => {
    const line = Buffer.from('a'.repeat(1_023));
    expect(packOriginal(line)).toEqual({ bytes: line, deflated: false });
  });

  test('a long line is deflated where that helps', () => {
    const line = Buffer.from('GET /index.html '.repeat(1_000));
    const packed = packOriginal(line);
    expect(packed.deflated).toBe(true);
    expect(packed.bytes.length).toBeLessThan(line.length / 50);
    expect(Buffer.from(unpackOriginal(packed))).toEqual(line);
  });

  test('a long line that does not shrink is kept as it is', () => {
    let state = 1;
    const noise = Uint8Array.from({ length: 2_000 }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return state >> 8;
    });
    expect(packOriginal(noise)).toEqual({ bytes: noise, deflated: false });
  });
});

describe('a cursor', () => {
  test('leads back to its place', () => {
    const place = { value: 0.25, slice: -3, identity: 'ab'.repeat(16) };
    expect(placeOf('score', cursorOf('score', place))).toEqual(place);
    expect(placeOf('time', cursorOf('time', { ...place, value: null }))).toEqual({ ...place, value: null });
  });

  test('of any other text is refused, never an accident', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json().map(j => Buffer.from(j).toString('base64url')),
        ),
        text => {
          expect(() => placeOf('time', text)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
        },
      ),
    );
  });
});

describe('contentHolds', () => {
  const content = JSON.stringify({
    kind: 'dns',
    at: 17.5,
    a: ['X\n"Y"', { b: 'Straße É' }],
    n: null,
    t: true,
  });
  const check = (needle: string, expected: boolean) => expect(contentHolds(content, needle)).toBe(expected);

  test('finds values at any depth, whatever their case', () => {
    check('dns', true);
    check('x\n"y"', true);
    check('straße é', true);
    check('17.5', true);
  });

  test('finds neither names of fields nor what JSON puts between values', () => {
    check('kind', false);
    check('at', false);
    check('","', false);
    check('null', false);
  });
});

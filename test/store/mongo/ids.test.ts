/** Ids sort as what they name does, and no text of anybody's makes one id another. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  identityIn,
  idOf,
  idsWithin,
  numberText,
  partOf,
  recordId,
  siteIn,
  sliceText,
} from '../../../src/store/mongo/ids.ts';
import { bsonTextOf, textOf } from '../../../src/store/mongo/text-codec.ts';

const slice = fc.integer({ min: -10_000_000, max: 9_999_999 });
const number = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const anyText = fc
  .string({ unit: 'binary' })
  .chain(text => fc.constantFrom(text, `"${text}`, `${text}/`, `%2F${text}`, `${text}\ud800`));

describe('an id', () => {
  it('sorts as the numbers in it do', () => {
    fc.assert(
      fc.property(slice, slice, (a, b) => {
        expect(sliceText(a) < sliceText(b)).toBe(a < b);
      }),
    );
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(numberText(a) < numberText(b)).toBe(a < b);
      }),
    );
  });

  it('tells its site and identity, and is in the range of what it begins with, and of nothing else', () => {
    const identity = '0123456789abcdef'.repeat(2);
    fc.assert(
      fc.property(slice, slice, (here, there) => {
        const id = recordId('a-site', { slice: here, identity });
        expect([siteIn(id), identityIn(id)]).toEqual(['a-site', identity]);
        const { $gt, $lt } = idsWithin(idOf('a-site', sliceText(there)));
        expect(id > $gt && id < $lt).toBe(here === there);
      }),
    );
    const ofSite = idsWithin('a');
    for (const other of ['a-b', 'a0', 'aa', 'A', 'a.'])
      expect(idOf(other, 'x') > ofSite.$gt && idOf(other, 'x') < ofSite.$lt).toBe(false);
  });

  it('is made of no number that would not sort, and of no site with a slash', () => {
    for (const wrong of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])
      expect(() => numberText(wrong)).toThrow();
    for (const wrong of [-(2 ** 31) - 1, 2 ** 33, 0.5]) expect(() => sliceText(wrong)).toThrow();
    expect(() => idOf('a/b', 'c')).toThrow(/slash/);
  });
});

describe("somebody's text", () => {
  it('comes back, and what is written is whole in UTF-8', () => {
    fc.assert(
      fc.property(anyText, text => {
        const written = bsonTextOf(text);
        expect(textOf(written)).toBe(text);
        expect(Buffer.from(written).toString()).toBe(written);
      }),
    );
  });

  it('is one part of an id, and no other text is the same one', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(partOf(a)).not.toContain('/');
        expect(partOf(a) === partOf(b)).toBe(a === b);
      }),
    );
  });
});

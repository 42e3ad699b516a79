import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutRepeats } from '../../src/tokenize/repeats.ts';

const SEGMENTS = fc.array(fc.stringMatching(/^[a-cA-C]{0,3}$/), { minLength: 1, maxLength: 40 });

describe('a text without repeats', () => {
  test.each([
    ['www.example.org', '.', 'www.example.org'],
    ['www.www.www.example.org', '.', 'www.example.org'],
    ['example.org.example.org', '.', 'example.org'],
    ['a.WWW.b.www', '.', 'a.b.www'],
    ['/a/b/a/', '/', '/b/a/'],
    ['/', '/', '/'],
    ['//', '/', '//'],
    ['/a/', '/', '/a/'],
    ['a......b', '.', 'a....b'],
    ['////////', '/', '//'],
    ['id=1&x=2;id=1', '&;', 'x=2;id=1'],
    ['', '.', ''],
    ['same', '.', 'same'],
  ])('%s', (text, separators, kept) => {
    expect(withoutRepeats(text, separators)).toBe(kept);
  });

  test('holds each segment once, where it stands last, in the order of before', () => {
    fc.assert(
      fc.property(SEGMENTS, segments => {
        const full = segments.filter(segment => segment !== '');
        const folded = full.map(segment => segment.toLowerCase());
        const last = full.filter((_, index) => !folded.includes(folded[index] ?? '', index + 1));
        const kept = withoutRepeats(segments.join('.'), '.').split('.');
        expect(kept.filter(segment => segment !== '')).toEqual(last);
      }),
    );
  });

  test('is the same whatever is repeated how often, and said twice the same as once', () => {
    fc.assert(
      fc.property(SEGMENTS, fc.integer({ min: 2, max: 20 }), (segments, times) => {
        const text = segments.filter(segment => segment !== '').join('.');
        const repeated = `${'ab.'.repeat(times)}ab.${text}`;
        expect(withoutRepeats(repeated, '.')).toBe(withoutRepeats(`ab.${text}`, '.'));
        const once = withoutRepeats(text, '.');
        expect(withoutRepeats(once, '.')).toBe(once);
      }),
    );
  });

  test('is the same however many segments there are, of which many are taken apart', () => {
    const segment = fc.oneof(fc.stringMatching(/^[a-cA-C]{0,2}$/), fc.string({ maxLength: 3 }));
    const separator = fc.constantFrom('.', ';');
    fc.assert(
      fc.property(fc.array(fc.tuple(segment, separator), { maxLength: 100 }), pairs => {
        const text = pairs.flat().join('');
        expect(withoutRepeats(text, '.;')).toBe(plainlyWithoutRepeats(text));
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  test('is not fooled by equal hashes', () => {
    const pair = collision();
    const [one, other] = pair;
    expect(withoutRepeats(`${one}.${other}.x`, '.')).toBe(`${one}.${other}.x`);
    expect(withoutRepeats(`${`${one}.`.repeat(12)}${other}.x`, '.')).toBe(`${one}.${other}.x`);
  });
});

/** As it is defined, from the end on; segments end with `.` or `;`. */
function plainlyWithoutRepeats(text: string): string {
  const segments: string[] = text.match(/[^.;]*[.;]|[^.;]+$/g) ?? [];
  if (/[.;]$/.test(text)) segments.push('');
  const said = new Set<string>();
  let empty = 0;
  const kept = segments.toReversed().filter(segment => {
    const folded = segment.replace(/[.;]$/, '').replace(/[A-Z]/g, letter => letter.toLowerCase());
    empty = folded === '' ? empty + 1 : 0;
    if (folded === '') return empty <= 3;
    return !said.has(folded) && said.add(folded);
  });
  return kept.toReversed().join('');
}

/** Two different words of equal hash, by the birthday: 2^19 words have some 32. */
function collision(): [string, string] {
  const known = new Map<number, string>();
  for (let number = 1; number < 1 << 19; number += 1) {
    const word = (Math.imul(number, 0x9e3779b1) >>> 0).toString(36) + number.toString(36);
    let hash = 0x811c9dc5;
    for (const character of [...word].reverse()) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
    const other = known.get(hash);
    if (other !== undefined) return [other, word];
    known.set(hash, word);
  }
  throw new Error('no two words have one hash');
}

/** Whole JSON bodies: the elements of an array, each as its own bytes, and what a broken array is told. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JSON_ARRAY_RECORDS_MAX, JSON_DEPTH_MAX } from '../../src/domain/limits.ts';
import { splitJsonBody } from '../../src/ingest/json-body.ts';
import { wholeSplit } from './parse-lines.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function shown(text: string): { lone: boolean; elements: string[] } {
  const { lone, count, elements } = wholeSplit(encoder.encode(text));
  const texts = [...elements].map(element =>
    'bytes' in element
      ? `${element.number} ${decoder.decode(element.bytes)}`
      : `${element.number} ${element.rejected.code}`,
  );
  expect(count).toBe(texts.length);
  expect([...elements]).toHaveLength(count);
  return { lone, elements: texts };
}

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('splitJsonBody', () => {
  test.each([
    ['an empty array', ' [ ] ', []],
    ['elements with white space', '[ {"a":1} ,\n{"b":[2,3]} ]', ['1 {"a":1}', '2 {"b":[2,3]}']],
    ['brackets, commas and quotes in strings', '[{"a":"]},[\\"\\\\"},{}]', ['1 {"a":"]},[\\"\\\\"}', '2 {}']],
    [
      'elements that are no objects',
      '[1,"x",null,[{}],{}]',
      ['1 not-a-record', '2 not-a-record', '3 not-a-record', '4 not-a-record', '5 {}'],
    ],
    ['a byte order mark', '\ufeff[{}]', ['1 {}']],
    [
      'a deep element harms no other',
      `[${nested(JSON_DEPTH_MAX + 1)},${nested(JSON_DEPTH_MAX)}]`,
      ['1 too-deep', `2 ${nested(JSON_DEPTH_MAX)}`],
    ],
    ['an element that is broken inside is left to its reader', '[{"a":} ,{}]', ['1 {"a":}', '2 {}']],
  ])('%s', (_case, text, elements) => {
    expect(shown(text)).toEqual({ lone: false, elements });
  });

  test('one object is lone', () => {
    expect(shown(' {"a":[1]}\n')).toEqual({ lone: true, elements: ['1 {"a":[1]}'] });
  });

  test.each([
    '',
    '  ',
    '1',
    '"[]"',
    '[',
    '[{}',
    '[{},',
    '[{},]',
    '[,{}]',
    '[{}] x',
    '[{}]]',
    '[{}}',
    '["a',
    '["\\',
    '[{"a":"]',
  ])('the body %j is invalid JSON', text => {
    expect(() => wholeSplit(encoder.encode(text))).toThrow(expect.objectContaining({ code: 'invalid-json' }));
  });

  test('a body of nothing but elements is refused at the first one too many, unread', () => {
    const ones = (count: number) => encoder.encode(`[${'1,'.repeat(count - 1)}1`);
    const splitting = splitJsonBody(ones(20 * JSON_ARRAY_RECORDS_MAX));
    expect(() => splitting.next()).toThrow(
      expect.objectContaining({
        code: 'body-too-large',
        message: 'jsonArrayRecordsMax: more than 131072 records',
      }),
    );
    expect(wholeSplit(Buffer.concat([ones(JSON_ARRAY_RECORDS_MAX), encoder.encode(']')])).count).toBe(
      JSON_ARRAY_RECORDS_MAX,
    );
  });

  test.each([
    ['one long string', `["${'\\"x'.repeat(1_500_000)}"]`],
    ['one deep element', `[${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}]`],
    ['long objects', `[${Array.from({ length: 100 }, () => `{"a":"${'x'.repeat(40_000)}"}`).join()}]`],
  ])('pauses each mebibyte or so, in %s too', (_case, text) => {
    const bytes = encoder.encode(text);
    const pauses = [...splitJsonBody(bytes)].length;
    expect(pauses).toBeGreaterThanOrEqual(Math.floor(bytes.length / 1_048_576) - 1);
  });

  test('any array of objects comes apart into what it was made of', () => {
    const array = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 4 }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(array, fc.constantFrom(undefined, 1, '\t'), (values, indent) => {
        const { elements } = wholeSplit(encoder.encode(JSON.stringify(values, null, indent)));
        const parsed = [...elements].map(element =>
          'bytes' in element ? JSON.parse(decoder.decode(element.bytes)) : element,
        );
        expect(parsed).toEqual(JSON.parse(JSON.stringify(values)));
      }),
    );
  });

  test('any bytes either come apart or are invalid JSON', () => {
    const bytes = fc.array(fc.constantFrom(...encoder.encode('[]{}",:\\ a1\n')), { maxLength: 30 });
    fc.assert(
      fc.property(bytes, values => {
        try {
          for (const element of wholeSplit(Uint8Array.from(values)).elements)
            expect(element.number).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-json' });
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

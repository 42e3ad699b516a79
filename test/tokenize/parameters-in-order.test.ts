/** Parameters in one order, and what a query shows however it is written. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import type { TrafficRecord } from '../../src/domain/record.ts';
import { parametersInOrder } from '../../src/tokenize/parameters-in-order.ts';
import { KNOWN_TOKENIZERS } from '../../src/tokenize/tokenizers.ts';

describe('parameters in order', () => {
  test.each([
    ['', ''],
    ['page=2', 'page=2'],
    ['sort=name&page=2', 'page=2&sort=name'],
    ['b&A&a&B', 'A&a&B&b'],
    ['b=1;a=2&a=1', 'a=1&b=1;a=2'],
    ['b&&a', '&a&b'],
    ['é&z', 'z&é'],
  ])('%j', (query, ordered) => {
    expect(parametersInOrder(query)).toBe(ordered);
    expect(parametersInOrder(ordered)).toBe(ordered);
  });
});

function seen(query: string, version = TOKENIZER_VERSION) {
  const record: TrafficRecord = {
    kind: 'http',
    atMs: 0,
    source: { ip: '192.0.2.1' },
    http: {},
    url: { path: '/a', query },
  };
  return KNOWN_TOKENIZERS.getTokenizer(version)(record);
}

const PARAMETERS = fc.uniqueArray(fc.stringMatching(/^[a-c]{1,2}=[0-9%']{0,4}$/), {
  minLength: 1,
  maxLength: 6,
});

describe('a query', () => {
  it('shows the same in any order, and with any parameters said again anywhere', () => {
    const shuffled = PARAMETERS.chain(parameters =>
      fc.tuple(
        fc.constant(parameters),
        fc
          .array(fc.constantFrom(...parameters), { maxLength: 8 })
          .chain(again =>
            fc.shuffledSubarray([...parameters, ...again], { minLength: parameters.length + again.length }),
          ),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([parameters, again]) => {
        expect(seen(again.join('&'))).toEqual(seen(parameters.join('&')));
      }),
    );
  });

  it('shows the order of before in what version 4 saw', () => {
    const text = (version: number) =>
      seen('sort=name&page=2', version).sequences.find(({ field }) => field === 'url.query')?.text;
    expect(text(4)).toBe('sort=name&page=2');
    expect(text(5)).toBe('page=2&sort=name');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CategoryObservation, SequenceField } from '../../src/domain/observation.ts';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import { shaperOf } from '../../src/tokenize/fields/traits.ts';
import { entropyBits } from '../../src/tokenize/shape.ts';

function traitsOf(field: SequenceField, text: string, prefixLength = 0, lengthBefore = text.length) {
  const shape: CategoryObservation[] = [];
  shaperOf(field, TOKENIZER_VERSION)(shape, text, lengthBefore, prefixLength);
  return Object.fromEntries(
    shape.map(({ field: name, token }) => {
      expect(name.startsWith(`${field}#`)).toBe(true);
      return [name.slice(field.length + 1), token];
    }),
  );
}

describe('entropyBits', () => {
  it.each([
    ['', 0],
    ['aaaa', 0],
    ['aabb', 1],
    ['abcd', 2],
    ['abcdefgh', 3],
    ['aA', 0],
  ])('of %j is %d', (text, expected) => {
    expect(entropyBits(text, 0, text.length, true, -1)).toBeCloseTo(expected, 12);
  });

  it('tells letters of different case apart where case means something', () => {
    expect(entropyBits('aA', 0, 2, false, -1)).toBe(1);
  });

  it('leaves the separator out', () => {
    expect(entropyBits('a.a.', 0, 4, true, 46)).toBe(0);
  });

  it('is that of the textbook, and leaves nothing behind for the next text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abcdé.0'), maxLength: 40 }), text => {
        const counts = new Map<string, number>();
        for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
        const shares = [...counts.values()].map(count => count / text.length);
        const expected = -shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
        expect(entropyBits(text, 0, text.length, false, -1)).toBeCloseTo(expected, 9);
      }),
    );
  });
});

describe('the shape of a host name', () => {
  it('looks at the longest label, at what stands before the registrable domain, and at that by itself', () => {
    expect(traitsOf('dns.question.name', 'x7f.abcdefghijklmnop.Example9.org', 20)).toEqual({
      longest: '16',
      entropy: '4',
      alphabet: 'letters',
      case: 'mixed',
      characters: 'ascii',
      prefix_length: '16',
      prefix_labels: '2',
      prefix_entropy: '4',
      core_length: '12',
      core_segments: '2',
      core_longest: '8',
      core_entropy: '2.75',
      core_alphabet: 'alphanumeric',
      core_digits: '>0',
      core_vowels: '0.375',
      core_case: 'mixed',
      core_characters: 'ascii',
    });
  });

  it('tells the core as it does without what stands before it', () => {
    const isOfCore = ([trait]: [string, string]) => trait.startsWith('core_');
    const coreOf = (name: string, prefixLength: number) =>
      Object.entries(traitsOf('url.domain', name, prefixLength)).filter(isOfCore);
    expect(coreOf('aaaa.1.b-b.example.org', 10)).toEqual(coreOf('example.org', 0));
  });

  it('has no prefix where nothing stands before', () => {
    expect(traitsOf('url.domain', 'example.org')).toMatchObject({
      prefix_length: '0',
      prefix_labels: '0',
      prefix_entropy: '0',
    });
  });

  it('does not change its entropy with the case of letters', () => {
    expect(traitsOf('dns.question.name', 'aAaA.org')['entropy']).toBe('0');
    expect(traitsOf('url.path', '/aAaA')['entropy']).toBe('1');
  });
});

describe('segments', () => {
  it.each<[SequenceField, string, string, string]>([
    ['url.path', '/', '0', '0'],
    ['url.path', '/a/bcd/', '2', '3'],
    ['url.query', 'a=1&b=2;c=345', '3', '4'],
    ['message', 'two  words', '2', '4'],
    ['user_agent.original', ' ', '0', '0'],
  ])('%s %j has %s, the longest of %s', (field, text, segments, longest) => {
    expect(traitsOf(field, text)).toMatchObject({ segments, longest });
  });
});

describe('the alphabet of the longest segment', () => {
  it.each([
    ['/', 'none'],
    ['/1234', 'digits'],
    ['/index', 'letters'],
    ['/deadbeef', 'letters'],
    ['/dead', 'letters'],
    ['/deadbeef01', 'hex'],
    ['/DEADBEEF01', 'hex'],
    ['/DeadBeef01', 'alphanumeric'],
    ['/abc12', 'alphanumeric'],
    ['/nbswy3dpeb3w64tmmqqq', 'base32'],
    ['/aGVsbG8gd29ybGQhIQ1234', 'base64'],
    ['/aGVsbG8_d29ybGQ-IQ==1', 'base64'],
    ['/---', 'marks'],
    ['/a-b', 'mixed'],
    ['/größe', 'non-ascii'],
  ])('of %s is %s', (text, expected) => {
    expect(traitsOf('url.path', text)['alphabet']).toBe(expected);
  });
});

describe('the longest parameter of a query', () => {
  it.each([
    ['id=12345678', '8', 'digits', '3'],
    ['a=1&token=nbswy3dpeb3w64tmmqqq', '24', 'base32', '3.5'],
    ['YWJjZGVmZ2hpamtsbW5vcA1=', '24', 'base64', '4.25'],
    ['=abc', '4', 'mixed', '2'],
    ['flag', '4', 'letters', '2'],
  ])(
    'of %s is in the bin of %s characters, its value in %s with %s bits',
    (query, longest, alphabet, entropy) => {
      expect(traitsOf('url.query', query)).toMatchObject({ longest, alphabet, entropy });
    },
  );
});

describe('other traits', () => {
  it.each<[string, Record<string, string>]>([
    ['/abc', { case: 'lower', digits: '0', vowels: '0.25', characters: 'ascii', percent: '0' }],
    ['/ABC', { case: 'upper' }],
    ['/aBC', { case: 'mixed' }],
    ['/123', { case: 'none', vowels: 'none', digits: '0.75' }],
    ['/a\u0000', { characters: 'control' }],
    ['/é', { characters: 'non-ascii' }],
    ['/é\u0001', { characters: 'control non-ascii' }],
    ['/%2e%2E%2f', { percent: '0.875' }],
    ['/%2', { percent: '0' }],
    ['/%zz%41', { percent: '0.375' }],
    ['%41%42', { percent: '1' }],
  ])('of %j', (text, expected) => {
    expect(traitsOf('url.path', text)).toMatchObject(expected);
  });

  it('tell the length before the cut', () => {
    expect(traitsOf('message', 'x'.repeat(1024), 0, 65_536)['length']).toBe('65536');
  });

  it('are those of the field: escapes in URL parts, prefixes in host names', () => {
    expect(Object.keys(traitsOf('message', 'x'))).not.toContain('percent');
    expect(Object.keys(traitsOf('url.query', 'x'))).toContain('percent');
    expect(Object.keys(traitsOf('url.query', 'x'))).not.toContain('prefix_length');
    expect(Object.keys(traitsOf('tls.client.server_name', 'x'))).toContain('prefix_length');
  });
});

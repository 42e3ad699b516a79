import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logTemplateOf } from '../../src/tokenize/log-template.ts';
import { wordsOf } from '../../src/tokenize/words.ts';
import { HOSTILE_TEXTS } from './hostile.ts';
import { plainTemplateOf, plainWordsOf } from './plain-log.ts';

const PIECES = [
  ...[
    'user',
    'User ',
    'for',
    'from ',
    'port ',
    'PORT=',
    'by ',
    'to ',
    ' on ',
    ' : ',
    ': ',
    ': (',
    'uid=0',
    '(uid=',
  ],
  ...[
    ') CMD',
    'logname=',
    'unKnown',
    'Failed',
    'connections',
    'ssh2',
    'eth0',
    '#',
    '##',
    '1',
    'a',
    '0x',
    '0xff',
  ],
  ...[
    '10.0.0.5',
    ':22',
    '/8',
    'fe80::1',
    '::ffff:1.2.3.4',
    '12:00:00',
    '2024-05-01T12:00:00Z',
    '00:1a:2b:3c:4d:5e',
  ],
  ...['550e8400-e29b-41d4-a716-446655440000', 'dead01beef', 'AbCdEfGhIjKlMnOp123', 'SHA256:', 'SHA256:abc'],
  ...[
    '/usr/bin',
    'x.y.zz',
    'a.b',
    'a@b',
    'http://',
    'C:\\x',
    '\\\\h\\s',
    '~/',
    './',
    '~',
    '\\',
    '%',
    '+',
    '-',
  ],
  ...[
    '(',
    ')',
    '=',
    ',',
    ';',
    '|',
    '!',
    '?',
    '.',
    '"',
    "'",
    '<',
    '>',
    ' ',
    '\t',
    '\u007f',
    '\u0000',
    '\u00a0',
    '\u3000',
  ],
  ...['é', '\u212a', 'İ', '😀', '\ud800', 'x'.repeat(40), '1'.repeat(40), `${'a'.repeat(32)}7`],
];
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...PIECES) },
  { weight: 3, arbitrary: fc.constantFrom(...PIECES).map(text => `${text} `) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
);
const message = fc.array(piece, { maxLength: 40 }).map(pieces => pieces.join(''));
/** Some reach to where messages are cut. */
const repeated = fc
  .tuple(message, fc.integer({ min: 1, max: 60 }))
  .map(([text, times]) => text.repeat(times).slice(0, 1_100));
const hostile = fc.constantFrom(...HOSTILE_TEXTS.map(([, text]) => text.slice(0, 1_100)));
const ANY = fc.oneof(
  { weight: 8, arbitrary: message },
  { weight: 2, arbitrary: repeated },
  { weight: 1, arbitrary: hostile },
);

describe('whatever a message holds', () => {
  it('has the template that is said plainly', () => {
    fc.assert(
      fc.property(ANY, text => {
        expect(logTemplateOf(text)).toEqual(plainTemplateOf(text));
      }),
      { numRuns: 4_000, seed: 3 },
    );
  });

  it('has the words that are said plainly', () => {
    fc.assert(
      fc.property(ANY, text => {
        expect([...wordsOf(text)]).toEqual(plainWordsOf(text));
      }),
      { numRuns: 4_000, seed: 4 },
    );
  });
});

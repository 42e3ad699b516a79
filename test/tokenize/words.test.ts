import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MESSAGE_WORDS_MAX, wordsOf } from '../../src/tokenize/words.ts';

function check(message: string, expected: string[]): void {
  expect([...wordsOf(message)]).toEqual(expected);
}

describe('wordsOf', () => {
  it('stems words, and puts placeholders for what differs in every line', () => {
    check('Failed password for root from 10.0.0.5 port 22 ssh2', [
      'fail',
      'password',
      'for',
      'root',
      'from',
      '<address>',
      'port',
      '<number>',
      'ssh#',
    ]);
  });

  it.each([
    ['42', ['<number>']],
    ['-3.5%', ['<number>']],
    ['2024-05-01', ['<number>']],
    ['12:04:59', ['<time>']],
    ['2024-05-01T12:00:00.123Z', ['<time>']],
    ['2024-05-01T12:00:00+02:00', ['<time>']],
    ['192.168.1.7', ['<address>']],
    ['192.168.1.7:443', ['<address>']],
    ['10.0.0.0/8', ['<address>']],
    ['fe80::1', ['<address>']],
    ['[2001:db8::1]', ['<address>']],
    ['0xdead', ['<hex>']],
    ['0x', ['#x']],
    ['deadbeef01', ['<hex>']],
    ['550e8400-e29b-41d4-a716-446655440000', ['<hex>']],
    ['00:1a:2b:3c:4d:5e', ['<hex>']],
    ['facade', ['facad']],
    ['bad1', ['bad#']],
  ])('%s becomes %j', (message, expected) => {
    check(message, expected);
  });

  it.each([
    ['Connection connected connecting', ['connect']],
    ['/usr/sbin/cron', ['usr', 'sbin', 'cron']],
    ['sshd[2211]: done.', ['sshd', '<number>', 'done']],
    ['user=alice,host="db-1"', ['user', 'alic', 'host', 'db']],
    ['eth0 sda1 eth1', ['eth#', 'sda#']],
    ['a b c', []],
    ['', []],
    ['größer ÄRGER 失敗しました', ['größer', 'ärger', '失敗しました']],
    ['__proto__ constructor', ['proto', 'constructor']],
    ['x'.repeat(100), ['x'.repeat(32)]],
  ])('%j has the words %j', (message, expected) => {
    check(message, expected);
  });

  it('stops after 64 different words, and after 1,024 characters', () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      'abcdefghij'.charAt(index % 10).repeat(2 + (index >> 4)),
    );
    expect(wordsOf(many.join(' ')).size).toBe(MESSAGE_WORDS_MAX);
    check(`${' '.repeat(1024)}late`, []);
    expect(
      wordsOf('a-'.repeat(10) + Array.from({ length: 300 }, (_, index) => `-w${'x'.repeat(index)}`).join(''))
        .size,
    ).toBeLessThanOrEqual(MESSAGE_WORDS_MAX);
  });

  it('finds a stem in every word', () => {
    const endings = [
      'ational',
      'eed',
      'ing',
      'ed',
      's',
      'sses',
      'ies',
      'y',
      'e',
      'll',
      'ion',
      'iveness',
      'a',
      'bb',
    ];
    const word = fc
      .array(fc.constantFrom(...endings), { minLength: 1, maxLength: 4 })
      .map(parts => parts.join(''));
    fc.assert(
      fc.property(
        word.filter(text => text.length > 1),
        text => {
          const [stem = '', ...rest] = wordsOf(text);
          expect(rest).toEqual([]);
          expect(stem).toMatch(/^[a-z]{1,33}$/);
        },
      ),
      { numRuns: 300, seed: 8 },
    );
  });
});

describe('the stemmer', () => {
  it('is loaded without the rest of its package', () => {
    const loaded = Object.keys(createRequire(import.meta.url).cache).filter(path =>
      path.includes('/natural/lib/'),
    );
    expect(loaded.some(path => path.endsWith('/stemmers/porter_stemmer.js'))).toBe(true);
    expect(loaded.length).toBeLessThan(10);
  });
});

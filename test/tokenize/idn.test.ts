import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idnOf, shownLabelOf } from '../../src/tokenize/idn.ts';
import { punycodeTextOf } from '../../src/tokenize/punycode.ts';
import { HOSTILE_TEXTS } from './hostile.ts';
import { workOf } from './work.ts';

describe('punycodeTextOf', () => {
  // RFC 3492 §7.1 (A, B, E, I) and §7.1 (L), a name with ASCII in it.
  it.each([
    ['egbpdaj6bu4bxfgehfvwxn', 'ليهمابتكلموشعربي؟'],
    ['ihqwcrb4cv8a8dqg056pqjye', '他们为什么不说中文'],
    ['4dbcagdahymbxekheh6e0a7fei0b', 'למההםפשוטלאמדבריםעברית'],
    ['b1abfaaepdrnnbgefbadotcwatmq2g4l', 'почемужеонинеговорятпорусски'],
    ['3B-ww4c5e180e575a65lsy2b', '3年B組金八先生'],
  ])('reads %s', (encoded, text) => {
    expect(punycodeTextOf(encoded)?.toLowerCase()).toBe(text.toLowerCase());
  });

  it('reads what the platform writes', () => {
    const letters = fc.constantFrom(...'abcäöüßéñčшщюжλπση中文字日本한국');
    fc.assert(
      fc.property(fc.array(letters, { minLength: 1, maxLength: 12 }), list => {
        const text = list.join('');
        const ascii = domainToASCII(text);
        fc.pre(ascii.startsWith('xn--'));
        expect(punycodeTextOf(ascii.slice(4))).toBe(text.normalize('NFC'));
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it.each([
    '!',
    'a-!',
    'é',
    '99999999999',
    'a-999999999999',
    'mnchen-3y\u0000',
    'x'.repeat(64),
    '9'.repeat(63),
  ])('tells what is none: %j', encoded => {
    expect(punycodeTextOf(encoded)).toBeNull();
  });

  it('never throws, and never makes a surrogate', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 70 }), encoded => {
        const text = punycodeTextOf(encoded);
        expect(text === null || !/\p{Surrogate}/u.test(text)).toBe(true);
      }),
      { numRuns: 1_000, seed: 4 },
    );
  });
});

describe('idnOf', () => {
  it.each([
    ['www.example.org', 'none'],
    ['', 'none'],
    ['.', 'none'],
    ['xn-example.org', 'none'],
    ['xn--mnchen-3ya.example', 'valid'],
    ['XN--MNCHEN-3YA.example', 'valid'],
    ['münchen.example', 'valid'],
    ['xn--80ak6aa92e.com', 'valid'],
    ['日本語.example', 'valid'],
    ['раypal.example', 'mixed-script'],
    ['αlpha.example', 'mixed-script'],
    ['xn--a-.example', 'invalid'],
    ['xn--.example', 'invalid'],
    ['xn--abc-.example', 'invalid'],
    ['xn--99999999999.example', 'invalid'],
    ['\ud800.example', 'invalid'],
    ['ex\u202eample.example', 'invalid'],
    ['ex\u00adample.example', 'invalid'],
    ['раypal.xn--99999999999', 'invalid'],
  ])('tells of %j %s', (name, expected) => {
    expect(idnOf(name)).toBe(expected);
  });

  it.each([...HOSTILE_TEXTS, ['labels of Punycode', 'xn--a.'.repeat(10_000)]] as [string, string][])(
    'reads a bounded part of %s',
    (_, text) => {
      expect(workOf(() => idnOf(text)).characters).toBeLessThan(5_000);
    },
  );
});

describe('shownLabelOf', () => {
  it('decodes, in lower case', () => {
    expect(shownLabelOf('XN--MNCHEN-3YA')).toBe('münchen');
    expect(shownLabelOf('xn--99999999999')).toBe('xn--99999999999');
    expect(shownLabelOf('Example')).toBe('example');
  });
});

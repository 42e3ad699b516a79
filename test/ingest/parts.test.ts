/** The small readers that formats share. */
import { describe, expect, test } from 'vitest';
import { FIELD_CHARACTERS_MAX, JSON_DEPTH_MAX, RECORD_AT_MS_MIN } from '../../src/domain/limits.ts';
import { isAddress } from '../../src/ingest/address.ts';
import { newDraft, recordOf } from '../../src/ingest/draft.ts';
import { boundedText, FieldCheck } from '../../src/ingest/field-check.ts';
import { fieldTable } from '../../src/ingest/field-table.ts';
import { readObject } from '../../src/ingest/json.ts';
import { RemainingText } from '../../src/ingest/remaining-text.ts';
import { requestLineOf } from '../../src/ingest/request-line.ts';
import { domainOf, setUrl } from '../../src/ingest/request-target.ts';
import { tlsVersionOf } from '../../src/ingest/tls.ts';
import { unescapeText } from '../../src/ingest/unescape.ts';
import { RECEIVED_AT_MS } from './parse-lines.ts';

describe('isAddress', () => {
  test.each([
    '192.0.2.1',
    '0.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    '2001:db8::ff00:42:8329',
    '::ffff:192.0.2.1',
    'fe80::1%eth0.1',
  ])('%s is one', text => expect(isAddress(text)).toBe(true));
  test.each([
    '',
    '1',
    '192.0.2',
    '192.0.2.1.1',
    '192.0.2.256',
    '192..2.1',
    '192.0.2.1 ',
    '0x7f.0.0.1',
    'example.org',
    ':',
    '1:2',
    'fe80::1%',
    'fe80::1%e th',
    'g::1',
    ':'.repeat(46),
    `::%${'a'.repeat(17)}`,
    '1:2:3:4:5:6:7:8:9:a',
  ])('%j is none', text => expect(isAddress(text)).toBe(false));
});

describe('readObject', () => {
  const nested = (depth: number) => `${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}`;

  test(`nesting of ${JSON_DEPTH_MAX} is read, one more is too deep`, () => {
    expect(readObject(`{"a":${nested(JSON_DEPTH_MAX)}}`)).toHaveProperty('object');
    expect(readObject(`{"a":${nested(JSON_DEPTH_MAX + 1)}}`)).toHaveProperty('rejected.code', 'too-deep');
  });

  test('many brackets that are not deep are no bomb, nor are brackets in strings', () => {
    expect(readObject(`{"a":[${'{},'.repeat(500)}{}]}`)).toHaveProperty('object');
    expect(readObject(JSON.stringify({ a: `\\"${'[{'.repeat(500)}` }))).toHaveProperty('object');
  });

  test('a bomb of a million brackets is told at once', () => {
    expect(readObject('{"a":'.repeat(200_000))).toHaveProperty('rejected.code', 'too-deep');
    expect(readObject('['.repeat(1_000_000))).toHaveProperty('rejected.code', 'too-deep');
  });

  test('half a surrogate pair becomes U+FFFD, a whole one stays', () => {
    expect(readObject('{"a":"\\ud83d\\ude00 \\ud800 \\uDC00"}')).toEqual({
      object: { a: '😀 \ufffd \ufffd' },
    });
  });
});

describe('fieldTable', () => {
  const table = fieldTable({
    ip: ['source.ip', 'src'],
    country: ['source.geo.country'],
    host: ['host.name', 'host'],
  });
  const values = (object: Record<string, unknown>) => {
    const [ip, country, host] = table.collect(object);
    return { ip, country, host };
  };

  test.each([
    ['nested', { source: { ip: 1, geo: { country: 2 } }, host: { name: 3 } }],
    ['dotted', { 'source.ip': 1, 'source.geo.country': 2, 'host.name': 3 }],
    ['mixed', { source: { ip: 1, 'geo.country': 2 }, host: 3 }],
    ['mixed the other way', { 'source.geo': { country: 2 }, src: 1, host: 3 }],
    [
      'the first name that has a value counts',
      { 'source.ip': '', src: 1, source: { ip: 9, geo: { country: 2 } }, host: 3 },
    ],
  ])('%s', (_case, object) => {
    expect(values(object)).toEqual({ ip: 1, country: 2, host: 3 });
  });

  test('prototypes are never read, and __proto__ is a field like any other', () => {
    const object = JSON.parse(
      '{"__proto__":{"source":{"ip":1}},"source":{"__proto__":{"ip":2}},"constructor":3}',
    );
    expect(values(object)).toEqual({ ip: null, country: null, host: null });
    expect(values(Object.create({ src: 1 }))).toEqual({ ip: null, country: null, host: null });
  });

  test('objects where texts are expected, and the other way round, are not gone into', () => {
    expect(values({ source: 'text', host: ['list'] })).toEqual({ ip: null, country: null, host: ['list'] });
    expect(table.blank()).toEqual([null, null, null]);
  });
});

describe('FieldCheck', () => {
  const checked = (read: (check: FieldCheck) => unknown) => {
    const check = new FieldCheck(RECEIVED_AT_MS);
    const value = read(check);
    return check.problem === null ? value : check.problem.code;
  };

  test.each([undefined, null, ''])('%j is absent everywhere', absent => {
    expect(checked(check => check.text(absent, 'x'))).toBeUndefined();
    expect(checked(check => check.count(absent, 'x'))).toBeUndefined();
    expect(checked(check => check.seconds(absent, 'x'))).toBeUndefined();
    expect(checked(check => check.address(absent, 'x'))).toBeUndefined();
    expect(checked(check => check.instant(absent, 'x'))).toBeUndefined();
    expect(checked(check => check.flag(absent, 'x'))).toBeUndefined();
    expect(checked(check => check.texts(absent, 'x', 3))).toBeUndefined();
  });

  test.each([
    ['count', '0012', 12],
    ['count', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ['count', -1, 'wrong-type'],
    ['count', '-1', 'wrong-type'],
    ['count', '1e3', 'wrong-type'],
    ['count', 1.5, 'wrong-type'],
    ['count', '9'.repeat(16), 'wrong-type'],
    ['count', true, 'wrong-type'],
    ['port', '65535', 65_535],
    ['port', 65_536, 'wrong-type'],
    ['seconds', '0.017912', 17.912],
    ['seconds', 1e-7, 0],
    ['seconds', 'Infinity', 'wrong-type'],
    ['seconds', '0x10', 'wrong-type'],
    ['seconds', '1.2.3', 'wrong-type'],
    ['nanoseconds', 17_912_000, 17.912],
    ['flag', 'T', true],
    ['flag', false, false],
    ['flag', 'yes', 'wrong-type'],
    ['text', 5, 'wrong-type'],
    ['text', { $gt: '' }, 'wrong-type'],
    ['domainName', 'a.example.', 'a.example'],
    ['domainName', '.', '.'],
    ['instant', RECORD_AT_MS_MIN, RECORD_AT_MS_MIN],
    ['instant', RECORD_AT_MS_MIN - 1, 'invalid-time'],
    ['instant', RECEIVED_AT_MS + 86_400_000, RECEIVED_AT_MS + 86_400_000],
    ['instant', RECEIVED_AT_MS + 86_400_001, 'invalid-time'],
    ['instant', '2021-06-06T13:59:46', Date.UTC(2021, 5, 6, 13, 59, 46)],
    ['instant', Number.NaN, 'invalid-time'],
  ] as const)('%s of %j is %j', (method, value, expected) => {
    expect(checked(check => check[method](value, 'x'))).toEqual(expected);
  });

  test('the first problem is told, by the name of its field, and forgotten for the next line', () => {
    const check = new FieldCheck(RECEIVED_AT_MS);
    check.count('x', 'source.bytes');
    check.address('<script>', 'source.ip');
    expect(check.problem).toEqual({ code: 'wrong-type', detail: 'source.bytes must be a whole number' });
    check.begin();
    expect(check.problem).toBeNull();
  });

  test('lists are cut, long texts are cut between characters', () => {
    expect(checked(check => check.texts(['a', null, 'b', 'c'], 'x', 2))).toEqual(['a', 'b']);
    expect(checked(check => check.texts([], 'x', 2))).toBeUndefined();
    expect(checked(check => check.texts(['a', {}], 'x', 2))).toBe('wrong-type');
    expect(boundedText('x'.repeat(FIELD_CHARACTERS_MAX + 1))).toHaveLength(FIELD_CHARACTERS_MAX);
    expect(boundedText(`${'x'.repeat(FIELD_CHARACTERS_MAX - 1)}😀`)).toHaveLength(FIELD_CHARACTERS_MAX - 1);
  });
});

describe('setUrl', () => {
  test.each([
    ['/a/b?c=d?e', undefined, 'GET', { path: '/a/b', query: 'c=d?e' }],
    ['/a?', 'example.org.:80', 'GET', { domain: 'example.org', path: '/a' }],
    ['//evil.example/x', 'example.org', 'GET', { domain: 'example.org', path: '//evil.example/x' }],
    [
      'http://user:pw@example.org:8080/p?q',
      'other.example',
      'GET',
      { domain: 'example.org', path: '/p', query: 'q', original: 'http://user:pw@example.org:8080/p?q' },
    ],
    [
      'https://example.org',
      undefined,
      'GET',
      { domain: 'example.org', path: '/', original: 'https://example.org' },
    ],
    ['[2001:db8::1]:443', undefined, 'CONNECT', { domain: '[2001:db8::1]', original: '[2001:db8::1]:443' }],
    ['*', 'example.org', 'OPTIONS', { domain: 'example.org', path: '*' }],
    ['?only', undefined, 'GET', { query: 'only' }],
    ['/p?u=http://x/', undefined, 'GET', { path: '/p', query: 'u=http://x/' }],
    [undefined, '', 'GET', {}],
  ])('%j with the Host %j', (target, host, method, url) => {
    const draft = { ...newDraft('http'), method };
    setUrl(draft, target, host);
    expect(recordOf(draft)).toMatchObject({ url });
    expect(Object.keys(recordOf(draft)).includes('url')).toBe(true);
    expect((recordOf(draft) as { url: object }).url).toEqual(url);
  });

  test.each([
    ['example.org', 'example.org'],
    ['EXAMPLE.org:80', 'EXAMPLE.org'],
    [':80', undefined],
    ['[::1', '['],
  ])('the host of %j', (authority, domain) => {
    expect(domainOf(authority)).toBe(domain);
  });
});

test.each([
  ['GET / HTTP/1.1', { method: 'GET', target: '/' }],
  ['GET /a b HTTP/1.1', { method: 'GET', target: '/a b' }],
  ['GET /a', { method: 'GET', target: '/a' }],
  ['GET  HTTP/1.1', null],
  ['', null],
  ['-', null],
  ['\x16\x03 x', null],
  [`${'A'.repeat(33)} / HTTP/1.1`, null],
])('the request line %j', (line, parts) => {
  expect(requestLineOf(line)).toEqual(parts);
});

test.each([
  ['plain', 'plain'],
  ['caf\\xc3\\xa9', 'café'],
  ['\\xff\\x41', '\xffA'],
  ['\\x16\\x03', '\x16\x03'],
  ['a\\\\x41', 'a\\x41'],
  ['\\"q\\"\\n\\t', '"q"\n\t'],
  ['\\', '\\'],
  ['\\x', '\\x'],
  ['\\x4', '\\x4'],
  ['\\q', '\\q'],
  ['\\xed\\xa0\\x80', '\xed\xa0\x80'],
])('unescapeText of %j', (text, expected) => {
  expect(unescapeText(text)).toBe(expected);
});

test.each([
  ['TLSv13', '1.3'],
  ['TLS 1.2', '1.2'],
  ['TLSv1.1', '1.1'],
  ['TLSv10', '1.0'],
  ['TLSv1', '1.0'],
  ['SSLv3', 'SSLv3'],
  ['DTLSv12', 'DTLSv12'],
])('the TLS version %s is %s', (text, version) => {
  expect(tlsVersionOf(text)).toBe(version);
});

test('remaining text is bounded, however much there is', () => {
  const remaining = new RemainingText();
  remaining.addObject(
    { a: 'x'.repeat(2 * FIELD_CHARACTERS_MAX), b: Array.from({ length: 1e5 }, () => 'y') },
    new Set(),
  );
  expect(remaining.message).toHaveLength(FIELD_CHARACTERS_MAX);
});

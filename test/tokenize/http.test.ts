import { describe, expect, it } from 'vitest';
import type { HttpRecord } from '../../src/domain/record.ts';
import { HTTP_ROWS, HttpFacts } from '../../src/tokenize/fields/http.ts';
import { tokenize, tokenizerOf } from '../../src/tokenize/tokenize.ts';
import { plainTokensOf } from './observed.ts';

function observed(record: Partial<HttpRecord>) {
  return tokenize({ http: {}, url: {}, ...record, kind: 'http' });
}
/** What the row of a field reads, whether it is observed or not. */
function readOf(field: string, record: Partial<HttpRecord>): unknown {
  const row = HTTP_ROWS.find(one => one.field === field);
  return row?.read(new HttpFacts({ http: {}, url: {}, ...record, kind: 'http' }));
}
function check(record: Partial<HttpRecord>, expected: Record<string, string[]>): void {
  expect(plainTokensOf(observed(record))).toMatchObject(expected);
}

describe('an HTTP record', () => {
  it('shows to the tokenizers before version 3 whether it has a user agent and who refers to it', () => {
    const record: HttpRecord = { kind: 'http', http: {}, url: {} };
    const shown = { 'http.request.referrer.kind': ['absent'], 'user_agent.presence': ['absent'] };
    expect(plainTokensOf(tokenizerOf(2)(record))).toMatchObject(shown);
    expect(Object.keys(plainTokensOf(tokenize(record)))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/presence|referrer/)]),
    );
  });

  it('shows what was asked, of whom, and the answer', () => {
    const record: HttpRecord = {
      kind: 'http',
      userAgent: 'curl/8.5.0',
      http: {
        method: 'post',
        referrer: 'http://www.example.org:8080/x',
        requestBytes: 100,
        statusCode: 404,
        responseBodyBytes: 0,
      },
      url: {
        domain: 'WWW.example.org:8080',
        path: '/a/Shell.PHP',
        query: 'cmd=id&x=1',
        original: '/ignored',
      },
    };
    const observations = tokenize(record);
    expect(observations.sequences).toEqual([
      { field: 'url.domain', text: 'WWW.example.org', core: 4 },
      { field: 'url.path', text: '/a/Shell.PHP' },
      { field: 'url.query', text: 'cmd=id&x=1' },
      { field: 'user_agent.original', text: 'curl/8.5.0' },
    ]);
    expect(plainTokensOf(observations)).toEqual({
      'http.request.method': ['POST'],
      'http.response.status_code': ['404'],
      'http.response.status_class': ['4xx'],
      'http.request.bytes': ['96'],
      'http.response.body.bytes': ['0'],
      'url.top_level_domain': ['org'],
      'url.registered_domain': ['example.org'],
      'url.domain.kind': ['name'],
      'url.extension': ['php'],
      'url.query.parameters': ['2'],
      'user_agent.name': ['curl'],
      'user_agent.kind': ['library'],
      'user_agent.os.name': ['unknown'],
      'user_agent.version': ['curl 8'],
      'user_agent.device.name': ['tool'],
    });
  });

  it('knows the core of a host that is too long to be read whole', () => {
    const labels = Array.from({ length: 400 }, (_, index) => `pad${index}`).join('.');
    const record: HttpRecord = { kind: 'http', http: {}, url: { domain: `${labels}.evil.test` } };
    const { sequences, shape } = tokenize(record);
    const host = sequences.find(({ field }) => field === 'url.domain');
    expect(host?.text.length).toBe(1_024);
    expect(host?.text.slice(host.core)).toBe('evil.test');
    expect(shape).toContainEqual({ field: 'url.domain#core_length', token: '8' });
  });

  it('reads what came instead of a request line as the path', () => {
    const { sequences } = observed({ url: { original: '\u0016\u0003\u0001' } });
    expect(sequences).toEqual([{ field: 'url.path', text: '\u0016\u0003\u0001' }]);
  });

  it.each([
    ['GET', 'GET'],
    ['propfind', 'PROPFIND'],
    ['\u0016\u0003', 'other'],
    ['GETS', 'other'],
    ['__proto__', 'other'],
    ['g'.repeat(65_536), 'other'],
  ])('has the method %j as %s', (method, expected) => {
    check({ http: { method } }, { 'http.request.method': [expected] });
  });

  it.each([
    [100, '100', '1xx'],
    [200, '200', '2xx'],
    [599, '599', '5xx'],
    [0, 'invalid', 'invalid'],
    [600, 'invalid', 'invalid'],
    [200.5, 'invalid', 'invalid'],
    [Number.NaN, 'invalid', 'invalid'],
  ])('has the status %d as %s and %s', (statusCode, code, statusClass) => {
    check(
      { http: { statusCode } },
      { 'http.response.status_code': [code], 'http.response.status_class': [statusClass] },
    );
  });

  it.each([
    [undefined, 'blank'],
    ['-', 'blank'],
    ['192.168.0.5', 'ipv4'],
    ['192.168.0.5:8080', 'ipv4'],
    ['[2001:db8::1]:80', 'ipv6'],
    ['localhost', 'single-label'],
    ['example.org', 'name'],
  ])('asked of %j has a host of kind %s', (domain, kind) => {
    check({ url: { domain } }, { 'url.domain.kind': [kind] });
  });

  it.each([
    [undefined, 'absent'],
    ['-', 'absent'],
    ['https://example.org/a', 'same-host'],
    ['https://user@EXAMPLE.org:443/a@b', 'same-host'],
    ['https://example.org', 'same-host'],
    ['https://example.org\\.evil.test', 'same-host'],
    ['https://evil.test/?example.org', 'other-host'],
    ['https://example.org.evil.test/', 'other-host'],
    ['/a', 'no-url'],
    ['://example.org', 'no-url'],
    ['http://', 'no-url'],
  ])('referred by %j is %s', (referrer, kind) => {
    const record = { url: { domain: 'example.org' }, http: { referrer } };
    expect(readOf('http.request.referrer.kind', record)).toBe(kind);
  });

  it.each([
    ['example.org', 'WWW.example.org', undefined, 'not-server-name'],
    ['Example.org:443', 'example.org', '203.0.113.9', 'server-name'],
    ['203.0.113.9:80', undefined, '203.0.113.9', 'destination'],
    ['203.0.113.8', undefined, '203.0.113.9', 'other-address'],
    ['example.org', undefined, '203.0.113.9', undefined],
    [undefined, 'example.org', '203.0.113.9', undefined],
  ])('asked of %s with the server name %s at %s is of %s', (domain, serverName, ip, relation) => {
    const record = { url: { domain }, tls: { serverName }, destination: { ip } };
    expect(readOf('http.request.host.relation', record)).toBe(relation);
  });

  it.each([
    [undefined, 'absent'],
    ['https://www.example.co.uk/a', 'same-host'],
    ['https://shop.example.co.uk/a', 'same-domain'],
    ['https://other.co.uk/', 'other-domain'],
    ['https://10.0.0.1/', 'other-domain'],
    ['x', 'no-url'],
  ])('referred by %j is of the relation %s', (referrer, relation) => {
    const record = { url: { domain: 'www.example.co.uk' }, http: { referrer } };
    expect(readOf('http.request.referrer.relation', record)).toBe(relation);
  });

  it.each([
    ['/', 'none'],
    ['/a.b/c', 'none'],
    ['/a.', 'none'],
    ['/a.php', 'php'],
    ['/a.tar.GZ', 'gz'],
    ['/a.abcdefghi', 'other'],
    ['/a.ph%70', 'other'],
    ['/.git', 'git'],
  ])('with the path %s has the extension %s', (path, extension) => {
    check({ url: { path } }, { 'url.extension': [extension] });
  });

  it.each([
    [undefined, '0'],
    ['', '0'],
    ['a=1', '1'],
    ['a=1&&b=2&', '2'],
    ['a;b;c', '3'],
    ['&'.repeat(65_536), '0'],
    ['a&'.repeat(32_768), '1'],
    ['x=1&b=2;X=1', '2'],
    [Array.from({ length: 30_000 }, (_, index) => index).join('&'), '256'],
  ])('with the query %j has %s parameters', (query, count) => {
    check({ url: { query } }, { 'url.query.parameters': [count] });
  });

  it.each([
    [undefined, 'absent'],
    ['-', 'blank'],
    ['  ', 'blank'],
    ['x', 'present'],
  ])('with the user agent %j has it %s', (userAgent, presence) => {
    expect(readOf('user_agent.presence', { userAgent })).toBe(presence);
  });
});

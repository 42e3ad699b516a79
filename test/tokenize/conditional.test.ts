/** Values in their context: which pairs are seen, and that they stay short however long a context is. */
import { describe, expect, it } from 'vitest';
import { isConditionalField } from '../../src/domain/conditional.ts';
import { TOKEN_CHARACTERS_MAX } from '../../src/domain/limits.ts';
import type { TrafficRecord } from '../../src/domain/record.ts';
import { firstPartOf } from '../../src/tokenize/fields/pairs.ts';
import { tokenize } from '../../src/tokenize/tokenize.ts';
import { tokensByField } from './observed.ts';

/** What is seen in a record of values in their context. */
function pairsOf(record: TrafficRecord): Record<string, string[]> {
  return tokensByField(tokenize(record).categories.filter(({ field }) => isConditionalField(field)));
}

describe('values in their context', () => {
  it('are the client software, port and kind of address of a host, and the status of a path', () => {
    const record: TrafficRecord = {
      kind: 'http',
      source: { ip: '10.0.0.7' },
      destination: { ip: '203.0.114.9', port: 443 },
      userAgent: 'curl/8.5.0',
      http: { statusCode: 401 },
      url: { path: '/Admin/users/7' },
    };
    expect(pairsOf(record)).toEqual({
      'user_agent.name|source.ip': ['curl given 10.0.0.7'],
      'destination.port|source.ip': ['443 given 10.0.0.7'],
      'destination.ip.class|source.ip': ['public-v4 given 10.0.0.7'],
      'destination.ip.network|source.ip': ['203.0.114.0/24 given 10.0.0.7'],
      'destination.ip|source.ip': ['203.0.114.9 given 10.0.0.7'],
      'http.response.status_code|url.path': ['401 given /admin'],
    });
  });

  it('are the type of question of a host', () => {
    const dns = { question: { name: 'a.example', type: 'txt' } };
    expect(pairsOf({ kind: 'dns', source: { ip: '2001:DB8::7' }, dns })).toEqual({
      'dns.question.type|source.ip': ['TXT given 2001:db8::7'],
    });
  });

  it('are not seen where value or context is not', () => {
    expect(pairsOf({ kind: 'dns', dns: { question: { name: 'a.example', type: 'A' } } })).toEqual({});
    expect(pairsOf({ kind: 'flow', source: { ip: '10.0.0.7' } })).toEqual({});
    for (const url of [{}, { path: '' }]) {
      expect(pairsOf({ kind: 'http', http: { statusCode: 200 }, url })).toEqual({});
    }
  });

  it('have whole values and cut contexts, and no pair where the value is longer than any value is', () => {
    const ip = 'f'.repeat(300);
    const pairs = pairsOf({ kind: 'flow', source: { ip }, destination: { port: 53 } });
    const [token = ''] = pairs['destination.port|source.ip'] ?? [];
    expect(token).toMatch(/^53 given f+…$/);
    expect(token.length).toBe(TOKEN_CHARACTERS_MAX);
    const dns = { question: { type: 'T'.repeat(49) } };
    expect(pairsOf({ kind: 'dns', source: { ip: '10.0.0.7' }, dns })).toEqual({});
  });
});

describe('the first part of a path', () => {
  it.each([
    ['/Admin/users/7', '/admin'],
    ['/index.html', '/index.html'],
    ['/', '/'],
    ['//etc/passwd', '/'],
    ['', ''],
    ['no-slash/at/first', 'no-slash'],
    [`/${'a'.repeat(100)}/b`, `/${'a'.repeat(63)}`],
    ['/\u0000x/', '/\uFFFDx'],
  ])('of %j is %j', (path, part) => {
    expect(firstPartOf(path)).toBe(part);
  });
});

import { describe, expect, it } from 'vitest';
import type { DnsRecord } from '../../src/domain/record.ts';
import { tokenize } from '../../src/tokenize/tokenize.ts';
import { tokensByField } from './observed.ts';

function check(dns: DnsRecord['dns'], sequences: string[], categories: Record<string, string[]>): void {
  const observations = tokenize({ kind: 'dns', dns });
  expect(observations.sequences.map(({ text }) => text)).toEqual(sequences);
  expect(tokensByField(observations.categories)).toEqual(categories);
}

describe('a DNS record', () => {
  it('shows whether its name goes beyond ASCII, and how', () => {
    const idnOf = (name: string) =>
      tokensByField(tokenize({ kind: 'dns', dns: { question: { name } } }).categories)['dns.question.idn'];
    expect(idnOf('example.org.')).toEqual(['none']);
    expect(idnOf('xn--mnchen-3ya.example')).toEqual(['valid']);
    expect(idnOf('xn--99999999999.example')).toEqual(['invalid']);
  });

  it('shows the least TTL, the addresses among its first answers, and their networks', () => {
    const { categories } = tokenize({
      kind: 'dns',
      dns: {
        question: {},
        answers: ['a.example.net', '203.0.114.9', '203.0.114.9', '203.0.114.10'],
        ttls: [300, 60],
      },
    });
    const seen = tokensByField(categories);
    expect(seen['dns.answers.ttl']).toEqual(['48']);
    expect(seen['dns.answers.ip']).toEqual(['203.0.114.9', '203.0.114.10']);
    expect(seen['dns.answers.ip.network']).toEqual(['203.0.114.0/24']);
  });

  it('reads the addresses of eight answers', () => {
    const answers = Array.from({ length: 64 }, (_, index) => `203.0.${index}.9`);
    const { categories } = tokenize({ kind: 'dns', dns: { question: {}, answers } });
    expect(tokensByField(categories)['dns.answers.ip.network']).toHaveLength(8);
  });

  it('shows its question, as it came, and what is registrable in it', () => {
    check(
      { question: { name: 'WwW.Example.co.uk', type: 'txt' }, responseCode: 'nxdomain' },
      ['WwW.Example.co.uk'],
      {
        'dns.question.top_level_domain': ['co.uk'],
        'dns.question.registered_domain': ['example.co.uk'],
        'dns.question.idn': ['none'],
        'dns.question.type': ['TXT'],
        'dns.response_code': ['NXDOMAIN'],
      },
    );
  });

  it('is the same name with and without the dot of the root', () => {
    const expected = {
      'dns.question.top_level_domain': ['org'],
      'dns.question.registered_domain': ['example.org'],
      'dns.question.idn': ['none'],
    };
    check({ question: { name: 'example.org.' } }, ['example.org'], expected);
    check({ question: { name: 'example.org' } }, ['example.org'], expected);
    check({ question: { name: '.' } }, ['.'], { 'dns.question.idn': ['none'] });
  });

  it('shows how many answers came, of which kinds, and how long', () => {
    check(
      {
        question: {},
        answers: [
          'edge.example.net',
          '10.0.0.1',
          '10.0.0.2',
          '8.8.8.8',
          'fe80::1',
          'v=spf1 -all',
          '_x.y-z.example',
        ],
      },
      [],
      {
        'dns.answers.count': ['6'],
        'dns.answers.kind': ['name', 'private-v4', 'public-v4', 'link-local-v6', 'text'],
        'dns.answers.longest': ['16'],
        'dns.answers.ip': ['10.0.0.1', '10.0.0.2', '8.8.8.8', 'fe80::1'],
        'dns.answers.ip.network': ['10.0.0.0/24', '8.8.8.0/24', 'fe80:0:0::/48'],
      },
    );
  });

  it('tells no answer from answers that nobody logged', () => {
    check({ question: {}, answers: [] }, [], { 'dns.answers.count': ['0'] });
    check({ question: {} }, [], {});
  });

  it.each([
    ['localhost', 'text'],
    ['a.b', 'name'],
    ['*.example.org', 'name'],
    ['a/b.c', 'text'],
    ['.org', 'text'],
    ['', 'text'],
    [`${'a.'.repeat(200)}org`, 'text'],
  ])('files the answer %s under %s', (answer, kind) => {
    const { categories } = tokenize({ kind: 'dns', dns: { question: {}, answers: [answer] } });
    expect(tokensByField(categories)['dns.answers.kind']).toEqual([kind]);
  });
});

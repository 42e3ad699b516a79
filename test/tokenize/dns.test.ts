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
  it('shows its question, as it came, and what is registrable in it', () => {
    check(
      { question: { name: 'WwW.Example.co.uk', type: 'txt' }, responseCode: 'nxdomain' },
      ['WwW.Example.co.uk'],
      {
        'dns.question.top_level_domain': ['co.uk'],
        'dns.question.registered_domain': ['example.co.uk'],
        'dns.question.type': ['TXT'],
        'dns.response_code': ['NXDOMAIN'],
      },
    );
  });

  it('is the same name with and without the dot of the root', () => {
    const expected = {
      'dns.question.top_level_domain': ['org'],
      'dns.question.registered_domain': ['example.org'],
    };
    check({ question: { name: 'example.org.' } }, ['example.org'], expected);
    check({ question: { name: 'example.org' } }, ['example.org'], expected);
    check({ question: { name: '.' } }, ['.'], {});
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

import { describe, expect, it } from 'vitest';
import { levelOf } from '../../src/tokenize/fields/log.ts';
import { tokenize } from '../../src/tokenize/tokenize.ts';
import { tokensByField } from './observed.ts';

describe('a log record', () => {
  it('shows its text, its template and its level', () => {
    const observations = tokenize({ kind: 'log', dataset: 'syslog', message: '<34>su: FAILED su for root' });
    expect(observations.sequences).toEqual([{ field: 'message', text: '<34>su: FAILED su for root' }]);
    expect(tokensByField(observations.categories)).toEqual({
      'log.level': ['critical'],
      'message.template': ['<<number>>su: FAILED su for root'],
      'message.longest': ['2'],
      'event.dataset': ['syslog'],
    });
  });

  it('shows its template, and what its values are', () => {
    const message = 'sudo: anna : TTY=pts/0 ; PWD=/home/anna ; USER=root ; COMMAND=/usr/bin/ping 192.0.2.1';
    const tokens = tokensByField(tokenize({ kind: 'log', message }).categories);
    expect(tokens).toMatchObject({
      'message.template': ['sudo: <user> : TTY=pts/# ; PWD=<path> ; USER=<user> ; COMMAND=<path> <address>'],
      'message.address': ['192.0.2.1'],
      'message.address.class': ['documentation-v4'],
      'message.path.root': ['/home', '/usr/bin'],
      'message.longest': ['12'],
    });
  });

  it('shows a template that is too long for a token by its beginning', () => {
    const message = `app: ${'long '.repeat(100)}`;
    const [template = ''] =
      tokensByField(tokenize({ kind: 'log', message }).categories)['message.template'] ?? [];
    expect(template).toHaveLength(128);
    expect(template.endsWith('…')).toBe(true);
  });

  it('leaves the message of other kinds alone: shippers put the whole line there', () => {
    const observations = tokenize({ kind: 'flow', message: 'the whole line' });
    expect(observations).toEqual({ sequences: [], shape: [], categories: [] });
  });
});

describe('levelOf', () => {
  it.each([
    ['<0>x', 'emergency'],
    ['<34>su: failed', 'critical'],
    ['<191>x', 'debug'],
    ['<192>error', 'error'],
    ['<>x', undefined],
    ['<1x>y', undefined],
    ['<1234>y', undefined],
    ['2024-05-01 12:00:00 [WARN] disk full', 'warning'],
    ['level=info msg="x"', 'informational'],
    ['ERROR: x', 'error'],
    ['terrors and infos', undefined],
    ['', undefined],
    [`${'x '.repeat(60)}error`, undefined],
    ['fatal', 'critical'],
  ])('of %j is %s', (message, expected) => {
    expect(levelOf(message)).toBe(expected);
  });
});

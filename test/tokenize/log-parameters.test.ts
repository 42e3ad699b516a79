import { describe, expect, it } from 'vitest';
import { TOKEN_CHARACTERS_MAX } from '../../src/domain/limits.ts';
import {
  addressClassesOf,
  kindsOf,
  longestOf,
  pathRootsOf,
  portClassesOf,
  usersOf,
  VALUES_MAX,
} from '../../src/tokenize/log-parameters.ts';
import { type LogTemplate, logTemplateOf } from '../../src/tokenize/log-template.ts';

function check(
  read: (message: string, template: LogTemplate) => ReadonlySet<string>,
  message: string,
  expected: string[],
) {
  expect([...read(message, logTemplateOf(message))]).toEqual(expected);
}

describe('parameters of a log message', () => {
  it('have kinds', () => {
    expect([...kindsOf(logTemplateOf('from 10.0.0.5 port 22 to 10.0.0.6 port 23'))]).toEqual([
      'address',
      'port',
    ]);
    expect([...kindsOf(logTemplateOf('nothing to see'))]).toEqual([]);
  });

  it.each([
    ['sshd: Failed password for root from 10.0.0.5 port 22 ssh2', ['root']],
    ['sshd: pam_unix(sshd:session): session opened for user root(uid=0) by anna(uid=7)', ['root', 'anna']],
    ['sudo: anna : TTY=pts/0 ; PWD=/ ; USER=Root ; COMMAND=/bin/ls', ['anna', 'Root']],
    ['user=a user=b user=c user=d user=e', ['a', 'b', 'c', 'd']],
    ['sshd: check pass; user unknown', []],
  ])('name users: %s', (message, expected) => {
    check(usersOf, message, expected);
  });

  it('keep names readable and short, whoever chose them', () => {
    const [name = ''] = usersOf(
      `Invalid user ${'\u202e'.repeat(500)} from 10.0.0.5`,
      logTemplateOf(`Invalid user ${'\u202e'.repeat(500)} from 10.0.0.5`),
    );
    expect(name).toHaveLength(TOKEN_CHARACTERS_MAX);
    expect(name).not.toContain('\u202e');
  });

  it('have classes of addresses and ports', () => {
    check(addressClassesOf, 'from 10.0.0.5:22 via 192.168.0.0/16 to 8.8.8.8 and [fe80::1]', [
      'private-v4',
      'public-v4',
      'link-local-v6',
    ]);
    check(portClassesOf, 'sshd: port 22; SPT=40776 DPT=443 port 99999', ['22', 'high', '443', 'invalid']);
  });

  it('tell where paths lead', () => {
    check(pathRootsOf, 'COMMAND=/usr/bin/vim /tmp/.x /etc/ssh/sshd_config /vmlinuz ~/x', [
      '/usr/bin',
      '/tmp',
      '/etc/ssh',
      '/',
    ]);
  });

  it('tell how long the longest is', () => {
    expect(longestOf(logTemplateOf('open "/etc/passwd" 7'))).toBe(11);
    expect(longestOf(logTemplateOf('nothing'))).toBe(0);
  });

  it('are few', () => {
    const message = Array.from({ length: 100 }, (_, index) => `/d${index}/x/y`).join(' ');
    expect(pathRootsOf(message, logTemplateOf(message)).size).toBe(VALUES_MAX);
  });
});

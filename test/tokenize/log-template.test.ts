import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEQUENCE_SYMBOLS_MAX } from '../../src/domain/limits.ts';
import { logTemplateOf, PARAMETERS_MAX } from '../../src/tokenize/log-template.ts';
import { HOSTILE_TEXTS } from './hostile.ts';
import { workOf } from './work.ts';

/** The message's template, and its parameters as `kind=value`. */
function check(message: string, expected: string, parameters?: string[]): void {
  const template = logTemplateOf(message);
  expect(template.text).toBe(expected);
  if (parameters === undefined) return;
  expect(template.parameters.map(({ kind, start, end }) => `${kind}=${message.slice(start, end)}`)).toEqual(
    parameters,
  );
}

describe('logTemplateOf', () => {
  it.each([
    [
      'sshd: Failed password for invalid user admin from 203.0.113.7 port 40776 ssh2',
      'sshd: Failed password for invalid user <user> from <address> port <port> ssh#',
    ],
    [
      'sshd: Failed password for root from 2001:db8::7 port 40776 ssh2',
      'sshd: Failed password for <user> from <address> port <port> ssh#',
    ],
    [
      'sshd: Accepted publickey for anna from 10.0.0.5 port 5022 ssh2: RSA SHA256:LJmsYKYybCgPDXKSfnB8j32gZ/CDgE9+eP0+/vxkOqE',
      'sshd: Accepted publickey for <user> from <address> port <port> ssh#: RSA <hash>',
    ],
    [
      'sshd: Received disconnect from 10.0.0.5 port 40776:11: Bye Bye [preauth]',
      'sshd: Received disconnect from <address> port <port>: Bye Bye [preauth]',
    ],
    ['sshd: Invalid user  from 10.0.0.5 port 40776', 'sshd: Invalid user from <address> port <port>'],
    [
      'sshd: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=10.0.0.5  user=root',
      'sshd: pam_unix(sshd:auth): authentication failure; logname= uid=<number> euid=<number> tty=ssh ruser= rhost=<address> user=<user>',
    ],
    [
      'sshd: pam_unix(sshd:auth): check pass; user unknown',
      'sshd: pam_unix(sshd:auth): check pass; user unknown',
    ],
    [
      'sshd: pam_unix(sshd:session): session opened for user anna(uid=1007) by (uid=0)',
      'sshd: pam_unix(sshd:session): session opened for user <user>(uid=<number>) by (uid=<number>)',
    ],
    [
      'sudo:     anna : TTY=pts/0 ; PWD=/home/anna ; USER=root ; COMMAND=/usr/bin/systemctl restart nginx',
      'sudo: <user> : TTY=pts/# ; PWD=<path> ; USER=<user> ; COMMAND=<path> restart nginx',
    ],
    [
      'sudo: www-data : user NOT in sudoers ; TTY=pts/3 ; PWD=/ ; USER=root ; COMMAND=list',
      'sudo: <user> : user NOT in sudoers ; TTY=pts/# ; PWD=/ ; USER=<user> ; COMMAND=list',
    ],
    ['su: (to root) anna on pts/1', 'su: (to <user>) <user> on pts/#'],
    ['su: FAILED SU (to root) www-data on none', 'su: FAILED SU (to <user>) <user> on none'],
    [
      'CRON: (root) CMD (cd / && run-parts --report /etc/cron.hourly)',
      'CRON: (<user>) CMD (cd / && run-parts --report <path>)',
    ],
    [
      'kernel: [12345.678901] IPTABLES IN=eth0 OUT= MAC=52:54:00:ab:34:56:52:54:00:65:43:21:08:00 SRC=203.0.113.9 DST=10.0.0.5 LEN=40 TOS=0x00 PROTO=TCP SPT=443 DPT=22 WINDOW=0',
      'kernel: [<number>] IPTABLES IN=eth# OUT= MAC=<hex> SRC=<address> DST=<address> LEN=<number> TOS=<hex> PROTO=TCP SPT=<port> DPT=<port> WINDOW=<number>',
    ],
    [
      '2026/03/02 10:11:12 [error] 1234#1234: *55 open() "/var/www/x.php" failed (2: No such file or directory), client: 203.0.113.9, server: www.example.org, request: "GET /x.php HTTP/1.1"',
      '<number> <time> [error] #: *# open() <quoted> failed (<number>: No such file or directory), client: <address>, server: <host>, request: <quoted>',
    ],
    ["kernel: usb 1-1.2: couldn't parse 'core' value", "kernel: usb <number>: couldn't parse <quoted> value"],
    [
      'app: https://api.example.org/v1/items?id=7,8&x=y by bob@example.org, id 550e8400-e29b-41d4-a716-446655440000.',
      'app: <url> by <account>, id <uuid>.',
    ],
    [
      'postfix/smtpd: connect from mail-7.example.org[198.51.100.4]',
      'postfix/smtpd: connect from <host>[<address>]',
    ],
    ['dhcpd: ack to 52:54:00:12:34:56 via eth0', 'dhcpd: ack to <mac> via eth#'],
    ['', ''],
    ['  \t ', ''],
  ])('%s', (message, expected) => {
    check(message, expected);
  });

  it('tells where the values stand', () => {
    check(
      'sudo: anna : USER=root ; COMMAND=/bin/cat "/a b" 7',
      'sudo: <user> : USER=<user> ; COMMAND=<path> <quoted> <number>',
      ['user=anna', 'user=root', 'path=/bin/cat', 'quoted=/a b', 'number=7'],
    );
  });

  it('leaves a quote that nothing closes, and apostrophes', () => {
    check('said "so much', 'said "so much');
    check("it's anna's 'own'", "it's anna's <quoted>");
  });

  it('is its own template', () => {
    const words = fc.constantFrom(
      ...[
        'user',
        'for',
        'from',
        'port',
        'by',
        'to',
        '(',
        ')',
        ' on ',
        ' : ',
        ': ',
        '=',
        '"',
        "'",
        '<',
        '>',
        '#',
        '1',
        'a',
      ],
      ...[
        '10.0.0.5',
        ':22',
        '/usr/bin',
        'x.y.zz',
        'a@b',
        'dead01beef',
        '12:00:00',
        'SHA256:',
        'http://',
        '.',
        ' ',
        'é',
      ],
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(words).map(some => some.join('')),
        ),
        message => {
          const { text } = logTemplateOf(message);
          expect(logTemplateOf(text).text).toBe(text);
        },
      ),
      { numRuns: 2_000, seed: 1 },
    );
  });

  it.each(HOSTILE_TEXTS)('does bounded work on 64 KiB of %s', (_, text) => {
    const { characters, regexCalls } = workOf(() => {
      const { parameters } = logTemplateOf(text);
      expect(parameters.length).toBeLessThanOrEqual(PARAMETERS_MAX);
      for (const { start, end } of parameters) expect(end - start).toBeLessThanOrEqual(SEQUENCE_SYMBOLS_MAX);
    });
    expect(characters).toBeGreaterThan(0);
    expect(characters).toBeLessThan(20 * SEQUENCE_SYMBOLS_MAX);
    expect(regexCalls).toBe(0);
  });

  it.each([
    '"',
    "'",
    '"a',
    " 'a",
    '/',
    'a/',
    '<',
    '=',
    ': ',
    '1.',
    'a@',
    'user ',
    'for x',
    '(to ',
    ':1',
    '0x',
  ])('does work in proportion to the length of many %j', piece => {
    const workFor = (length: number) =>
      workOf(() => logTemplateOf(piece.repeat(length).slice(0, length))).characters;
    // Twice the length, twice the work: a quadratic reader would do four times as much.
    expect(workFor(960)).toBeLessThan(2.5 * workFor(480) + 64);
  });
});

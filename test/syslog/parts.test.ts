/** Small parts of the listener: what the log is told, whom the audit names, and what the system tells of datagrams. */
import { expect, it } from 'vitest';
import { sendersText } from '../../src/syslog/audit-hours.ts';
import { Notices } from '../../src/syslog/notices.ts';
import { Senders } from '../../src/syslog/senders.ts';
import { dropsIn } from '../../src/syslog/system-drops.ts';

it('notices are told at once the first time, and summed up after that', () => {
  const told: object[] = [];
  const notices = new Notices({ warn: (about: object) => told.push(about) });
  for (let at = 1; at <= 5; at++) notices.tell('messages are lost', { sender: `10.0.0.${at}` });
  notices.tell('something else');
  expect(told).toEqual([{ sender: '10.0.0.1', times: 1 }, { times: 1 }]);
  notices.close();
  expect(told.slice(2)).toEqual([{ sender: '10.0.0.5', times: 4 }]);
});

it('the audit names those who sent most, and counts the others', () => {
  const senders = new Map(Array.from({ length: 20 }, (_, at) => [`10.0.0.${at}`, at + 1] as const));
  const text = sendersText(senders);
  expect(text).toMatch(/^10\.0\.0\.19 \(20\), 10\.0\.0\.18 \(19\), /);
  expect(text).toMatch(/, others \(10\)$/);
  expect(text.split(', ')).toHaveLength(17);
  expect(sendersText(new Map())).toBe('');
});

it('an address is told as people write it, whichever way the socket has it', () => {
  const senders = new Senders(['10.0.0.0/8', 'fe80::/10'], 4);
  expect(senders.allowed('10.1.2.3')).toBe('10.1.2.3');
  expect(senders.allowed('::ffff:10.1.2.3')).toBe('10.1.2.3');
  expect(senders.allowed('fe80::1%eth0')).toBe('fe80::1');
  for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '2001:db8::1', 'no address', '', undefined]) {
    expect(senders.allowed(address)).toBeNull();
  }
});

it('drops of the system are those of the port, in its tables as Linux writes them', () => {
  const table = [
    '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops',
    '  117: 0100007F:1482 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0000000000000000 12',
    '  118: 00000000:1482 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0000000000000000 30',
    '  119: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0000000000000000 7',
    '',
  ].join('\n');
  expect(dropsIn(table, 0x1482)).toBe(42);
  expect(dropsIn(table, 53)).toBe(7);
  expect(dropsIn(table, 54)).toBe(0);
  expect(dropsIn('', 53)).toBe(0);
});

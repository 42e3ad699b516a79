/** Messages as they come over syslog: what their heads say, and lines of other formats behind the heads. */
import { describe, expect, it } from 'vitest';
import { FORMAT_NAMES, FORMATS } from '../../src/ingest/formats.ts';
import { readSyslogMessage } from '../../src/ingest/syslog-message.ts';

const RECEIVED_MS = Date.UTC(2026, 0, 15, 12);
const HEAD = '<190>1 2026-01-14T12:00:05Z web1 nginx - - - ';
const ACCESS = '10.0.0.7 - - [14/Jan/2026:12:00:01 +0000] "GET /a?b=1 HTTP/1.1" 200 5 "-" "curl/8"';
const ZEEK = {
  _path: 'dns',
  ts: 1768392001,
  uid: 'C1',
  'id.orig_h': '10.0.0.7',
  'id.orig_p': 5353,
  'id.resp_h': '10.0.0.1',
  'id.resp_p': 53,
  proto: 'udp',
  trans_id: 7,
  query: 'a.example.org',
  qtype: 1,
  qtype_name: 'A',
  rcode_name: 'NOERROR',
};
const EVE = {
  timestamp: '2026-01-14T12:00:00.000Z',
  event_type: 'dns',
  src_ip: '10.0.0.7',
  dns: { type: 'query', rrname: 'a.example' },
};

const read = (text: string, format?: keyof typeof FORMATS) =>
  readSyslogMessage(text, { receivedAtMs: RECEIVED_MS }, format === undefined ? undefined : FORMATS[format]);

describe('a message', () => {
  it.each([
    ['<34>1 2026-01-14T12:00:05Z web1 su - ID47 - failed for root'],
    ['<34>Jan 14 12:00:05 web1 su[7]: failed for root'],
  ])('%s is a log record with the time and host of its head', text => {
    expect(read(text)).toMatchObject({
      format: 'syslog',
      record: {
        kind: 'log',
        atMs: Date.UTC(2026, 0, 14, 12, 0, 5),
        hostName: 'web1',
        message: 'su: failed for root',
      },
    });
  });

  it('without a head is what it says', () => {
    expect(read('link is up')).toMatchObject({
      format: 'syslog',
      record: { kind: 'log', message: 'link is up' },
    });
    expect(read('<13>fan: stopped')).toMatchObject({ record: { message: 'fan: stopped' } });
  });

  it.each([
    ['combined', ACCESS, { kind: 'http', atMs: Date.UTC(2026, 0, 14, 12, 0, 1), source: { ip: '10.0.0.7' } }],
    ['zeek-json', JSON.stringify(ZEEK), { kind: 'dns', dns: { question: { name: 'a.example.org' } } }],
    ['suricata', `@cee: ${JSON.stringify(EVE)}`, { kind: 'dns', dns: { question: { name: 'a.example' } } }],
    ['ecs', '{"message":"disk is full"}', { kind: 'log', message: 'disk is full' }],
    ['cef', 'CEF:0|V|P|1|7|blocked|5|src=10.0.0.9 dst=192.0.2.1 in=1 out=2', { source: { ip: '10.0.0.9' } }],
  ])('whose program writes %s is read as that, with the host of the head', (format, said, record) => {
    expect(read(HEAD + said)).toMatchObject({ format, record: { ...record, hostName: 'web1' } });
  });

  it('takes the time of the head where what was said has none', () => {
    const cef = 'CEF:0|V|P|1|7|blocked|5|src=10.0.0.9 dst=192.0.2.1 in=1 out=2';
    expect(read(`<13>Jan 14 12:00:05 fw1 ${cef}`)).toMatchObject({
      record: { atMs: Date.UTC(2026, 0, 14, 12, 0, 5) },
    });
  });

  it('of a known format is read without a head, too', () => {
    expect(read(ACCESS)).toMatchObject({ format: 'combined' });
    expect(read(JSON.stringify(ZEEK))).toMatchObject({ format: 'zeek-json' });
  });

  it('stays a log record where what it says only looks like a format', () => {
    expect(read(`${HEAD}{"level":"info"}`)).toMatchObject({
      format: 'syslog',
      record: { kind: 'log', message: 'nginx: {"level":"info"}' },
    });
    expect(read(`${HEAD}{"broken`)).toMatchObject({ format: 'syslog' });
    expect(read(`${HEAD}${ACCESS}\nand more`)).toMatchObject({ format: 'syslog' });
  });

  it('is rejected where its head has an impossible time, or nothing is said', () => {
    expect(read('<13>1 2026-13-45T12:00:05Z web1 su - - - x')).toMatchObject({
      rejected: { code: 'invalid-time' },
    });
    expect(read('<13>')).toMatchObject({ rejected: { code: 'missing-field' } });
    expect(read('')).toMatchObject({ rejected: { code: 'not-a-record' } });
  });
});

describe('a format that is named', () => {
  it('is the one that messages have to have, with a head or without', () => {
    expect(read(HEAD + ACCESS, 'combined')).toMatchObject({ format: 'combined' });
    expect(read(ACCESS, 'combined')).toMatchObject({ format: 'combined' });
    expect(read(`${HEAD}worker process exited`, 'combined')).toMatchObject({ rejected: {} });
    expect(read(`${HEAD}two\nlines`, 'combined')).toMatchObject({ rejected: { code: 'not-a-record' } });
  });

  it('of plain messages makes a log record of each', () => {
    for (const format of ['syslog', 'text'] as const) {
      expect(read(HEAD + ACCESS, format)).toMatchObject({ format: 'syslog', record: { kind: 'log' } });
    }
  });

  it.each(FORMAT_NAMES)('%s never throws', format => {
    const lines = [
      '',
      '<',
      '<13>',
      '<13>1 - - - - - -',
      '{',
      `${HEAD}{`,
      '\0',
      `${HEAD}\n\n`,
      '@cee: ',
      ZEEK,
    ];
    for (const line of lines) {
      const said = read(typeof line === 'string' ? line : HEAD + JSON.stringify(line), format);
      expect('record' in said || 'rejected' in said).toBe(true);
    }
  });
});

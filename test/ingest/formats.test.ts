/** The table of formats. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { detectFormat, FORMAT_NAMES, FORMATS, formatOf } from '../../src/ingest/formats.ts';

test('every format is found by the name that it has', () => {
  for (const name of FORMAT_NAMES) expect(formatOf(name).name).toBe(name);
  expect(FORMAT_NAMES).toEqual(Object.keys(FORMATS));
});

test.each(['', 'ECS', 'toString', '__proto__', 'syslogx'])(
  '%j is no format, and the known ones are named',
  name => {
    expect(() => formatOf(name)).toThrow(
      expect.objectContaining({ code: 'unknown-format', message: expect.stringContaining('zeek-tsv') }),
    );
  },
);

test.each([
  ['apache', 'combined'],
  ['access_log', 'combined'],
  ['NGINX', 'combined or nginx-json'],
  ['clf', 'combined or common'],
  ['zeek', 'zeek-tsv or zeek-json'],
  ['eve.json', 'suricata'],
  ['json', 'ecs'],
  ['ECS', 'ecs'],
  ['combind', 'combined'],
  ['zeek_json', 'zeek-json'],
  ['vpc_flow', 'vpc-flow'],
])('whoever asks for %s is asked whether %s is meant', (name, meant) => {
  expect(() => formatOf(name)).toThrow(`no such format; did you mean ${meant}? Known are zeek-tsv`);
});

test.each(['', 'toString', '__proto__', 'constructor', 'nonsense'])('%j is like none', name => {
  expect(() => formatOf(name)).toThrow('no such format; known are zeek-tsv');
});

test.each([
  ['text', []],
  ['syslog', ['Nov 21 21:16:23 web1 sshd[1]: Failed password']],
  ['text', ['[1,2', 'x']],
  ['ecs', ['{"level":"info","msg":"no known tool"}']],
  ['ecs', ['{"message":"hello"}', 'not JSON']],
  ['zeek-json', ['{"ts":1.5,"uid":"C1"}']],
  ['suricata', ['  {"timestamp":"t","event_type":"dns"}']],
  ['zeek-tsv', ['#separator \\x09']],
  ['common', ['192.0.2.26 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 1']],
  ['syslog', ['<34>1 2026-11-21T21:16:23Z web1 sshd - - - Failed password']],
  ['text', ['2026-11-21T21:16:23Z ERROR something failed']],
  ['dnsmasq', ['Nov 21 21:16:23 dnsmasq[1]: query[A] example.org from 192.0.2.1']],
  ['dns-table', ['domain,label', 'example.org,benign']],
  ['cef', ['<34>Nov 21 21:16:23 fw1 CEF:0|V|P|1|2|name|3|']],
  ['leef', ['LEEF:1.0|V|P|1|2|']],
  ['bind', ['Nov 21 21:16:23 ns1 named[1]: zone example.org/IN: loaded serial 1']],
  ['vpc-flow', ['version srcaddr dstaddr start end']],
  ['route53', ['{"query_timestamp":"2026-11-21T21:16:23Z","query_name":"example.org."}']],
  ['text', ['time,domain,method,status', '1,example.org,GET,200']],
])('%s is detected from %j', (name, lines) => {
  expect(detectFormat(lines).name).toBe(name);
});

test('docs/formats.md has a row for every format, and for no other', () => {
  const page = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8');
  const [formats = ''] = page.split('\n## ');
  const rows = formats.split('\n').filter(line => line.startsWith('| `'));
  const listed = rows.flatMap(row => [...(row.split('|')[1] ?? '').matchAll(/`([a-z0-9-]+)`/g)]);
  expect(listed.map(([, name]) => name).sort()).toEqual([...FORMAT_NAMES].sort());
});

/**
 * Long lines that are made to be expensive: every format reads each in one pass, and what it makes of them is bounded. A
 * parser that goes back and forth over a quarter of a megabyte is not done before the test is given up.
 */
import { describe, expect, test } from 'vitest';
import { FIELD_CHARACTERS_MAX } from '../../src/domain/limits.ts';
import { detectFormat, FORMATS } from '../../src/ingest/formats.ts';
import { sampleOf } from '../../src/ingest/sample.ts';
import { RECEIVED_AT_MS } from './parse-lines.ts';

const CHARACTERS = 262_144;
const filled = (head: string, unit: string) => head + unit.repeat(Math.ceil(CHARACTERS / unit.length));

const HEADERS: Readonly<Record<string, string>> = {
  binetflow: 'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,TotPkts,TotBytes,SrcBytes',
  flowlabeler: 'src_ip,dst_ip,flowStart,pktTotalCount',
  unicauca87: 'Protocol,Timestamp,Flow.Duration,Total.Fwd.Packets',
  'dns-table': 'query,qtype,answers',
  'vpc-flow': 'start end srcaddr dstaddr',
};

const LINES: readonly (readonly [what: string, line: string])[] = [
  ['a CEF extension of a hundred thousand keys', `CEF:0|v|p|1|2|n|3|${numbered(' ')}`],
  ['a CEF value of equals signs', filled('CEF:0|v|p|1|2|n|3|a=', '=')],
  ['a CEF value of words and equals signs', filled('CEF:0|v|p|1|2|n|3|a=', 'b=c')],
  ['a CEF head of escapes', filled('CEF:0|', '\\|')],
  ['CEF labels', filled('CEF:0|v|p|1|2|n|3|', 'cs1Label=__proto__ ')],
  ['a LEEF line of a hundred thousand keys', `LEEF:1.0|v|p|1|2|${numbered('\t')}`],
  ['a LEEF line cut by its own equals signs', filled('LEEF:2.0|v|p|1|2|=|', 'a=')],
  ['structured data without an end', filled('<34>1 - - - - - [a@1 ', 'b="')],
  ['structured data of many elements', filled('<34>1 - - - - - ', '[a@1 b="c"]')],
  ['structured data of escapes', filled('<34>1 - - - - - [a@1 b="', '\\"')],
  ['colons behind a time', filled('Nov 20 09:46:59 ', ':')],
  ['a table of quotes', filled('', '"')],
  ['quotes that never end', filled('a,"', '""')],
  ['columns', filled('1', ',1')],
  ['tabs', filled('1', '\t1')],
  ['spaces', filled('1', ' 1')],
  ['one huge number', filled('', '9')],
  ['huge numbers as columns', filled('', `${'9'.repeat(400)},`)],
  ['names of columns', filled('query,answers,', 'domain,')],
  ['answers', filled('a.example.org,A,"', '10.0.0.1,')],
  ['dnsmasq that asks from', filled('Nov 20 09:46:59 dnsmasq[1]: query[A] a', ' from ')],
  ['dnsmasq that says is', filled('Nov 20 09:46:59 dnsmasq[1]: reply a', ' is ')],
  ['a BIND client', filled('20-Nov-2026 09:46:59.123 client 1.1.1.1#1', ' (a)')],
  ['a BIND name', filled('20-Nov-2026 09:46:59.123 client 1.1.1.1#1: query: ', 'a')],
  ['BIND queries', filled('client 1.1.1.1#1: ', 'query: a ')],
  ['a file name of hosts', filled('Nov 20 09:46:59 dnsmasq[1]: /', 'a/')],
  ['brackets', filled('', '[')],
  ['objects', filled('', '{"__proto__":')],
  ['one object with many names', `{${numbered(',', name => `"${name}":1`)}}`],
  ['backslashes', filled('', '\\')],
  ['NUL', filled('', '\0')],
  ['replacement characters', filled('', '\ufffd')],
  ['halves of characters', filled('', '\ud800')],
];

function numbered(separator: string, write = (name: string) => `${name}=1`): string {
  return Array.from({ length: 100_000 }, (_, index) => write(`k${index}`)).join(separator);
}

function longestIn(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Math.max(0, ...Object.values(value).map(longestIn));
}

describe.each(Object.values(FORMATS))('$name', format => {
  test.each(LINES)('%s', (_, line) => {
    const parser = format.open({ receivedAtMs: RECEIVED_AT_MS });
    parser.parse(HEADERS[format.name] ?? '');
    const parsed = parser.parse(line);
    if (parsed !== null && 'record' in parsed) {
      expect(longestIn(parsed.record)).toBeLessThanOrEqual(FIELD_CHARACTERS_MAX);
    }
    if (parsed !== null && 'rejected' in parsed) expect(parsed.rejected.detail.length).toBeLessThan(120);
    expect(format.detect(sampleOf([line]))).toBeLessThanOrEqual(1);
  });
});

test('a format is detected from lines of any size in one pass over each', () => {
  for (const [, line] of LINES) expect(FORMATS).toHaveProperty(detectFormat(Array(20).fill(line)).name);
});

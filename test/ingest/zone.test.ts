/** Formats whose times have no offset are read in the zone of the site; an offset that is written counts. */
import { describe, expect, test } from 'vitest';
import { type FormatName, formatOf } from '../../src/ingest/formats.ts';
import { RECEIVED_AT_MS } from './parse-lines.ts';

const HOUR_MS = 3_600_000;
/** Clocks of the site are five hours behind UTC. */
const utcOf = (wallMs: number) => wallMs + 5 * HOUR_MS;

function atMsOf(format: FormatName, lines: readonly string[]): number | undefined {
  const parser = formatOf(format).open({ receivedAtMs: RECEIVED_AT_MS, utcOf });
  const parsed = lines.map(line => parser.parse(line)).at(-1);
  if (parsed === undefined || parsed === null || !('record' in parsed)) throw new Error('no record');
  return parsed.record.atMs;
}

const NINE = Date.UTC(2026, 10, 20, 9, 46, 59);
const BINETFLOW = 'StartTime,Proto,SrcAddr,Dir,DstAddr';

describe('the clock of the site', () => {
  test.each<[FormatName, string[]]>([
    ['binetflow', [BINETFLOW, '2026/11/20 09:46:59,tcp,192.0.2.1,->,192.0.2.2']],
    ['unicauca87', ['Timestamp,Protocol,Flow.Duration,Total.Fwd.Packets', '20/11/202609:46:59,6,1,1']],
    ['bind', ['20-Nov-2026 09:46:59.000 client 192.0.2.1#1: query: a IN A +']],
    ['dnsmasq', ['Nov 20 09:46:59 dnsmasq[1]: query[A] a from 192.0.2.1']],
    ['syslog', ['<34>Nov 20 09:46:59 web1 sshd[1]: x']],
    ['syslog', ['<34>Nov 20 2026 09:46:59: %ASA-6-302013: x']],
    ['cef', ['CEF:0|V|P|1|2|name|3|rt=Nov 20 2026 09:46:59']],
    ['leef', ['LEEF:1.0|V|P|1|2|devTime=Nov 20 2026 09:46:59']],
  ])('is read by %s', (format, lines) => expect(atMsOf(format, lines)).toBe(NINE + 5 * HOUR_MS));
});

describe('an offset, or an epoch', () => {
  test.each<[FormatName, string[]]>([
    ['binetflow', [BINETFLOW, `${NINE / 1e3}.000000,tcp,192.0.2.1,->,192.0.2.2`]],
    ['bind', ['2026-11-20T09:46:59.000Z client 192.0.2.1#1: query: a IN A +']],
    ['syslog', ['2026-11-20T10:46:59+01:00 web1 sshd[1]: x']],
    ['syslog', ['<34>1 2026-11-20T09:46:59Z web1 sshd - - - x']],
    ['cef', ['CEF:0|V|P|1|2|name|3|rt=Nov 20 2026 09:46:59 UTC']],
    ['cef', [`CEF:0|V|P|1|2|name|3|rt=${NINE}`]],
    ['vpc-flow', ['start end srcaddr', `${NINE / 1e3} ${NINE / 1e3} 192.0.2.1`]],
    ['route53', ['{"query_timestamp":"2026-11-20T09:46:59Z","query_name":"a"}']],
  ])('counts in %s', (format, lines) => expect(atMsOf(format, lines)).toBe(NINE));
});

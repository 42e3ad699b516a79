/**
 * Files that the real tools wrote, beside the repository (../shared/data); skipped where they are absent. Every line must
 * become a record of the right kind; the lines that cannot are counted, with the reason.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { detectFormat } from '../../src/ingest/formats.ts';
import { linesOf, type NumberedLine, parseLines, wholeSplit } from './parse-lines.ts';

const DATA = new URL('../../../shared/data/', import.meta.url);
const missing = existsSync(DATA) ? '' : ' (skipped: ../shared/data is absent)';
/** Lines of a file that are read: enough to meet its oddities, few enough to stay quick. */
const LINES_MAX = 20_000;

function bytesOf(path: string): Uint8Array {
  const file = new URL(path, DATA);
  if (path.endsWith('.gz')) return gunzipSync(readFileSync(file));
  if (path.endsWith('.xz')) return execFileSync('xz', ['-dc', file.pathname], { maxBuffer: 2 ** 28 });
  return readFileSync(file);
}

async function readLines(path: string): Promise<NumberedLine[]> {
  const bytes = bytesOf(path);
  if (bytes[0] !== 0x5b) return (await linesOf(bytes)).slice(0, LINES_MAX);
  return [...wholeSplit(bytes).elements].map(element => ({
    number: element.number,
    text: 'bytes' in element ? new TextDecoder().decode(element.bytes) : '',
  }));
}

/** Format, and how many lines became which kind of record, or were rejected why. */
async function tally(paths: readonly string[]): Promise<Record<string, number | string>> {
  const counts: Record<string, number> = {};
  const formats = new Set<string>();
  for (const path of paths) {
    const lines = await readLines(path);
    const format = detectFormat(lines.map(line => line.text));
    formats.add(format.name);
    for (const outcome of parseLines(format, lines)) {
      const key =
        'record' in outcome
          ? `${outcome.record.kind} ${outcome.record.dataset ?? ''}`.trim()
          : outcome.rejected.code;
      counts[key] = (counts[key] ?? 0) + 1;
    }
  }
  return { format: [...formats].join(), ...counts };
}

describe.skipIf(missing !== '')(`real files${missing}`, () => {
  test.each([
    ['zeek-wrccdc/zeek-default/dns.log.gz', { format: 'zeek-tsv', 'dns zeek.dns': LINES_MAX - 8 }],
    ['zeek-wrccdc/zeek-default/ssl.log.gz', { format: 'zeek-tsv', 'flow zeek.ssl': LINES_MAX - 8 }],
    ['zeek-wrccdc/zeek-default/notice.log.gz', { format: 'zeek-tsv', 'log zeek.notice': 207 }],
    ['zeek-wrccdc/zeek-json/dns.json.gz', { format: 'zeek-json', 'dns zeek.dns': LINES_MAX }],
    ['breakin-rita-proxy/conn.log.xz', { format: 'zeek-tsv', 'flow zeek.connection': 463 }],
    ['breakin-rita-proxy/dns.log.xz', { format: 'zeek-tsv', 'dns zeek.dns': 942 }],
    ['breakin-rita-proxy/http.log.xz', { format: 'zeek-tsv', 'http zeek.http': 407 }],
    ['breakin-rita-proxy/ssl.log.xz', { format: 'zeek-tsv', 'flow zeek.ssl': 407 }],
    ['breakin-rita-proxy/x509.log.xz', { format: 'zeek-tsv', 'log zeek.x509': 173 }],
    [
      'flows/stratosphere/008-zeek-mixed/conn.log.labeled.xz',
      { format: 'zeek-tsv', 'flow zeek.connection': 5663 },
    ],
    ['flows/stratosphere/008-zeek-mixed/http.log.labeled.xz', { format: 'zeek-tsv', 'http zeek.http': 342 }],
    ['flows/stratosphere/008-zeek-mixed/sip.log.labeled', { format: 'zeek-tsv', 'log zeek.sip': 33 }],
    ['flows/stratosphere/010-zeek-mixed/dns.log.labeled', { format: 'zeek-tsv', 'dns zeek.dns': 8 }],
    [
      'flows/stratosphere/002-zeek-scenario-port-scanning/conn.log.xz',
      { format: 'zeek-json', 'flow zeek.connection': 4504 },
    ],
    // Times are seconds since the capture began: no instants, and told so.
    [
      'flows/stratosphere/001-zeek-scenario-malicious/labeled-conn.log.xz',
      { format: 'zeek-tsv', 'invalid-time': 992 },
    ],
    ['flows/slips/port-scans-horizontal-conn.log', { format: 'zeek-tsv', 'invalid-time': 41 }],
    ['zeek-small/tor_ssl.log.xz', { format: 'zeek-tsv', 'flow zeek.ssl': 733 }],
    ['zeek-small/json/http.log.xz', { format: 'zeek-json', 'http zeek.http': 28 }],
    ['zeek-small/json/ssl.log.xz', { format: 'zeek-json', 'flow zeek.ssl': 50 }],
    ['breakin-weblab/weblab-dev.access.log.xz', { format: 'combined', 'http web.access': 10_528 }],
    [
      'breakin-weblab/weblab-dev.access.json.ndjson.xz',
      { format: 'nginx-json', 'http nginx.access': 10_528 },
    ],
    ['http/apache_logs.log.xz', { format: 'combined', 'http web.access': 10_000 }],
    ['suricata/alerts-wrccdc-2018.json.xz', { format: 'suricata', 'log suricata.alert': 207 }],
    // Its timestamps lack an offset.
    ['suricata/alerts-honeypot-2018.json.xz', { format: 'suricata', 'log suricata.alert': 44 }],
    [
      'suricata/slips-test6.eve.ndjson.xz',
      {
        format: 'suricata',
        'dns suricata.dns': 680,
        'flow suricata.flow': 3512,
        'flow suricata.tls': 1,
        'http suricata.http': 56,
        'log suricata.alert': 745,
        'log suricata.anomaly': 3,
        'log suricata.fileinfo': 3,
      },
    ],
    [
      'breakin-apt29-day1/combined_zeek.ndjson.xz',
      {
        format: 'zeek-json',
        'dns zeek.dns': 53,
        'flow zeek.connection': 613,
        'flow zeek.ssl': 378,
        'http zeek.http': 62,
        'log zeek.dce_rpc': 123,
        'log zeek.dpd': 12,
        'log zeek.files': 448,
        'log zeek.kerberos': 35,
        'log zeek.notice': 2,
        'log zeek.pe': 1,
        'log zeek.smb_files': 12,
        'log zeek.smb_mapping': 11,
        'log zeek.weird': 12,
        'log zeek.x509': 378,
      },
    ],
  ])('%s', async (path, expected) => {
    expect(await tally([path])).toEqual(expected);
  });

  test('an hour of every log of one sensor', async () => {
    const folder = 'breakin-rita-missing-host/2024-04-19/';
    const hour = readdirSync(new URL(folder, DATA)).filter(name => name.includes('.000000-010000.'));
    expect(await tally(hour.map(name => folder + name))).toMatchObject({
      format: 'zeek-tsv',
      'flow zeek.connection': 1765,
      'dns zeek.dns': 86,
      'log zeek.ssh': 389,
      'log zeek.weird': 11,
    });
    const kinds = Object.keys(await tally(hour.map(name => folder + name)));
    expect(kinds.filter(kind => !/^(?:format|(?:flow|dns|http|log) zeek\.\w+)$/.test(kind))).toEqual([]);
  });

  test('the same request in two formats of one server is the same record, but for what only one of them tells', async () => {
    const read = async (path: string) => {
      const lines = await readLines(path);
      return parseLines(detectFormat(lines.map(line => line.text)), lines);
    };
    const plain = await read('breakin-weblab/weblab-dev.access.log.xz');
    const json = await read('breakin-weblab/weblab-dev.access.json.ndjson.xz');
    let compared = 0;
    for (const [index, line] of plain.entries()) {
      const other = json[index];
      if (!('record' in line) || other === undefined || !('record' in other)) continue;
      const { record } = line;
      if (record.kind !== 'http' || other.record.kind !== 'http') continue;
      expect(other.record.http).toMatchObject(record.http);
      expect(other.record.userAgent).toEqual(record.userAgent);
      expect(other.record.url.path).toEqual(record.url.path);
      expect(other.record.url.query).toEqual(record.url.query);
      expect(Math.floor((other.record.atMs ?? 0) / 1e3) * 1e3).toBe(record.atMs);
      compared += 1;
    }
    expect(compared).toBe(10_528);
  });
});

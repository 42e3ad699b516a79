/** Lines of every format: of the golden fixtures, and of the captures where they are there. */
import { readdirSync, readFileSync } from 'node:fs';
import { FORMAT_NAMES, type FormatName, formatOf } from '../../src/ingest/formats.ts';
import { hasCaptures, readCapture } from '../captures.ts';

const FIXTURES = new URL('../fixtures/ingest/', import.meta.url);
const CAPTURES: Readonly<Partial<Record<FormatName, readonly string[]>>> = {
  'zeek-tsv': [
    'breakin-rita-proxy/conn.log.xz',
    'breakin-rita-proxy/dns.log.xz',
    'breakin-rita-proxy/http.log.xz',
    'breakin-rita-proxy/ssl.log.xz',
  ],
  'zeek-json': ['breakin-apt29-day1/combined_zeek.ndjson.xz'],
  suricata: ['suricata/slips-test6.eve.ndjson.xz', 'suricata/alerts-honeypot-2018.json.xz'],
  'nginx-json': ['breakin-weblab/weblab-dev.access.json.ndjson.xz'],
  combined: ['http/apache_logs.log.xz', 'breakin-weblab/weblab-dev.access.log.xz'],
  dnsmasq: ['dns/tunnel-lab/iodine-mx.dnsmasq.log.xz'],
  'dns-table': ['dns/tunnel-lab/iodine-mx.dns.tsv.xz', 'dns/netrack/dnscapy-2018-03-29-19-06-25.csv.xz'],
  binetflow: ['flows/slips/test3-mixed.binetflow'],
  flowlabeler: ['breakin-weblab/weblab-dev.flowlabeler48.csv.xz'],
  text: ['http/httpparams/payload_test.csv.xz'],
};
const FILE_LINES_MAX = 300;
const LF = 10;

/** One file: the lines at its start that say what its columns are, and those after them. */
export interface RealFile {
  format: FormatName;
  head: readonly Buffer[];
  lines: readonly Buffer[];
}

/** Whether a line is a header or a comment: no record, and nothing wrong with it. */
export function isPassedOver(format: string, line: string): boolean {
  const parsed = formatOf(format)
    .open({ receivedAtMs: Date.UTC(2026, 10, 23) })
    .parse(line.replace(/\r$/, ''));
  return line.trim() !== '' && parsed === null;
}

const MARK = Buffer.from('\ufeff');

function fileOf(format: FormatName, whole: Buffer): RealFile {
  // A byte order mark is one at the start of a body only; these lines come to stand anywhere.
  const bytes = whole.indexOf(MARK) === 0 ? whole.subarray(MARK.length) : whole;
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length && lines.length < FILE_LINES_MAX; ) {
    const end = bytes.indexOf(LF, at);
    const line = bytes.subarray(at, end === -1 ? bytes.length : end);
    if (line.length > 0) lines.push(line);
    at += line.length + 1;
  }
  const headLines = Math.max(
    0,
    lines.findIndex(line => !isPassedOver(format, line.toString('utf8'))),
  );
  return { format, head: lines.slice(0, headLines), lines: lines.slice(headLines) };
}

/** All of them; none without lines. */
export function realFiles(): RealFile[] {
  const fixtures = FORMAT_NAMES.flatMap(format => {
    const folder = new URL(`${format}/`, FIXTURES);
    return readdirSync(folder).map(name =>
      fileOf(format, readFileSync(new URL(`${name}/input.log`, folder))),
    );
  });
  const captures = hasCaptures()
    ? FORMAT_NAMES.flatMap(format => (CAPTURES[format] ?? []).map(path => fileOf(format, readCapture(path))))
    : [];
  return [...fixtures, ...captures].filter(({ lines }) => lines.length > 0);
}

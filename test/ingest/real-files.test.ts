/**
 * Every file that the real tools wrote, beside the repository (../shared/data), goes through detection and its parser: each
 * of its lines becomes a record of the kind that is due, or is rejected with a reason that is listed here, and their number
 * is the one of MANIFEST.csv. Of files with more than LINES_MAX lines the rest is counted, and not parsed. Skipped where the
 * data are absent; a failure with CI set.
 */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { detectFormat, FORMATS } from '../../src/ingest/formats.ts';
import { captureLines, hasCaptures, listCaptures, readCapture } from '../captures.ts';
import { linesOf, type NumberedLine, parseLines, wholeSplit } from './parse-lines.ts';

const there = hasCaptures();
const missing = there ? '' : ' (skipped: ../shared/data is absent)';
/** Lines of a file that are parsed: enough to meet its oddities, few enough to stay quick. */
const LINES_MAX = 20_000;

/** Sidecars of labels and texts for people: no traffic. Captures of packets: no lines. */
const NO_LOG = /(?:labels|windows)\.csv(?:\.xz)?$|README|\.pcap\.xz$/;

/** By the path of a file, the first that fits: its format, and what its lines become. */
const EXPECTED: readonly (readonly [path: RegExp, format: string, becomes: RegExp])[] = [
  [/^dns\/tunnel-lab\/.*\.dnsmasq\.log/, 'dnsmasq', /^(?:dns dnsmasq\.dns|log dnsmasq\.log)$/],
  [/^dns\//, 'dns-table', /^dns dns\.table$/],
  [/\.binetflow/, 'binetflow', /^flow argus\.flow$/],
  [/flowlabeler48|flowlabeler-tool/, 'flowlabeler', /^flow flowlabeler\.flow$/],
  [/unicauca/, 'unicauca87', /^flow unicauca\.flow$/],
  [/^http\/apache_logs|weblab-dev\.access\.log/, 'combined', /^http web\.access$/],
  [/weblab-dev\.access\.json/, 'nginx-json', /^http nginx\.access$/],
  // Lists of parameters without a request around them: texts, header and all.
  [/^http\/httpparams\//, 'text', /^log$/],
  [
    /^suricata\//,
    'suricata',
    /^(?:dns suricata\.dns|flow suricata\.(?:flow|tls)|http suricata\.http|log suricata\.(?:alert|anomaly|fileinfo))$/,
  ],
  // Zeek's own list of scripts: neither a time nor a kind that is known.
  [/zeek-small\/json\/loaded_scripts/, 'ecs', /^$/],
  [
    /combined_zeek/,
    'zeek-json',
    /^(?:flow zeek\.(?:connection|ssl)|dns zeek\.dns|http zeek\.http|log zeek\.\w+)$/,
  ],
];

/** Zeek's files are called by their log. */
const ZEEK_FILE =
  /(?:^|[/_-])([a-z0-9_]+?)(?:_empty|_date_issue|_002)?\.(?:\d{6}-\d{6}\.)?(?:json\.)?(?:log|json)(?:\.labeled)?(?:\.[gx]z)?$/;
const ZEEK_KINDS: Readonly<Record<string, string>> = {
  conn: 'flow zeek.connection',
  open_conn: 'flow zeek.open_conn',
  dns: 'dns zeek.dns',
  http: 'http zeek.http',
  ssl: 'flow zeek.ssl',
};

/** Lines that may be rejected, all of them: by file, how many for which reason. */
const REJECTED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  // Times are seconds since the capture began, or years after 1970 by as much: no instants, and told so.
  'flows/stratosphere/001-zeek-scenario-malicious/labeled-conn.log.xz': { 'invalid-time': 992 },
  'flows/slips/port-scans-horizontal-conn.log': { 'invalid-time': 41 },
  // The same, and the first line is Argus' own management record.
  'flows/slips/test5-mixed.binetflow.xz': { 'invalid-time': 299, 'not-a-record': 1 },
  'flows/netflowlabeler/test5.tabs.binetflow.xz': { 'invalid-time': 6_724, 'not-a-record': 1 },
  // Tickets of which Zeek saw nothing but the connection: no field says what the line is.
  'zeek-small/json/kerberos.log': { 'unknown-record-kind': 4 },
  'zeek-small/json/loaded_scripts.log': { 'unknown-record-kind': 50 },
};

/** Records in arrays that are written over several lines each; the manifest counts the lines. */
const ARRAYS: Readonly<Record<string, number>> = {
  'suricata/alerts-first-org-conf-2015.json.xz': 136,
  'suricata/alerts-honeypot-2018.json.xz': 44,
  'suricata/alerts-wrccdc-2017.json.xz': 161,
  'suricata/alerts-wrccdc-2018.json.xz': 207,
};

async function readLines(path: string): Promise<NumberedLine[]> {
  const bytes = readCapture(path);
  if (bytes[0] !== 0x5b) return linesOf(bytes);
  return [...wholeSplit(bytes).elements].map(element => ({
    number: element.number,
    text: 'bytes' in element ? new TextDecoder().decode(element.bytes) : '',
  }));
}

interface Tally {
  format: string;
  /** Records by kind and dataset. */
  records: Record<string, number>;
  rejected: Record<string, number>;
  /** Lines that are answered, and those of the rest of a long file. */
  count: number;
}

async function tally(path: string): Promise<Tally> {
  const lines = await readLines(path);
  const format = detectFormat(lines.map(line => line.text));
  const result: Tally = { format: format.name, records: {}, rejected: {}, count: 0 };
  for (const outcome of parseLines(format, lines.slice(0, LINES_MAX))) {
    const isRecord = 'record' in outcome;
    const key = isRecord
      ? `${outcome.record.kind} ${outcome.record.dataset ?? ''}`.trim()
      : outcome.rejected.code;
    const counts = isRecord ? result.records : result.rejected;
    counts[key] = (counts[key] ?? 0) + 1;
    result.count += 1;
  }
  result.count += lines.slice(LINES_MAX).filter(({ text }) => !text.startsWith('#')).length;
  return result;
}

/** The log files of the manifest, with their rows. */
function manifest(): [path: string, rows: number][] {
  return captureLines('MANIFEST.csv')
    .slice(1)
    .map((line): [string, number] => {
      const [path = '', rows = ''] = line.split(',', 2);
      return [path, Number(rows)];
    })
    .filter(([path]) => !NO_LOG.test(path));
}

/** The format that a file is due to be read as, and what its lines may become. */
function expectedOf(path: string, format: string): readonly [format: string, becomes: RegExp] {
  const listed = EXPECTED.find(([file]) => file.test(path));
  if (listed !== undefined) return [listed[1], listed[2]];
  // Zeek's, in one of its two formats. A line of JSON without its log's name is a plain log, but where its fields tell.
  const log = ZEEK_FILE.exec(path)?.[1]?.replace(/^(?:tor|labeled)[-_]/, '') ?? '';
  const becomes = new RegExp(`^${ZEEK_KINDS[log] ?? 'log(?: zeek\\.\\w+)?'}$`);
  return [format === 'zeek-json' ? format : 'zeek-tsv', becomes];
}

/** What is wrong with how a file is read, in words; empty where nothing is. */
async function complaintsOf(path: string, rows: number): Promise<string[]> {
  const { format, records, rejected, count } = await tally(path);
  const [due, becomes] = expectedOf(path, format);
  const header = due === 'text' ? 1 : 0;
  const wrong = Object.keys(records).filter(kind => !becomes.test(kind));
  const complaints = [];
  if (format !== due) complaints.push(`read as ${format}, not ${due}`);
  if (wrong.length > 0) complaints.push(`lines became ${wrong.join()}`);
  if (count !== (ARRAYS[path] ?? rows + header)) complaints.push(`${count} answers to ${rows} rows`);
  if (!isDeepStrictEqual(rejected, REJECTED[path] ?? {})) {
    complaints.push(`rejected: ${JSON.stringify(rejected)}`);
  }
  return complaints.map(text => `${path}: ${text}`);
}

describe.skipIf(!there)(`real files${missing}`, () => {
  const files = there ? manifest() : [];
  const folders = [...new Set(files.map(([path]) => path.split('/').slice(0, -1).join('/')))];

  test('are all looked at', () => {
    expect(files.length).toBe(799);
    const paths = new Set(files.map(([path]) => path));
    for (const path of [...Object.keys(REJECTED), ...Object.keys(ARRAYS)]) expect(paths).toContain(path);
  });

  test.each(folders)('%s', async folder => {
    const complaints: string[] = [];
    for (const [path, rows] of files) {
      if (path.split('/').slice(0, -1).join('/') === folder)
        complaints.push(...(await complaintsOf(path, rows)));
    }
    expect(complaints).toEqual([]);
  });

  test('the events of one sensor that writes several kinds into one file', async () => {
    expect((await tally('suricata/slips-test6.eve.ndjson.xz')).records).toEqual({
      'dns suricata.dns': 680,
      'flow suricata.flow': 3512,
      'flow suricata.tls': 1,
      'http suricata.http': 56,
      'log suricata.alert': 745,
      'log suricata.anomaly': 3,
      'log suricata.fileinfo': 3,
    });
    expect((await tally('breakin-apt29-day1/combined_zeek.ndjson.xz')).records).toMatchObject({
      'dns zeek.dns': 53,
      'flow zeek.connection': 613,
      'flow zeek.ssl': 378,
      'http zeek.http': 62,
      'log zeek.kerberos': 35,
    });
  });

  test('a rotation that lost its header gives the records that it gives with it', async () => {
    const folder = 'breakin-rita-missing-host/2024-04-19/';
    const hour = listCaptures(folder).filter(name => /^(?:conn|dns|http|ssl)\.000000-/.test(name));
    expect(hour.length).toBe(4);
    for (const name of hour) {
      const lines = await readLines(folder + name);
      const bare = lines.filter(({ text }) => !text.startsWith('#'));
      expect(detectFormat(bare.map(({ text }) => text)).name).toBe('zeek-tsv');
      expect(parseLines(FORMATS['zeek-tsv'], bare)).toEqual(parseLines(FORMATS['zeek-tsv'], lines));
    }
  });

  test('tables of flows that lost their header give the records that they give with it', async () => {
    for (const path of [
      'flows/slips/test3-mixed.binetflow',
      'flows/slips/test4-malicious.binetflow.xz',
      'breakin-weblab/weblab-dev.flowlabeler48.csv.xz',
    ]) {
      const lines = (await readLines(path)).slice(0, 1_000);
      const format = detectFormat(lines.map(({ text }) => text));
      const bare = lines.slice(1);
      expect(detectFormat(bare.map(({ text }) => text)).name).toBe(format.name);
      expect(parseLines(format, bare)).toEqual(parseLines(format, lines));
    }
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

  test('the same tunnel by tshark and by dnsmasq asks for the same names', async () => {
    const namesOf = async (path: string, isQuestion: (line: string) => boolean) => {
      const lines = await readLines(path);
      const asked = lines.filter(({ text }, index) => index === 0 || isQuestion(text));
      return parseLines(detectFormat(lines.map(({ text }) => text)), asked).flatMap(outcome =>
        'record' in outcome && outcome.record.kind === 'dns' ? [outcome.record.dns.question] : [],
      );
    };
    const seen = await namesOf('dns/tunnel-lab/iodine-txt.dns.tsv.xz', text => text.split('\t')[6] === '0');
    const logged = await namesOf('dns/tunnel-lab/iodine-txt.dnsmasq.log.xz', text =>
      text.includes(' query['),
    );
    const printed = logged.filter(({ name }) => name !== undefined);
    expect(printed.length).toBeGreaterThan(400);
    const names = new Set(seen.map(({ name, type }) => `${type} ${name}`));
    expect(printed.filter(({ name, type }) => !names.has(`${type} ${name}`))).toEqual([]);
  });
});

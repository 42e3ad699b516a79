/**
 * The same threat comes again: of each incident the first half of the records is marked, or no more than its first few, and the
 * second half is to be found among what the same hosts do later. One capture is one site, read by the product's own parsers, and
 * nothing is masked: addresses, names and fingerprints come as the sensors sent them, so that what is known by heart can be worth
 * something. Good is what is not labelled bad; where a capture has hardly any, another one stands in, which differs in its values.
 */
import type { TrafficRecord } from '../../../src/domain/record.ts';
import { type FormatName, formatOf } from '../../../src/ingest/formats.ts';
import { sampled, seededRandom } from '../seeded.ts';
import { hasSharedData, listSharedData, sharedLines } from '../shared-data.ts';
import type { Case, Task } from '../task.ts';

/** Records at most that are drawn of each incident, and of the good, in each log: a task takes seconds. */
const DRAWN_MAX = 800;
/** Records of each incident that are marked in each log where somebody saw it early. */
const EARLY = 8;
/** No capture is later. */
const RECEIVED_AT_MS = Date.UTC(2027, 0, 1);

/** The bad incident of a line, `good`, or null where nobody knows. @param index of the line in its file, from 0 */
type Judge = (record: TrafficRecord, line: string, index: number) => string | null;

interface Log {
  files: readonly string[];
  format: FormatName;
  judge: Judge;
  /** Dates a line whose time counts from the beginning of its capture: no record is of 1970. */
  dated?: (line: string) => string;
}

interface Site {
  name: string;
  about: string;
  /** What must be there. */
  folders: readonly string[];
  logs(): Log[];
}

const WINDOWS = 'breakin-apt29-day1';
const SERVER = 'breakin-rita-missing-host';
const PROXY = 'breakin-rita-proxy';
const HOME = 'zeek-rita-proxy-rolling';
const WEB = 'breakin-weblab';
const TUNNELS = 'dns/tunnel-lab';
const BROWSING = 'dns/browsing-dns.dev.tsv.xz';
const MALWARE = 'flows/netflowlabeler/test5.tabs.binetflow.xz';

const ZEEK_LOGS = ['conn', 'dns', 'http', 'ssl'] as const;
const CONTROL_SERVERS: ReadonlySet<string | undefined> = new Set(['192.168.0.4', '192.168.0.5']);
const BEACON = '73.54.23.243';

const allGood: Judge = () => 'good';

/** Each of Zeek's four logs in a folder, and in the folders of days in it (`2024-…`). */
function zeekLogs(folder: string, format: FormatName, judge: Judge): Log[] {
  const files = listSharedData(folder).flatMap(name =>
    name.startsWith('2024-') ? listSharedData(`${folder}/${name}`).map(file => `${name}/${file}`) : [name],
  );
  return ZEEK_LOGS.map(log => ({
    files: files
      .filter(file => new RegExp(`(?:^|/|[A-Z]_)${log}\\.`).test(file))
      .map(file => `${folder}/${file}`),
    format,
    judge,
  }));
}

/** Zeek's ids of the connections that labels.csv of a folder names. */
function uidsOf(folder: string): ReadonlySet<string | undefined> {
  return new Set(sharedLines(`${folder}/labels.csv.xz`).map(line => line.split(',')[1]));
}

/** A run of a tunnel is an incident, as its packets tell (queries and codes) and as the resolver does (queries and answers). */
function tunnelLogs(ending: string, format: FormatName): Log[] {
  return listSharedData(TUNNELS)
    .filter(file => file.endsWith(ending))
    .map(file => ({
      files: [`${TUNNELS}/${file}`],
      format,
      judge: ({ kind }) => (kind === 'dns' ? file : null),
    }));
}

function university(number: string): Site {
  const folder = `flows/stratosphere/${number}-zeek-mixed`;
  return {
    name: `university-${number}`,
    about: 'scans of a university host from outside, among its own traffic',
    folders: [folder],
    logs: () =>
      zeekLogs(folder, 'zeek-tsv', (_record, line) => {
        if (line.includes('\tMalicious\t')) return 'scans from outside';
        return /\t(?:Benign|Background)\t/.test(line) ? 'good' : null;
      }),
  };
}

const SITES: readonly Site[] = [
  {
    name: 'windows',
    about: 'channels of an emulated intruder among Windows machines and a home network',
    folders: [WINDOWS, HOME],
    logs: () => [
      ...zeekLogs(WINDOWS, 'zeek-json', ({ source, destination }) =>
        [source?.ip, destination?.ip].some(ip => CONTROL_SERVERS.has(ip)) ? 'channel' : 'good',
      ),
      ...zeekLogs(HOME, 'zeek-tsv', allGood),
    ],
  },
  {
    name: 'web-server',
    about: 'a beacon to a web server under constant scanning',
    folders: [SERVER],
    logs: () => zeekLogs(SERVER, 'zeek-tsv', ({ source }) => (source?.ip === BEACON ? 'beacon' : 'good')),
  },
  {
    name: 'proxy',
    about: 'a beacon through a proxy',
    folders: [PROXY],
    logs: () => {
      const bad = uidsOf(PROXY);
      return zeekLogs(PROXY, 'zeek-tsv', (_record, line) =>
        bad.has(line.split('\t')[1]) ? 'beacon' : 'good',
      );
    },
  },
  university('008'),
  university('010'),
  {
    name: 'malware',
    about: 'queries and connections of malware on a host by Argus',
    folders: [MALWARE],
    logs: () => [
      {
        files: [MALWARE],
        format: 'binetflow',
        dated: line => line.replace(/^1970/, '2018'),
        judge(_record, line) {
          const label = line.slice(line.lastIndexOf('\t') + 1);
          if (label.startsWith('flow=Malware')) return label;
          return label.startsWith('flow=Background') ? 'good' : null;
        },
      },
    ],
  },
  {
    name: 'requests',
    about: 'requests of dirb, sqlmap and hydra to a web site, among its visitors',
    folders: [WEB],
    logs: () => {
      // Its first line names the columns: the label of line n of the log is in line n + 1.
      const labels = sharedLines(`${WEB}/weblab-dev.labels.csv.xz`).slice(1);
      return [
        {
          files: [`${WEB}/weblab-dev.access.json.ndjson.xz`],
          format: 'nginx-json',
          judge(_record, _line, index) {
            const [, , , , label, tool] = labels[index]?.split(',') ?? [];
            return label === 'attack' ? (tool ?? null) : 'good';
          },
        },
      ];
    },
  },
  {
    name: 'flows',
    about: 'the same as flows with the 48 columns of FlowLabeler',
    folders: [WEB],
    logs: () => {
      // Both files begin with the names of their columns.
      const labels = sharedLines(`${WEB}/weblab-dev.flowlabeler48.labels.csv.xz`);
      return [
        {
          files: [`${WEB}/weblab-dev.flowlabeler48.csv.xz`],
          format: 'flowlabeler',
          judge({ source }, _line, index) {
            const label = labels[index]?.split(',')[2];
            if (label === 'attack') return `tool of ${source?.ip}`;
            return label === 'benign' ? 'good' : null;
          },
        },
      ];
    },
  },
  {
    name: 'tunnels',
    about:
      'iodine and dns2tcp with their own zones and clients, among page loads and the names of a home network',
    folders: [TUNNELS, BROWSING, HOME],
    logs: () => [
      ...tunnelLogs('.dns.tsv.xz', 'dns-table'),
      ...tunnelLogs('.dnsmasq.log.xz', 'dnsmasq'),
      { files: [BROWSING], format: 'dns-table', judge: allGood },
      ...zeekLogs(HOME, 'zeek-tsv', allGood).filter(({ files }) =>
        files.some(file => file.includes('/dns.')),
      ),
    ],
  },
];

interface Placed extends Case {
  atMs: number;
}

/** What is drawn of a log, by incident; all that is good is one. */
function drawnOf({ files, format, judge, dated = line => line }: Log, random: () => number): Placed[][] {
  const incidents = new Map<string, Placed[]>();
  for (const file of files) {
    const parser = formatOf(format).open({ receivedAtMs: RECEIVED_AT_MS });
    for (const [index, line] of sharedLines(file).entries()) {
      const parsed = parser.parse(dated(line));
      if (parsed === null || 'rejected' in parsed || parsed.record.atMs === undefined) continue;
      const { record } = parsed;
      const { source, atMs } = record;
      const incident = judge(record, line, index);
      if (incident === null || atMs === undefined) continue;
      const one: Placed = {
        ...{ record, atMs, label: incident === 'good' ? 'good' : 'bad' },
        incident: incident === 'good' ? `client ${source?.ip}` : incident,
        witness: { source: source?.ip, atMs },
      };
      const known = incidents.get(incident);
      if (known === undefined) incidents.set(incident, [one]);
      else known.push(one);
    }
  }
  return [...incidents.values()].map(cases => sampled(cases, DRAWN_MAX, random));
}

/** The first half in the order of time, and the rest. */
function halvesOf(cases: readonly Placed[]): [Placed[], Placed[]] {
  const ordered = [...cases].sort((a, b) => a.atMs - b.atMs);
  const middle = Math.ceil(ordered.length / 2);
  return [ordered.slice(0, middle), ordered.slice(middle)];
}

/** @param marked records at most of each incident in each log */
function againTask(name: string, { about, folders, logs }: Site, marked: number): Task {
  return {
    name,
    about: `${about}; of each incident and of the good the first half is known and the second held; nothing masked`,
    available: () => folders.every(hasSharedData),
    splits(seed) {
      const random = seededRandom(seed);
      const halves = logs()
        .flatMap(log => drawnOf(log, random))
        .map(halvesOf);
      return [
        {
          name: 'comes again',
          learn: halves.flatMap(([known]) => (known[0]?.label === 'bad' ? known.slice(0, marked) : known)),
          held: halves.flatMap(([, later]) => later),
        },
      ];
    },
  };
}

export const MARKED_AGAIN: readonly Task[] = [
  ...SITES.map(site => againTask(`again-${site.name}`, site, Number.POSITIVE_INFINITY)),
  ...SITES.map(site => againTask(`again-early-${site.name}`, site, EARLY)),
];

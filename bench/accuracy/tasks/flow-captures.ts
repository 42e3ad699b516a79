/**
 * Captures of flows, read by the product's own parsers, with who was guilty: what the tasks of flows are made of, and the cut
 * points of their statistics (../cut-points.ts).
 */
import type { FlowRecord } from '../../../src/domain/record.ts';
import { formatOf } from '../../../src/ingest/formats.ts';
import { hasSharedData, listSharedData, sharedLines } from '../shared-data.ts';
import type { Case } from '../task.ts';

/** A flow, and how its capture calls it. */
export interface FlowCase extends Case {
  record: FlowRecord;
}

export interface FlowCapture {
  name: string;
  cases: FlowCase[];
}

interface Source {
  name: string;
  files: readonly string[];
  format: string;
  /** Dates a line whose time counts from the beginning of its capture: no record is of 1970. */
  dated?: (line: string) => string;
  /** The bad incident of a line, `good`, or null where it is left out. @param row number of the line among the flows, from 0 */
  incidentOf(line: string, record: FlowRecord, row: number): string | null;
}

/** No capture is later. */
const RECEIVED_AT_MS = Date.parse('2027-01-01T00:00:00Z');
const WEB = 'breakin-weblab';
const WINDOWS = 'breakin-apt29-day1';
const PROXY = 'breakin-rita-proxy';
const HOME = 'zeek-rita-proxy-rolling';

/** Tools of the web laboratory by client address; each had its own. */
function webTools(): ReadonlyMap<string, string> {
  return new Map(
    sharedLines(`${WEB}/weblab-dev.windows.csv`).flatMap(line => {
      const [, event, tool, client] = line.split(',');
      return event === 'start' && client !== undefined && tool !== undefined ? [[client, tool]] : [];
    }),
  );
}

function webIncident(isAttack: boolean, record: FlowRecord, tools: ReadonlyMap<string, string>) {
  return isAttack ? (tools.get(record.source?.ip ?? '') ?? null) : 'good';
}

/** The web laboratory with the 48 columns: 7,842 flows of one site. */
export function webStatistics(): FlowCapture {
  const labels = sharedLines(`${WEB}/weblab-dev.flowlabeler48.labels.csv.xz`).slice(1);
  const tools = webTools();
  return captureOf({
    name: 'web',
    files: [`${WEB}/weblab-dev.flowlabeler48.csv.xz`],
    format: 'flowlabeler',
    incidentOf(_line, record, row) {
      const label = labels[row]?.split(',')[2];
      return label === 'unknown' ? null : webIncident(label === 'attack', record, tools);
    },
  });
}

/** Whether all that is read is there. */
export function hasFlowCaptures(): boolean {
  return [WEB, 'flows/stratosphere', 'flows/tunnel-lab', 'flows/netflowlabeler', HOME].every(hasSharedData);
}

/** All captures of flows with known culprits, and the home network. */
export function flowCaptures(): FlowCapture[] {
  return [webStatistics(), ...sources().map(captureOf)];
}

function sources(): Source[] {
  const tools = webTools();
  return [
    {
      name: 'web by argus',
      files: [`${WEB}/weblab-dev.binetflow.xz`],
      format: 'binetflow',
      incidentOf: (line, record) =>
        line.endsWith('=Background') ? null : webIncident(line.endsWith('=From-Attack'), record, tools),
    },
    {
      name: 'tunnels',
      files: listSharedData('flows/tunnel-lab').map(file => `flows/tunnel-lab/${file}`),
      format: 'binetflow',
      // Each tool had an address of its own, whatever the types of records.
      incidentOf: (_line, record) => (record.source?.ip === '10.99.1.25' ? 'dns2tcp' : 'iodine'),
    },
    {
      name: 'malware by argus',
      files: ['flows/netflowlabeler/test5.tabs.binetflow.xz'],
      format: 'binetflow',
      dated: line => line.replace(/^1970/, '2018'),
      incidentOf(line) {
        const label = line.slice(line.lastIndexOf('\t') + 1);
        if (label === 'flow=Malware-UDP-DNS') return 'malware, queries';
        if (label === 'flow=Malware-TCP') return 'malware, connections';
        return label.startsWith('flow=Background') ? 'good' : null;
      },
    },
    {
      name: 'bot',
      files: ['flows/stratosphere/001-zeek-scenario-malicious/labeled-conn.log.xz'],
      format: 'zeek-tsv',
      dated: line => line.replace(/^(\d+)\./, (_, seconds) => `${1_488_890_834 + Number(seconds)}.`),
      incidentOf: line => (line.includes('\tMalicious\t') ? 'bot' : 'good'),
    },
    {
      name: 'scan',
      files: ['flows/stratosphere/002-zeek-scenario-port-scanning/conn.log.xz'],
      format: 'zeek-json',
      incidentOf: (_line, record) => (record.source?.ip === '172.16.1.11' ? 'scan' : null),
    },
    {
      name: 'backdoor',
      files: ['flows/stratosphere/003-zeek-scenario-malicious/conn.log.xz'],
      format: 'zeek-tsv',
      incidentOf: (_line, record) => (record.destination?.port === 1337 ? 'backdoor' : null),
    },
    ...['008', '010'].map(
      (number): Source => ({
        name: `university ${number}`,
        files: [`flows/stratosphere/${number}-zeek-mixed/conn.log.labeled.xz`],
        format: 'zeek-tsv',
        incidentOf(line) {
          if (line.includes('\tMalicious\t')) return 'scans from outside';
          return line.includes('\tBenign\t') ? 'good' : null;
        },
      }),
    ),
    {
      name: 'windows',
      files: listSharedData(WINDOWS)
        .filter(file => file.endsWith('_conn.log.xz'))
        .map(file => `${WINDOWS}/${file}`),
      format: 'zeek-json',
      incidentOf: (_line, { source, destination }) =>
        [source?.ip, destination?.ip].some(ip => ip === '192.168.0.4' || ip === '192.168.0.5')
          ? 'intruder among windows'
          : 'good',
    },
    {
      name: 'proxy',
      files: [`${PROXY}/conn.log.xz`],
      format: 'zeek-tsv',
      incidentOf: (() => {
        const bad = new Set(sharedLines(`${PROXY}/labels.csv.xz`).map(line => line.split(',')[1]));
        return line => (bad.has(line.split('\t')[1]) ? 'beacon through a proxy' : 'good');
      })(),
    },
    {
      name: 'home',
      files: listSharedData(HOME)
        .filter(file => file.startsWith('conn.'))
        .map(file => `${HOME}/${file}`),
      format: 'zeek-tsv',
      incidentOf: () => 'good',
    },
  ];
}

function captureOf({ name, files, format, dated = line => line, incidentOf }: Source): FlowCapture {
  const cases: FlowCase[] = [];
  for (const file of files) {
    const parser = formatOf(format).open({ receivedAtMs: RECEIVED_AT_MS });
    let row = 0;
    for (const line of sharedLines(file)) {
      const parsed = parser.parse(dated(line));
      if (parsed === null || 'rejected' in parsed || parsed.record.kind !== 'flow') continue;
      const { record } = parsed;
      const incident = incidentOf(line, record, row);
      row += 1;
      if (incident === null) continue;
      const source = record.source?.ip ?? '';
      cases.push({
        record,
        label: incident === 'good' ? 'good' : 'bad',
        incident: incident === 'good' ? `${name} ${source}` : incident,
        witness: { source, atMs: record.atMs },
      });
    }
  }
  return { name, cases };
}

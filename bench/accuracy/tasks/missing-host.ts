/**
 * A beacon to a web server under constant scanning (breakin-rita-missing-host): the intruder is marked until
 * 2024-04-20T00:00Z, everything else of that time is taken as good, and later records of the intruder are to be found
 * among the rest. Unlabelled scanners stay in the good: what they cost is part of the figure.
 */
import { sampled, seededRandom } from '../seeded.ts';
import { hasSharedData, listSharedData, sharedLines } from '../shared-data.ts';
import type { Case, Task } from '../task.ts';

const FOLDER = 'breakin-rita-missing-host';
const INTRUDER = '73.54.23.243';
const MARKED_UNTIL_MS = Date.UTC(2024, 3, 20);
/** Good records drawn of each day and log. */
const GOOD_OF_LOG_MAX = 6_000;

interface Masking {
  userAgent: boolean;
  addresses: boolean;
}

type Row = Readonly<Record<string, string>>;

function zeekRows(path: string): Row[] {
  let names: string[] = [];
  const rows: Row[] = [];
  for (const line of sharedLines(path)) {
    if (line.startsWith('#fields\t')) names = line.split('\t').slice(1);
    if (line.startsWith('#') || line === '') continue;
    const columns = line.split('\t');
    const row: Record<string, string> = {};
    for (const [index, name] of names.entries()) {
      const value = columns[index];
      if (value !== undefined && value !== '-' && value !== '(empty)') row[name] = value;
    }
    rows.push(row);
  }
  return rows;
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function caseOf(log: 'conn' | 'http', row: Row, masking: Masking): Case {
  const source = row['id.orig_h'] ?? '';
  const atMs = Number(row['ts']) * 1_000;
  const common = {
    atMs,
    source: {
      ip: masking.addresses ? undefined : source,
      bytes: numberOf(row['orig_bytes']),
      packets: numberOf(row['orig_pkts']),
    },
    destination: {
      ip: masking.addresses ? undefined : row['id.resp_h'],
      port: numberOf(row['id.resp_p']),
      bytes: numberOf(row['resp_bytes']),
      packets: numberOf(row['resp_pkts']),
    },
  };
  const duration = numberOf(row['duration']);
  return {
    record:
      log === 'conn'
        ? {
            ...common,
            kind: 'flow',
            dataset: 'zeek.conn',
            durationMs: duration === undefined ? undefined : duration * 1_000,
            network: {
              transport: row['proto'],
              protocol: row['service'],
              state: row['conn_state']?.toLowerCase(),
              history: row['history'],
            },
          }
        : {
            ...common,
            kind: 'http',
            dataset: 'zeek.http',
            userAgent: masking.userAgent ? undefined : row['user_agent'],
            http: {
              method: row['method'],
              referrer: row['referrer'],
              requestBytes: numberOf(row['request_body_len']),
              statusCode: numberOf(row['status_code']),
              responseBodyBytes: numberOf(row['response_body_len']),
            },
            url: urlOf(row),
          },
    label: source === INTRUDER ? 'bad' : 'good',
    incident: source === INTRUDER ? 'beacon' : `source ${source}`,
    witness: { source, atMs },
  };
}

function urlOf(row: Row): {
  domain: string | undefined;
  path: string | undefined;
  query: string | undefined;
} {
  const uri = row['uri'];
  const mark = uri?.indexOf('?') ?? -1;
  return {
    domain: row['host'],
    path: mark < 0 ? uri : uri?.slice(0, mark) || undefined,
    query: mark < 0 ? undefined : uri?.slice(mark + 1) || undefined,
  };
}

function hostCases(masking: Masking, random: () => number): Case[] {
  const days = listSharedData(FOLDER).filter(name => name.startsWith('2024-'));
  return days.flatMap(day =>
    (['conn', 'http'] as const).flatMap(log => {
      const files = listSharedData(`${FOLDER}/${day}`).filter(name => name.startsWith(`${log}.`));
      const cases = files
        .flatMap(file => zeekRows(`${FOLDER}/${day}/${file}`))
        .map(row => caseOf(log, row, masking));
      const good = cases.filter(one => one.label === 'good');
      return [...cases.filter(one => one.label === 'bad'), ...sampled(good, GOOD_OF_LOG_MAX, random)];
    }),
  );
}

function hostTask(name: string, about: string, masking: Masking): Task {
  return {
    name,
    about,
    available: () => hasSharedData(FOLDER),
    splits(seed) {
      const cases = hostCases(masking, seededRandom(seed));
      return [
        {
          name: 'after the mark',
          learn: cases.filter(one => (one.witness.atMs ?? 0) < MARKED_UNTIL_MS),
          held: cases.filter(one => (one.witness.atMs ?? 0) >= MARKED_UNTIL_MS),
        },
      ];
    },
  };
}

export const missingHost = hostTask(
  'missing-host',
  'a beacon over HTTP, marked for a day, found on the two days after among scanners and visitors; addresses and user agents as they came',
  { userAgent: false, addresses: false },
);

export const missingHostMasked = hostTask(
  'missing-host-masked',
  'the same without addresses and user agents',
  { userAgent: true, addresses: true },
);

/** Zeek's connections and requests as cases, with or without what tells who it was. */
import type { TrafficRecord } from '../../../src/domain/record.ts';
import { sharedLines } from '../shared-data.ts';
import type { Case } from '../task.ts';

/** What is left out. */
export interface Masking {
  userAgent: boolean;
  addresses: boolean;
}

export type Row = Readonly<Record<string, string>>;

/** The rows of a log, as tab-separated values (unset ones are absent) or as JSON of which `id_orig_h` is `id.orig_h`. */
export function zeekRows(path: string): Row[] {
  let names: string[] = [];
  const rows: Row[] = [];
  for (const line of sharedLines(path)) {
    if (line.startsWith('#fields\t')) names = line.split('\t').slice(1);
    if (line.startsWith('#') || line === '') continue;
    if (line.startsWith('{')) {
      rows.push(rowOfJson(JSON.parse(line) as Record<string, unknown>));
      continue;
    }
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

function rowOfJson(members: Readonly<Record<string, unknown>>): Row {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name.replace(/^id_(orig|resp)_/, 'id.$1_'),
      String(value),
    ]),
  );
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** The record of a row, and who sent it when. */
export function zeekRecord(
  log: 'conn' | 'http',
  row: Row,
  masking: Masking,
): { record: TrafficRecord; witness: Required<Case['witness']> } {
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

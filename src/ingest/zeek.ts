/**
 * What Zeek's logs mean, however they are written (zeek-tsv.ts, zeek-json.ts). The dns, conn, http and ssl logs have
 * kinds of their own (ssl: a flow whose protocol is TLS); every other log is a `log` record whose message holds its
 * columns. Dataset: `zeek.<path>`, where conn is `zeek.connection`, as Filebeat names it.
 *
 * Zeek's uid is not an identity: one connection's lines in several logs, and its many requests in one, all have it.
 */
import type { FlowStatistics } from '../domain/flow-statistics.ts';
import { DNS_ANSWERS_MAX } from '../domain/limits.ts';
import type { RecordKind } from '../domain/record.ts';
import { type Draft, newDraft } from './draft.ts';
import type { FieldCheck } from './field-check.ts';
import { fieldTable } from './field-table.ts';
import { setUrl } from './request-target.ts';
import { setTls } from './tls.ts';

/** The columns that are read, with all names that they go by; the first is the one that problems are told with. */
export const ZEEK_COLUMNS = {
  ts: ['ts'],
  sourceIp: ['id.orig_h', 'id_orig_h'],
  sourcePort: ['id.orig_p', 'id_orig_p'],
  destinationIp: ['id.resp_h', 'id_resp_h'],
  destinationPort: ['id.resp_p', 'id_resp_p'],
  proto: ['proto'],
  service: ['service'],
  duration: ['duration'],
  sourceBytes: ['orig_bytes'],
  destinationBytes: ['resp_bytes'],
  state: ['conn_state'],
  localOrig: ['local_orig'],
  localResp: ['local_resp'],
  history: ['history'],
  sourcePackets: ['orig_pkts'],
  destinationPackets: ['resp_pkts'],
  sourceIpBytes: ['orig_ip_bytes'],
  destinationIpBytes: ['resp_ip_bytes'],
  missedBytes: ['missed_bytes'],
  rtt: ['rtt'],
  query: ['query'],
  queryType: ['qtype_name'],
  responseCode: ['rcode_name'],
  answers: ['answers'],
  ttls: ['TTLs'],
  method: ['method'],
  host: ['host'],
  uri: ['uri'],
  referrer: ['referrer'],
  userAgent: ['user_agent'],
  requestBytes: ['request_body_len'],
  responseBytes: ['response_body_len'],
  statusCode: ['status_code'],
  userName: ['username'],
  version: ['version'],
  serverName: ['server_name'],
  ja3: ['ja3'],
  sensor: ['@system', '_system_name'],
  noticeSource: ['src'],
  noticeDestination: ['dst'],
} as const;

export const ZEEK_TABLE = fieldTable(ZEEK_COLUMNS);
const SLOT = ZEEK_TABLE.slots;

/** Columns that a log record holds as fields, so that its message does not repeat them. */
export const ZEEK_LOG_FIELDS: ReadonlySet<string> = new Set([
  ...ZEEK_COLUMNS.ts,
  ...ZEEK_COLUMNS.sourceIp,
  ...ZEEK_COLUMNS.sourcePort,
  ...ZEEK_COLUMNS.destinationIp,
  ...ZEEK_COLUMNS.destinationPort,
  ...ZEEK_COLUMNS.proto,
  ...ZEEK_COLUMNS.sensor,
  '_path',
  '_write_ts',
  '@stream',
  '@proc',
]);

const KINDS: ReadonlyMap<string, RecordKind> = new Map([
  ['dns', 'dns'],
  ['conn', 'flow'],
  // Connections that are still open, as packages of the same columns log them.
  ['conn_long', 'flow'],
  ['open_conn', 'flow'],
  ['http', 'http'],
  ['ssl', 'flow'],
]);

/** The kind of record that a log's lines are. */
export function zeekKindOf(path: string): RecordKind {
  return KINDS.get(path) ?? 'log';
}

/**
 * The draft of one line; for a log record without its message.
 * @param path the log's name (`conn`), empty where it is not known
 */
export function zeekDraft(path: string, values: readonly unknown[], check: FieldCheck): Draft {
  const draft = newDraft(zeekKindOf(path));
  draft.atMs = check.instant(values[SLOT.ts], 'ts');
  if (path !== '') draft.dataset = path === 'conn' ? 'zeek.connection' : `zeek.${path}`;
  draft.sourceIp = check.address(values[SLOT.sourceIp], 'id.orig_h');
  draft.sourcePort = check.port(values[SLOT.sourcePort], 'id.orig_p');
  draft.destinationIp = check.address(values[SLOT.destinationIp], 'id.resp_h');
  draft.destinationPort = check.port(values[SLOT.destinationPort], 'id.resp_p');
  draft.transport = check.lowerText(values[SLOT.proto], 'proto');
  draft.sensorId = check.text(values[SLOT.sensor], '@system');
  if (path === 'dns') setDns(draft, values, check);
  else if (path === 'http') setHttp(draft, values, check);
  else if (path === 'ssl') setSsl(draft, values, check);
  else if (path === 'notice') setNotice(draft, values, check);
  else if (draft.kind === 'flow') setConnection(draft, values, check);
  return draft;
}

function setDns(draft: Draft, values: readonly unknown[], check: FieldCheck): void {
  draft.durationMs = check.seconds(values[SLOT.rtt], 'rtt');
  draft.questionName = check.domainName(values[SLOT.query], 'query');
  draft.questionType = check.upperText(values[SLOT.queryType], 'qtype_name');
  draft.responseCode = check.upperText(values[SLOT.responseCode], 'rcode_name');
  draft.answers = check.texts(values[SLOT.answers], 'answers', DNS_ANSWERS_MAX);
  draft.ttls = check.findMeasures(values[SLOT.ttls], DNS_ANSWERS_MAX);
}

function setConnection(draft: Draft, values: readonly unknown[], check: FieldCheck): void {
  draft.durationMs = check.seconds(values[SLOT.duration], 'duration');
  draft.sourceBytes = check.count(values[SLOT.sourceBytes], 'orig_bytes');
  draft.sourcePackets = check.count(values[SLOT.sourcePackets], 'orig_pkts');
  draft.destinationBytes = check.count(values[SLOT.destinationBytes], 'resp_bytes');
  draft.destinationPackets = check.count(values[SLOT.destinationPackets], 'resp_pkts');
  draft.protocol = check.lowerText(values[SLOT.service], 'service');
  draft.direction = directionOf(
    check.flag(values[SLOT.localOrig], 'local_orig'),
    check.flag(values[SLOT.localResp], 'local_resp'),
  );
  draft.state = check.lowerText(values[SLOT.state], 'conn_state');
  draft.history = check.text(values[SLOT.history], 'history');
  draft.statistics = statisticsOf(values, check);
}

/** Bytes with the headers of IP, and those that were missed, where any were. */
function statisticsOf(values: readonly unknown[], check: FieldCheck): FlowStatistics | undefined {
  const forward = check.count(values[SLOT.sourceIpBytes], 'orig_ip_bytes');
  const backward = check.count(values[SLOT.destinationIpBytes], 'resp_ip_bytes');
  const missed = check.count(values[SLOT.missedBytes], 'missed_bytes') || undefined;
  if ((forward ?? backward ?? missed) === undefined) return undefined;
  return {
    ...(forward === undefined ? {} : { fwd_ip_byts: forward }),
    ...(backward === undefined ? {} : { bwd_ip_byts: backward }),
    ...(missed === undefined ? {} : { missed_byts: missed }),
  };
}

/** `network.direction` by which ends are local, as Filebeat derives it; undefined where Zeek knows no local networks. */
function directionOf(localOrig: boolean | undefined, localResp: boolean | undefined): string | undefined {
  if (localOrig === undefined || localResp === undefined) return undefined;
  if (localOrig) return localResp ? 'internal' : 'outbound';
  return localResp ? 'inbound' : 'external';
}

function setHttp(draft: Draft, values: readonly unknown[], check: FieldCheck): void {
  draft.userName = check.text(values[SLOT.userName], 'username');
  draft.userAgent = check.text(values[SLOT.userAgent], 'user_agent');
  draft.method = check.text(values[SLOT.method], 'method');
  draft.referrer = check.text(values[SLOT.referrer], 'referrer');
  draft.requestBytes = check.count(values[SLOT.requestBytes], 'request_body_len');
  draft.statusCode = check.count(values[SLOT.statusCode], 'status_code');
  draft.responseBodyBytes = check.count(values[SLOT.responseBytes], 'response_body_len');
  setUrl(draft, check.text(values[SLOT.uri], 'uri'), check.text(values[SLOT.host], 'host'));
}

function setSsl(draft: Draft, values: readonly unknown[], check: FieldCheck): void {
  draft.protocol = 'tls';
  const tls = {
    version: [values[SLOT.version], 'version'],
    serverName: [values[SLOT.serverName], 'server_name'],
    ja3: [values[SLOT.ja3], 'ja3'],
  } as const;
  setTls(draft, tls, check);
}

/** A notice that is about hosts rather than one connection (a scan) has only `src` and `dst`. */
function setNotice(draft: Draft, values: readonly unknown[], check: FieldCheck): void {
  draft.sourceIp ??= check.address(values[SLOT.noticeSource], 'src');
  draft.destinationIp ??= check.address(values[SLOT.noticeDestination], 'dst');
}

/**
 * Suricata's EVE JSON. dns (versions 1, 2 and 3), flow, http and tls events have kinds of their own (tls: a flow whose
 * protocol is TLS); every other event (alert, anomaly, fileinfo, stats …) is a `log` record whose message holds its
 * fields. An alert is a record like any other, never a label. Dataset: `suricata.<event type>`.
 *
 * Source is who opened the connection: a DNS answer that was logged the other way round is turned. The time of a flow is
 * when it began (as in Zeek's conn), not when it was logged. A flow_id is not an identity: many events have the same.
 */
import { DNS_ANSWERS_MAX } from '../domain/limits.ts';
import type { RecordKind } from '../domain/record.ts';
import { type Draft, newDraft } from './draft.ts';
import type { FieldCheck } from './field-check.ts';
import { fieldTable } from './field-table.ts';
import type { Format } from './format.ts';
import { isObject, type JsonObject } from './json.ts';
import { jsonLines } from './json-lines.ts';
import { RemainingText } from './remaining-text.ts';
import { setUrl } from './request-target.ts';
import { meanCertainty } from './sample.ts';
import { swapEndpoints } from './swap-endpoints.ts';
import { durationMsOf } from './time.ts';
import { setTls } from './tls.ts';

const FIELDS = {
  timestamp: ['timestamp'],
  eventType: ['event_type'],
  sourceIp: ['src_ip'],
  sourcePort: ['src_port'],
  destinationIp: ['dest_ip'],
  destinationPort: ['dest_port'],
  proto: ['proto'],
  application: ['app_proto'],
  sensor: ['host'],
  dnsType: ['dns.type'],
  rrname: ['dns.rrname'],
  rrtype: ['dns.rrtype'],
  rcode: ['dns.rcode'],
  rdata: ['dns.rdata'],
  ttl: ['dns.ttl'],
  queries: ['dns.queries', 'dns.query'],
  answers: ['dns.answers'],
  grouped: ['dns.grouped'],
  flowStart: ['flow.start'],
  flowEnd: ['flow.end'],
  flowAge: ['flow.age'],
  flowState: ['flow.state'],
  bytesToServer: ['flow.bytes_toserver'],
  bytesToClient: ['flow.bytes_toclient'],
  packetsToServer: ['flow.pkts_toserver'],
  packetsToClient: ['flow.pkts_toclient'],
  hostname: ['http.hostname'],
  url: ['http.url'],
  method: ['http.http_method'],
  userAgent: ['http.http_user_agent'],
  referrer: ['http.http_refer'],
  status: ['http.status'],
  length: ['http.length'],
  sni: ['tls.sni'],
  tlsVersion: ['tls.version'],
  ja3: ['tls.ja3.hash'],
} as const;

const TABLE = fieldTable(FIELDS);
const SLOT = TABLE.slots;

const KINDS: ReadonlyMap<string, RecordKind> = new Map([
  ['dns', 'dns'],
  ['flow', 'flow'],
  ['http', 'http'],
  ['tls', 'flow'],
]);

/** What a log record holds as fields, so that its message does not repeat it. */
const LOG_FIELDS: ReadonlySet<string> = new Set([
  'timestamp',
  'event_type',
  'src_ip',
  'src_port',
  'dest_ip',
  'dest_port',
  'proto',
  'host',
]);

export const suricata: Format = {
  name: 'suricata',
  detect: sample =>
    meanCertainty(sample, object =>
      Object.hasOwn(object, 'event_type') && Object.hasOwn(object, 'timestamp') ? 1 : 0,
    ),
  open: context => jsonLines(context, draftOf),
};

const EVENT_TYPE_CHARACTERS_MAX = 64;

function draftOf(object: JsonObject, check: FieldCheck): Draft {
  const values = TABLE.collect(object);
  const eventType = check
    .lowerText(values[SLOT.eventType], 'event_type')
    ?.slice(0, EVENT_TYPE_CHARACTERS_MAX);
  if (eventType === undefined) check.reject({ code: 'missing-field', detail: 'event_type is missing' });
  const draft = newDraft(KINDS.get(eventType ?? '') ?? 'log');
  draft.atMs = check.instant(values[SLOT.timestamp], 'timestamp');
  draft.dataset = `suricata.${eventType}`;
  draft.sourceIp = check.address(values[SLOT.sourceIp], 'src_ip');
  draft.sourcePort = check.port(values[SLOT.sourcePort], 'src_port');
  draft.destinationIp = check.address(values[SLOT.destinationIp], 'dest_ip');
  draft.destinationPort = check.port(values[SLOT.destinationPort], 'dest_port');
  draft.transport = check.lowerText(values[SLOT.proto], 'proto');
  draft.sensorId = check.text(values[SLOT.sensor], 'host');
  if (eventType === 'dns') setDns(draft, values, check);
  else if (eventType === 'flow') setFlow(draft, values, check);
  else if (eventType === 'http') setHttp(draft, values, check);
  else if (eventType === 'tls') setTlsEvent(draft, values, check);
  else draft.message = messageOf(object, eventType ?? '');
  return draft;
}

const DNS_PORT = 53;

function setDns(draft: Draft, values: readonly unknown[], check: FieldCheck): void {
  // Version 3 lists its queries; only the first is ever answered in practice.
  const queries = values[SLOT.queries];
  const query = Array.isArray(queries) && isObject(queries[0]) ? queries[0] : {};
  draft.questionName = check.domainName(values[SLOT.rrname] ?? query['rrname'], 'dns.rrname');
  draft.questionType = check.upperText(values[SLOT.rrtype] ?? query['rrtype'], 'dns.rrtype');
  // Version 3 writes a code into requests, too.
  if (values[SLOT.dnsType] === 'query' || values[SLOT.dnsType] === 'request') return;
  draft.responseCode = check.upperText(values[SLOT.rcode], 'dns.rcode');
  draft.answers = answersOf(values, check);
  draft.ttls = ttlsOf(values, check);
  if (draft.sourcePort === DNS_PORT && draft.destinationPort !== DNS_PORT) swapEndpoints(draft);
}

/** Version 1 has one answer an event (`rdata`), 2 and 3 a list, or, where so configured, only lists by type (`grouped`). */
function answersOf(values: readonly unknown[], check: FieldCheck): string[] | undefined {
  const answers = values[SLOT.answers];
  const grouped = values[SLOT.grouped];
  if (Array.isArray(answers)) return answerTexts(answers, 'dns.answers', check);
  if (isObject(grouped)) return answerTexts(Object.values(grouped).flat(), 'dns.grouped', check);
  return check.texts(values[SLOT.rdata], 'dns.rdata', DNS_ANSWERS_MAX);
}

/** Version 1 has one an event, as its answer; lists by type (`grouped`) have none. */
function ttlsOf(values: readonly unknown[], check: FieldCheck): number[] | undefined {
  const answers = values[SLOT.answers];
  const ttls = Array.isArray(answers)
    ? (answers as unknown[])
        .slice(0, DNS_ANSWERS_MAX)
        .map(answer => (isObject(answer) ? answer['ttl'] : null))
    : values[SLOT.ttl];
  return check.findMeasures(ttls, DNS_ANSWERS_MAX);
}

function answerTexts(answers: readonly unknown[], name: string, check: FieldCheck): string[] | undefined {
  return check.texts(answers.slice(0, DNS_ANSWERS_MAX).map(answerText), name, DNS_ANSWERS_MAX);
}

/** The answer's data; of the structured ones (SOA, SRV) the name in them; undefined where there is no text. */
function answerText(answer: unknown): unknown {
  if (!isObject(answer)) return answer;
  if (answer['rdata'] !== undefined) return answer['rdata'];
  const { soa, srv } = answer;
  if (isObject(srv)) return srv['name'];
  return isObject(soa) ? soa['mname'] : undefined;
}

function setFlow(draft: Draft, values: readonly unknown[], check: FieldCheck): void {
  const startAtMs = check.instant(values[SLOT.flowStart], 'flow.start');
  const endAtMs = check.instant(values[SLOT.flowEnd], 'flow.end');
  const ageMs = check.seconds(values[SLOT.flowAge], 'flow.age');
  const measured = startAtMs !== undefined && endAtMs !== undefined && endAtMs >= startAtMs;
  draft.atMs = startAtMs ?? draft.atMs;
  draft.durationMs = measured ? durationMsOf((endAtMs - startAtMs) / 1e3) : ageMs;
  draft.sourceBytes = check.count(values[SLOT.bytesToServer], 'flow.bytes_toserver');
  draft.sourcePackets = check.count(values[SLOT.packetsToServer], 'flow.pkts_toserver');
  draft.destinationBytes = check.count(values[SLOT.bytesToClient], 'flow.bytes_toclient');
  draft.destinationPackets = check.count(values[SLOT.packetsToClient], 'flow.pkts_toclient');
  draft.state = check.lowerText(values[SLOT.flowState], 'flow.state');
  const protocol = check.lowerText(values[SLOT.application], 'app_proto');
  // `failed` and `unknown` say that Suricata recognised no protocol: Zeek leaves its service unset then.
  if (protocol !== 'failed' && protocol !== 'unknown') draft.protocol = protocol;
}

function setHttp(draft: Draft, values: readonly unknown[], check: FieldCheck): void {
  draft.userAgent = check.text(values[SLOT.userAgent], 'http.http_user_agent');
  draft.method = check.text(values[SLOT.method], 'http.http_method');
  draft.referrer = check.text(values[SLOT.referrer], 'http.http_refer');
  draft.statusCode = check.count(values[SLOT.status], 'http.status');
  draft.responseBodyBytes = check.count(values[SLOT.length], 'http.length');
  setUrl(draft, check.text(values[SLOT.url], 'http.url'), check.text(values[SLOT.hostname], 'http.hostname'));
}

function setTlsEvent(draft: Draft, values: readonly unknown[], check: FieldCheck): void {
  draft.protocol = 'tls';
  const tls = {
    version: [values[SLOT.tlsVersion], 'tls.version'],
    serverName: [values[SLOT.sni], 'tls.sni'],
    ja3: [values[SLOT.ja3], 'tls.ja3.hash'],
  } as const;
  setTls(draft, tls, check);
}

function messageOf(object: JsonObject, eventType: string): string {
  const remaining = new RemainingText();
  remaining.addObject(object, LOG_FIELDS);
  return remaining.message || eventType;
}

/**
 * The native format: one JSON object a line, named as the Elastic Common Schema names things, nested or dotted.
 * to-ecs.ts writes what this file reads.
 *
 * The kind of a record: a `kind` that is `dns`, `flow`, `http` or `log` decides. Without one, the first that holds:
 * 1. `dns.question.name` or `.type`, or `dns.answers`: dns
 * 2. a method, status, referrer or body size of `http.*`, or anything of `url.*`: http
 * 3. both addresses, and bytes, packets, a transport or a `event.dataset` that ends in `conn`, `connection` or `flow`: flow
 * 4. `message`: log
 * Nothing of these is `unknown-record-kind`. (`event.kind` is another thing: alert, event, metric.)
 *
 * Without `@timestamp` the time is `timestamp`, else `time`, where that is one: a field of that name may be something else.
 * A `kind` with names of which none is known is `missing-field`: the names are another tool's.
 *
 * Beyond ECS: `sensor.*`, `network.statistics.*`, and `network.state` and `network.history`, also read where Filebeat puts them
 * (`zeek.connection.state`, `zeek.connection.history`, `suricata.eve.flow.state`).
 */
import { FLOW_STATISTICS, type FlowStatistic, type FlowStatistics } from '../domain/flow-statistics.ts';
import { DNS_ANSWERS_MAX } from '../domain/limits.ts';
import { RECORD_KINDS, type RecordKind, type Sensor } from '../domain/record.ts';
import { type Draft, newDraft } from './draft.ts';
import type { FieldCheck } from './field-check.ts';
import { fieldTable } from './field-table.ts';
import type { Format } from './format.ts';
import { isObject, type JsonObject } from './json.ts';
import { jsonLines } from './json-lines.ts';
import { meanCertainty } from './sample.ts';

const FIELDS = {
  kind: ['kind'],
  at: ['@timestamp'],
  // No names of ECS, but what many write who make JSON by hand.
  timestamp: ['timestamp'],
  time: ['time'],
  eventId: ['event.id'],
  dataset: ['event.dataset'],
  duration: ['event.duration'],
  sourceIp: ['source.ip'],
  sourcePort: ['source.port'],
  sourceBytes: ['source.bytes'],
  sourcePackets: ['source.packets'],
  sourceCountry: ['source.geo.country_iso_code'],
  sourceAs: ['source.as.number'],
  destinationIp: ['destination.ip'],
  destinationPort: ['destination.port'],
  destinationBytes: ['destination.bytes'],
  destinationPackets: ['destination.packets'],
  destinationCountry: ['destination.geo.country_iso_code'],
  destinationAs: ['destination.as.number'],
  // Many shippers write the host's name where ECS has an object.
  hostName: ['host.name', 'host'],
  userName: ['user.name'],
  userAgent: ['user_agent.original'],
  transport: ['network.transport'],
  protocol: ['network.protocol'],
  bytes: ['network.bytes'],
  packets: ['network.packets'],
  direction: ['network.direction'],
  state: ['network.state', 'zeek.connection.state', 'suricata.eve.flow.state'],
  history: ['network.history', 'zeek.connection.history'],
  tlsServerName: ['tls.client.server_name'],
  tlsJa3: ['tls.client.ja3'],
  tlsVersion: ['tls.version'],
  sensorId: ['sensor.id'],
  sensorVantage: ['sensor.vantage'],
  sensorDomain: ['sensor.domain'],
  message: ['message'],
  questionName: ['dns.question.name'],
  questionType: ['dns.question.type'],
  responseCode: ['dns.response_code'],
  answers: ['dns.answers', 'dns.answers.data'],
  ttls: ['dns.answers.ttl'],
  method: ['http.request.method'],
  referrer: ['http.request.referrer'],
  requestBytes: ['http.request.bytes'],
  requestBodyBytes: ['http.request.body.bytes'],
  statusCode: ['http.response.status_code'],
  responseBodyBytes: ['http.response.body.bytes'],
  urlDomain: ['url.domain'],
  urlPath: ['url.path'],
  urlQuery: ['url.query'],
  urlOriginal: ['url.original'],
} as const;

/** As `network.statistics.<name>`. */
const STATISTICS = FLOW_STATISTICS.map(
  statistic =>
    ({
      statistic,
      key: `statistics.${statistic}`,
      name: `network.statistics.${statistic}`,
    }) as const,
);

/** The first name of each field, without those that stand for another. @example 'source.ip' */
export type EcsName =
  | Exclude<(typeof FIELDS)[keyof typeof FIELDS][0], 'kind' | 'timestamp' | 'time'>
  | (typeof STATISTICS)[number]['name'];

const TABLE = fieldTable<keyof typeof FIELDS | (typeof STATISTICS)[number]['key']>({
  ...FIELDS,
  ...(Object.fromEntries(
    STATISTICS.map(({ key, name }): [string, readonly string[]] => [key, [name]]),
  ) as Record<(typeof STATISTICS)[number]['key'], readonly string[]>),
});
const SLOT = TABLE.slots;

export const ecs: Format = {
  name: 'ecs',
  /** A JSON object of no known tool is this format, so that its lines get an answer that names what is missing. */
  detect: sample =>
    meanCertainty(sample, object =>
      Object.hasOwn(object, '@timestamp') || Object.hasOwn(object, 'kind') ? 0.8 : 0.3,
    ),
  open: context => {
    const draft = newDraft('log');
    return jsonLines(context, (object, check) => draftOfEcs(draft, object, check));
  },
};

/** Sets every field of a draft, so that one serves all lines. @returns the draft */
export function draftOfEcs(draft: Draft, object: JsonObject, check: FieldCheck): Draft {
  const values = TABLE.collect(object);
  setCommon(draft, values, check);
  setNetwork(draft, values, check);
  draft.questionName = check.domainName(values[SLOT.questionName], 'dns.question.name');
  draft.questionType = check.upperText(values[SLOT.questionType], 'dns.question.type');
  draft.responseCode = check.upperText(values[SLOT.responseCode], 'dns.response_code');
  draft.answers = answersOf(values[SLOT.answers], check);
  draft.ttls = check.findMeasures(values[SLOT.ttls], DNS_ANSWERS_MAX) ?? ttlsIn(values[SLOT.answers], check);
  setHttp(draft, values, check);
  const named = values[SLOT.kind];
  const kind = isKind(named) ? named : kindOf(draft);
  if (kind === null) {
    check.reject({
      code: 'unknown-record-kind',
      detail: 'no dns.question, http, url, flow or message field, and no kind',
    });
  } else if (kind === 'log' && draft.message === undefined) {
    check.reject({ code: 'missing-field', detail: 'message is missing' });
  } else if (isKind(named) && saysNothing(values) && isForeign(object)) {
    const detail =
      'no field but kind is known: names are those of ECS, such as source.ip or dns.question.name';
    check.reject({ code: 'missing-field', detail });
  }
  draft.kind = kind ?? 'log';
  return draft;
}

/** What a record has whatever it tells of; the kind is one of them. */
const SAYS_NOTHING: ReadonlySet<number> = new Set([
  SLOT.kind,
  SLOT.at,
  SLOT.timestamp,
  SLOT.time,
  SLOT.eventId,
  SLOT.dataset,
]);

/** Whether nothing that an object tells of goes by a name that is known. */
function saysNothing(values: readonly unknown[]): boolean {
  return values.every((value, slot) => value === null || SAYS_NOTHING.has(slot));
}

const ROOTS: ReadonlySet<string> = new Set(
  Object.values(FIELDS).flatMap(names => names.map(name => name.split('.')[0] ?? '')),
);

/** Whether an object has names that ECS has not. */
function isForeign(object: JsonObject): boolean {
  return Object.keys(object).some(name => !ROOTS.has(name.split('.', 1)[0] ?? ''));
}

function setCommon(draft: Draft, values: readonly unknown[], check: FieldCheck): void {
  draft.atMs =
    check.instant(values[SLOT.at], '@timestamp') ??
    check.findInstant(values[SLOT.timestamp]) ??
    check.findInstant(values[SLOT.time]);
  draft.eventId = check.identifier(values[SLOT.eventId], 'event.id');
  draft.dataset = check.identifier(values[SLOT.dataset], 'event.dataset');
  draft.durationMs = check.nanoseconds(values[SLOT.duration], 'event.duration');
  draft.hostName = check.text(values[SLOT.hostName], 'host.name');
  draft.userName = check.text(values[SLOT.userName], 'user.name');
  draft.userAgent = check.text(values[SLOT.userAgent], 'user_agent.original');
  draft.sensorId = check.identifier(values[SLOT.sensorId], 'sensor.id');
  draft.sensorVantage = check.text(values[SLOT.sensorVantage], 'sensor.vantage');
  draft.sensorDomain = sensorDomainOf(check.text(values[SLOT.sensorDomain], 'sensor.domain'), check);
  draft.message = check.text(values[SLOT.message], 'message');
}

function setNetwork(draft: Draft, values: readonly unknown[], check: FieldCheck): void {
  draft.sourceIp = check.address(values[SLOT.sourceIp], 'source.ip');
  draft.sourcePort = check.port(values[SLOT.sourcePort], 'source.port');
  draft.sourceBytes = check.count(values[SLOT.sourceBytes], 'source.bytes');
  draft.sourcePackets = check.count(values[SLOT.sourcePackets], 'source.packets');
  draft.sourceCountry = check.text(values[SLOT.sourceCountry], 'source.geo.country_iso_code');
  draft.sourceAs = check.count(values[SLOT.sourceAs], 'source.as.number');
  draft.destinationIp = check.address(values[SLOT.destinationIp], 'destination.ip');
  draft.destinationPort = check.port(values[SLOT.destinationPort], 'destination.port');
  draft.destinationBytes = check.count(values[SLOT.destinationBytes], 'destination.bytes');
  draft.destinationPackets = check.count(values[SLOT.destinationPackets], 'destination.packets');
  draft.destinationCountry = check.text(values[SLOT.destinationCountry], 'destination.geo.country_iso_code');
  draft.destinationAs = check.count(values[SLOT.destinationAs], 'destination.as.number');
  draft.transport = check.lowerText(values[SLOT.transport], 'network.transport');
  draft.protocol = check.lowerText(values[SLOT.protocol], 'network.protocol');
  draft.bytes = check.count(values[SLOT.bytes], 'network.bytes');
  draft.packets = check.count(values[SLOT.packets], 'network.packets');
  draft.direction = check.lowerText(values[SLOT.direction], 'network.direction');
  draft.state = check.lowerText(values[SLOT.state], 'network.state');
  draft.history = check.text(values[SLOT.history], 'network.history');
  draft.statistics = statisticsOf(values, check);
  draft.tlsServerName = check.domainName(values[SLOT.tlsServerName], 'tls.client.server_name');
  draft.tlsJa3 = check.text(values[SLOT.tlsJa3], 'tls.client.ja3');
  draft.tlsVersion = check.text(values[SLOT.tlsVersion], 'tls.version');
}

function statisticsOf(values: readonly unknown[], check: FieldCheck): FlowStatistics | undefined {
  let statistics: { -readonly [S in FlowStatistic]?: number } | undefined;
  for (const { statistic, key, name } of STATISTICS) {
    const value = values[SLOT[key]];
    if (value === null) continue;
    const measured = check.measure(value, name);
    if (measured === undefined) continue;
    statistics ??= {};
    statistics[statistic] = measured;
  }
  return statistics;
}

function setHttp(draft: Draft, values: readonly unknown[], check: FieldCheck): void {
  draft.method = check.text(values[SLOT.method], 'http.request.method');
  draft.referrer = check.text(values[SLOT.referrer], 'http.request.referrer');
  draft.requestBytes =
    check.count(values[SLOT.requestBytes], 'http.request.bytes') ??
    check.count(values[SLOT.requestBodyBytes], 'http.request.body.bytes');
  draft.statusCode = check.count(values[SLOT.statusCode], 'http.response.status_code');
  draft.responseBodyBytes = check.count(values[SLOT.responseBodyBytes], 'http.response.body.bytes');
  draft.urlDomain = check.text(values[SLOT.urlDomain], 'url.domain');
  draft.urlPath = check.text(values[SLOT.urlPath], 'url.path');
  draft.urlQuery = check.text(values[SLOT.urlQuery], 'url.query');
  draft.urlOriginal = check.text(values[SLOT.urlOriginal], 'url.original');
}

/** ECS lists objects with their `data`; plain texts are taken too. */
function answersOf(value: unknown, check: FieldCheck): string[] | undefined {
  if (!Array.isArray(value)) return check.texts(value, 'dns.answers', DNS_ANSWERS_MAX);
  const texts = (value as unknown[])
    .slice(0, DNS_ANSWERS_MAX)
    .map(answer => (isAnswer(answer) ? answer['data'] : answer));
  return check.texts(texts, 'dns.answers', DNS_ANSWERS_MAX);
}

/** Of answers that are objects. */
function ttlsIn(value: unknown, check: FieldCheck): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const ttls = (value as unknown[])
    .slice(0, DNS_ANSWERS_MAX)
    .map(answer => (isObject(answer) && Object.hasOwn(answer, 'ttl') ? answer['ttl'] : null));
  return check.findMeasures(ttls, DNS_ANSWERS_MAX);
}

/** As ECS has them: what an answer says, how long it may be kept, or both. */
function isAnswer(value: unknown): value is JsonObject {
  return isObject(value) && (Object.hasOwn(value, 'data') || Object.hasOwn(value, 'ttl'));
}

function sensorDomainOf(text: string | undefined, check: FieldCheck): Sensor['domain'] {
  if (text === undefined || text === 'host' || text === 'service' || text === 'network') return text;
  return check.wrong('sensor.domain', 'host, service or network');
}

function isKind(value: unknown): value is RecordKind {
  return (RECORD_KINDS as readonly unknown[]).includes(value);
}

function kindOf(draft: Draft): RecordKind | null {
  if (isDns(draft)) return 'dns';
  if (isHttp(draft)) return 'http';
  if (isFlow(draft)) return 'flow';
  return draft.message === undefined ? null : 'log';
}

function isDns({ questionName, questionType, answers }: Draft): boolean {
  return questionName !== undefined || questionType !== undefined || answers !== undefined;
}

function isHttp(draft: Draft): boolean {
  const { method, referrer, statusCode, requestBytes, responseBodyBytes } = draft;
  const { urlDomain, urlPath, urlQuery, urlOriginal } = draft;
  const request = method ?? referrer ?? requestBytes ?? statusCode ?? responseBodyBytes;
  return (request ?? urlDomain ?? urlPath ?? urlQuery ?? urlOriginal) !== undefined;
}

function isFlow(draft: Draft): boolean {
  if (draft.sourceIp === undefined || draft.destinationIp === undefined) return false;
  if (draft.dataset !== undefined && /(?:conn|connection|flow)$/.test(draft.dataset)) return true;
  const { transport, bytes, packets, sourceBytes, sourcePackets, destinationBytes, destinationPackets } =
    draft;
  const source = sourceBytes ?? sourcePackets;
  return (transport ?? bytes ?? packets ?? source ?? destinationBytes ?? destinationPackets) !== undefined;
}

/** A record in the making: every field flat and present, so that parsers only assign, and the nesting is done in one place. */
import type { FlowStatistics } from '../domain/flow-statistics.ts';
import type {
  DnsRecord,
  Endpoint,
  FlowRecord,
  HttpRecord,
  LogRecord,
  Network,
  RecordKind,
  Sensor,
  Tls,
  TrafficRecord,
} from '../domain/record.ts';

type Text = string | undefined;
type Count = number | undefined;

/** The fields of TrafficRecord by their nested names; undefined is absent. */
export interface Draft {
  kind: RecordKind;
  atMs: Count;
  eventId: Text;
  dataset: Text;
  durationMs: Count;
  sourceIp: Text;
  sourcePort: Count;
  sourceBytes: Count;
  sourcePackets: Count;
  sourceCountry: Text;
  sourceAs: Count;
  destinationIp: Text;
  destinationPort: Count;
  destinationBytes: Count;
  destinationPackets: Count;
  destinationCountry: Text;
  destinationAs: Count;
  hostName: Text;
  userName: Text;
  userAgent: Text;
  transport: Text;
  protocol: Text;
  bytes: Count;
  packets: Count;
  direction: Text;
  state: Text;
  history: Text;
  statistics: FlowStatistics | undefined;
  tlsServerName: Text;
  tlsJa3: Text;
  tlsVersion: Text;
  sensorId: Text;
  sensorVantage: Text;
  sensorDomain: Sensor['domain'];
  message: Text;
  questionName: Text;
  questionType: Text;
  responseCode: Text;
  answers: readonly string[] | undefined;
  ttls: readonly number[] | undefined;
  method: Text;
  referrer: Text;
  requestBytes: Count;
  statusCode: Count;
  responseBodyBytes: Count;
  urlDomain: Text;
  urlPath: Text;
  urlQuery: Text;
  urlOriginal: Text;
}

export function newDraft(kind: RecordKind): Draft {
  return {
    kind,
    atMs: undefined,
    eventId: undefined,
    dataset: undefined,
    durationMs: undefined,
    sourceIp: undefined,
    sourcePort: undefined,
    sourceBytes: undefined,
    sourcePackets: undefined,
    sourceCountry: undefined,
    sourceAs: undefined,
    destinationIp: undefined,
    destinationPort: undefined,
    destinationBytes: undefined,
    destinationPackets: undefined,
    destinationCountry: undefined,
    destinationAs: undefined,
    hostName: undefined,
    userName: undefined,
    userAgent: undefined,
    transport: undefined,
    protocol: undefined,
    bytes: undefined,
    packets: undefined,
    direction: undefined,
    state: undefined,
    history: undefined,
    statistics: undefined,
    tlsServerName: undefined,
    tlsJa3: undefined,
    tlsVersion: undefined,
    sensorId: undefined,
    sensorVantage: undefined,
    sensorDomain: undefined,
    message: undefined,
    questionName: undefined,
    questionType: undefined,
    responseCode: undefined,
    answers: undefined,
    ttls: undefined,
    method: undefined,
    referrer: undefined,
    requestBytes: undefined,
    statusCode: undefined,
    responseBodyBytes: undefined,
    urlDomain: undefined,
    urlPath: undefined,
    urlQuery: undefined,
    urlOriginal: undefined,
  };
}

/**
 * The record of a draft: only what is present, in a fixed order. What does not belong to its kind is left out.
 * A log record without a message gets an empty one: its parser has to give it.
 */
export function recordOf(draft: Draft): TrafficRecord {
  switch (draft.kind) {
    case 'dns':
      return addCommon<DnsRecord>({ kind: 'dns', dns: dnsOf(draft) }, draft);
    case 'flow':
      return addCommon<FlowRecord>({ kind: 'flow' }, draft);
    case 'http':
      return addCommon<HttpRecord>({ kind: 'http', http: httpOf(draft), url: urlOf(draft) }, draft);
    case 'log':
      return addCommon<LogRecord>({ kind: 'log', message: draft.message ?? '' }, draft);
  }
}

function addCommon<R extends TrafficRecord>(record: R, draft: Draft): R {
  const source = endpointOf(
    draft.sourceIp,
    draft.sourcePort,
    draft.sourceBytes,
    draft.sourcePackets,
    draft.sourceCountry,
    draft.sourceAs,
  );
  const destination = endpointOf(
    draft.destinationIp,
    draft.destinationPort,
    draft.destinationBytes,
    draft.destinationPackets,
    draft.destinationCountry,
    draft.destinationAs,
  );
  const network = networkOf(draft);
  const tls = tlsOf(draft);
  const sensor = sensorOf(draft);
  if (draft.atMs !== undefined) record.atMs = draft.atMs;
  if (draft.eventId !== undefined) record.eventId = draft.eventId;
  if (draft.dataset !== undefined) record.dataset = draft.dataset;
  if (draft.durationMs !== undefined) record.durationMs = draft.durationMs;
  if (source !== undefined) record.source = source;
  if (destination !== undefined) record.destination = destination;
  if (draft.hostName !== undefined) record.hostName = draft.hostName;
  if (draft.userName !== undefined) record.userName = draft.userName;
  if (draft.userAgent !== undefined) record.userAgent = draft.userAgent;
  if (network !== undefined) record.network = network;
  if (tls !== undefined) record.tls = tls;
  if (sensor !== undefined) record.sensor = sensor;
  if (draft.message !== undefined) record.message = draft.message;
  return record;
}

function dnsOf(draft: Draft): DnsRecord['dns'] {
  const question: DnsRecord['dns']['question'] = {};
  if (draft.questionName !== undefined) question.name = draft.questionName;
  if (draft.questionType !== undefined) question.type = draft.questionType;
  const dns: DnsRecord['dns'] = { question };
  if (draft.responseCode !== undefined) dns.responseCode = draft.responseCode;
  if (draft.answers !== undefined) dns.answers = draft.answers;
  if (draft.ttls !== undefined) dns.ttls = draft.ttls;
  return dns;
}

function httpOf(draft: Draft): HttpRecord['http'] {
  const http: HttpRecord['http'] = {};
  if (draft.method !== undefined) http.method = draft.method;
  if (draft.referrer !== undefined) http.referrer = draft.referrer;
  if (draft.requestBytes !== undefined) http.requestBytes = draft.requestBytes;
  if (draft.statusCode !== undefined) http.statusCode = draft.statusCode;
  if (draft.responseBodyBytes !== undefined) http.responseBodyBytes = draft.responseBodyBytes;
  return http;
}

function urlOf(draft: Draft): HttpRecord['url'] {
  const url: HttpRecord['url'] = {};
  if (draft.urlDomain !== undefined) url.domain = draft.urlDomain;
  if (draft.urlPath !== undefined) url.path = draft.urlPath;
  if (draft.urlQuery !== undefined) url.query = draft.urlQuery;
  if (draft.urlOriginal !== undefined) url.original = draft.urlOriginal;
  return url;
}

function endpointOf(
  ip: Text,
  port: Count,
  bytes: Count,
  packets: Count,
  countryIsoCode: Text,
  asNumber: Count,
): Endpoint | undefined {
  if ((ip ?? port ?? bytes ?? packets ?? countryIsoCode ?? asNumber) === undefined) return undefined;
  const endpoint: Endpoint = {};
  if (ip !== undefined) endpoint.ip = ip;
  if (port !== undefined) endpoint.port = port;
  if (bytes !== undefined) endpoint.bytes = bytes;
  if (packets !== undefined) endpoint.packets = packets;
  if (countryIsoCode !== undefined) endpoint.countryIsoCode = countryIsoCode;
  if (asNumber !== undefined) endpoint.asNumber = asNumber;
  return endpoint;
}

function networkOf(draft: Draft): Network | undefined {
  const { transport, protocol, bytes, packets, direction, state, history, statistics } = draft;
  const any = transport ?? protocol ?? bytes ?? packets ?? direction ?? state ?? history ?? statistics;
  if (any === undefined) return undefined;
  const network: Network = {};
  if (transport !== undefined) network.transport = transport;
  if (protocol !== undefined) network.protocol = protocol;
  if (bytes !== undefined) network.bytes = bytes;
  if (packets !== undefined) network.packets = packets;
  if (direction !== undefined) network.direction = direction;
  if (state !== undefined) network.state = state;
  if (history !== undefined) network.history = history;
  if (statistics !== undefined) network.statistics = statistics;
  return network;
}

function tlsOf({ tlsServerName, tlsJa3, tlsVersion }: Draft): Tls | undefined {
  if ((tlsServerName ?? tlsJa3 ?? tlsVersion) === undefined) return undefined;
  const tls: Tls = {};
  if (tlsServerName !== undefined) tls.serverName = tlsServerName;
  if (tlsJa3 !== undefined) tls.ja3 = tlsJa3;
  if (tlsVersion !== undefined) tls.version = tlsVersion;
  return tls;
}

function sensorOf({ sensorId, sensorVantage, sensorDomain }: Draft): Sensor | undefined {
  if ((sensorId ?? sensorVantage ?? sensorDomain) === undefined) return undefined;
  const sensor: Sensor = {};
  if (sensorId !== undefined) sensor.id = sensorId;
  if (sensorVantage !== undefined) sensor.vantage = sensorVantage;
  if (sensorDomain !== undefined) sensor.domain = sensorDomain;
  return sensor;
}

/**
 * nginx access logs as JSON (`log_format … escape=json`), with its variables as names. There is no standard set: the usual
 * names are read (those of the variables, and a few that people rename them to), the others are passed over. `msec` is
 * preferred to `time_iso8601`, which has whole seconds only. nginx writes what it does not have as empty text, or as
 * `-` in older configurations. Dataset: `nginx.access`.
 */
import { type Draft, newDraft } from './draft.ts';
import type { FieldCheck } from './field-check.ts';
import { fieldTable } from './field-table.ts';
import type { Format } from './format.ts';
import type { JsonObject } from './json.ts';
import { jsonLines } from './json-lines.ts';
import { requestLineOf } from './request-line.ts';
import { setUrl } from './request-target.ts';
import { meanCertainty } from './sample.ts';
import { setTls } from './tls.ts';

const FIELDS = {
  msec: ['msec'],
  time: ['time_iso8601', 'time', 'timestamp', '@timestamp'],
  remoteAddress: ['remote_addr'],
  remotePort: ['remote_port'],
  remoteUser: ['remote_user'],
  serverAddress: ['server_addr'],
  serverPort: ['server_port'],
  hostname: ['hostname'],
  request: ['request'],
  method: ['request_method'],
  uri: ['request_uri'],
  normalUri: ['uri'],
  args: ['args', 'query_string'],
  host: ['host', 'http_host'],
  serverName: ['server_name'],
  status: ['status'],
  bodyBytes: ['body_bytes_sent'],
  requestLength: ['request_length'],
  requestTime: ['request_time'],
  referrer: ['http_referer', 'http_referrer'],
  userAgent: ['http_user_agent'],
  tlsVersion: ['ssl_protocol'],
  tlsServerName: ['ssl_server_name'],
} as const;

const TABLE = fieldTable(FIELDS);
const SLOT = TABLE.slots;

export const nginxJson: Format = {
  name: 'nginx-json',
  detect: sample =>
    meanCertainty(sample, object => {
      const request = ['request_uri', 'request', 'request_method', 'uri'].some(name =>
        Object.hasOwn(object, name),
      );
      return request && Object.hasOwn(object, 'remote_addr') ? 0.95 : 0;
    }),
  open: context => jsonLines(context, draftOf),
};

/** The values by slot, `-` as absent. */
function valuesOf(object: JsonObject): unknown[] {
  const values = TABLE.collect(object);
  for (let slot = 0; slot < values.length; slot++) if (values[slot] === '-') values[slot] = null;
  return values;
}

function draftOf(object: JsonObject, check: FieldCheck): Draft {
  const values = valuesOf(object);
  const draft = newDraft('http');
  draft.atMs = check.instant(values[SLOT.msec], 'msec') ?? check.instant(values[SLOT.time], 'time_iso8601');
  draft.dataset = 'nginx.access';
  draft.durationMs = check.seconds(values[SLOT.requestTime], 'request_time');
  // A client on a Unix socket has no address.
  draft.sourceIp =
    values[SLOT.remoteAddress] === 'unix:'
      ? undefined
      : check.address(values[SLOT.remoteAddress], 'remote_addr');
  draft.sourcePort = check.port(values[SLOT.remotePort], 'remote_port');
  draft.destinationIp =
    values[SLOT.serverAddress] === 'unix:'
      ? undefined
      : check.address(values[SLOT.serverAddress], 'server_addr');
  draft.destinationPort = check.port(values[SLOT.serverPort], 'server_port');
  draft.hostName = check.text(values[SLOT.hostname], 'hostname');
  draft.userName = check.text(values[SLOT.remoteUser], 'remote_user');
  draft.userAgent = check.text(values[SLOT.userAgent], 'http_user_agent');
  const tls = {
    version: [values[SLOT.tlsVersion], 'ssl_protocol'],
    serverName: [values[SLOT.tlsServerName], 'ssl_server_name'],
  } as const;
  setTls(draft, tls, check);
  draft.referrer = check.text(values[SLOT.referrer], 'http_referer');
  draft.requestBytes = check.count(values[SLOT.requestLength], 'request_length');
  draft.statusCode = check.count(values[SLOT.status], 'status');
  draft.responseBodyBytes = check.count(values[SLOT.bodyBytes], 'body_bytes_sent');
  const request = check.text(values[SLOT.request], 'request');
  const parts = request === undefined ? null : requestLineOf(request);
  const host = check.text(values[SLOT.host], 'host') ?? check.text(values[SLOT.serverName], 'server_name');
  draft.method = check.text(values[SLOT.method], 'request_method') ?? parts?.method;
  setUrl(draft, targetOf(values, parts?.target, check), host);
  if (draft.urlPath === undefined) draft.urlOriginal ??= request;
  return draft;
}

/** The target as the client sent it, else of the request line, else put together from `uri` and `args`. */
function targetOf(
  values: readonly unknown[],
  requested: string | undefined,
  check: FieldCheck,
): string | undefined {
  const target = check.text(values[SLOT.uri], 'request_uri') ?? requested;
  if (target !== undefined) return target;
  const path = check.text(values[SLOT.normalUri], 'uri');
  const args = check.text(values[SLOT.args], 'args');
  return path === undefined || args === undefined ? path : `${path}?${args}`;
}

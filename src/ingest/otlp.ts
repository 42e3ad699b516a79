/**
 * OTLP logs in JSON: each log record becomes a document (documents.ts) of its attributes by their names, its body as the
 * `message` (or, where it is a map, as fields), and its time.
 *
 * Of a resource only what tells where a record comes from is taken: it stands once in a request and would be copied into
 * each of its records.
 *
 * Sources: OpenTelemetry Protocol 1.x, "JSON Protobuf Encoding" (lowerCamelCase names, 64-bit integers as text or number);
 * semantic conventions 1.x for names that ECS has not.
 */
import { AppError, type Rejection } from '../domain/errors.ts';
import { JSON_ARRAY_RECORDS_MAX, JSON_DEPTH_MAX, RECORD_AT_MS_MIN } from '../domain/limits.ts';
import { isAddress } from './address.ts';
import { decimalOf } from './field-check.ts';
import { isObject, type JsonObject } from './json.ts';

/** Attributes of a resource that are taken, and how long they may be. */
const RESOURCE_ATTRIBUTES: ReadonlySet<string> = new Set([
  'host.name',
  'host.id',
  'service.namespace',
  'service.name',
  'service.instance.id',
  'container.id',
  'k8s.pod.uid',
  'process.pid',
  'sensor.id',
  'sensor.vantage',
  'sensor.domain',
  'event.dataset',
]);
const RESOURCE_CHARACTERS_MAX = 256;

/** Names of the semantic conventions whose values ECS has under another one. */
const ECS_NAMES: Readonly<Record<string, string>> = {
  'log.record.uid': 'event.id',
  'client.port': 'source.port',
  'url.full': 'url.original',
  'http.request.body.size': 'http.request.body.bytes',
  'http.response.body.size': 'http.response.body.bytes',
};

type Fields = Record<string, unknown>;

/** A document, or why a log record is none. */
export type OtlpDocument = { document: Fields } | { rejected: Rejection };

const NOT_AN_OBJECT: OtlpDocument = {
  rejected: { code: 'not-a-record', detail: 'the log record is not a JSON object' },
};

/**
 * The documents of a request, one at a time.
 * @param request the parsed body
 * @throws AppError `invalid-request` where it is no logs request; `body-too-large` at a record too many
 * @example [...otlpDocuments({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'a' } }] }] }] })]
 *   // [{ document: { message: 'a' } }]
 */
export function* otlpDocuments(request: unknown): Generator<OtlpDocument, void, undefined> {
  let count = 0;
  for (const resourceLogs of listOf(request, 'resourceLogs')) {
    const resource =
      isObject(resourceLogs) && isObject(resourceLogs['resource']) ? resourceLogs['resource'] : {};
    const origin = originOf(resource);
    for (const scopeLogs of listOf(resourceLogs, 'scopeLogs')) {
      for (const logRecord of listOf(scopeLogs, 'logRecords')) {
        count += 1;
        if (count > JSON_ARRAY_RECORDS_MAX) {
          const detail = `jsonArrayRecordsMax: more than ${JSON_ARRAY_RECORDS_MAX} log records`;
          throw new AppError('body-too-large', detail);
        }
        yield isObject(logRecord) ? documentOf(logRecord, origin) : NOT_AN_OBJECT;
      }
    }
  }
}

/** A list that may be missing, as protobuf has it. */
function listOf(value: unknown, name: string): readonly unknown[] {
  const list = isObject(value) ? (value[name] ?? []) : undefined;
  if (!Array.isArray(list)) {
    throw new AppError('invalid-request', `${name} must be a list, in an object`);
  }
  return list;
}

function originOf(resource: JsonObject): Fields {
  const origin = fields();
  for (const [name, value] of attributesOf(resource['attributes'], 0)) {
    if (!RESOURCE_ATTRIBUTES.has(name)) continue;
    if (typeof value === 'string' && value.length > RESOURCE_CHARACTERS_MAX) continue;
    if (typeof value === 'string' || typeof value === 'number') origin[name] = value;
  }
  return origin;
}

function documentOf(logRecord: JsonObject, origin: Fields): OtlpDocument {
  const time = timeOf(logRecord);
  if ('rejected' in time) return time;
  const document = Object.assign(fields(), origin);
  for (const [name, value] of attributesOf(logRecord['attributes'], 0)) setAttribute(document, name, value);
  const body = heldBy(logRecord['body'], 0);
  if (isObject(body)) Object.assign(document, body);
  else if (body !== undefined) document['message'] = typeof body === 'string' ? body : JSON.stringify(body);
  if (time.atMs !== null) document['@timestamp'] = time.atMs;
  for (const [name, from] of [
    ['trace.id', 'traceId'],
    ['span.id', 'spanId'],
  ] as const) {
    const id = logRecord[from];
    if (typeof id === 'string' && id !== '') document[name] = id;
  }
  return { document };
}

/**
 * When it happened, else when it was observed, UTC epoch ms; null where neither is told. A time that cannot be read is not
 * taken for one that is not told: the record would be one of its receipt.
 */
function timeOf(logRecord: JsonObject): { atMs: number | null } | { rejected: Rejection } {
  for (const name of ['timeUnixNano', 'observedTimeUnixNano']) {
    const nanoseconds = nanosecondsOf(logRecord[name]);
    if (nanoseconds === 0) continue;
    if (!(nanoseconds > 0 && nanoseconds < Number.POSITIVE_INFINITY)) {
      return { rejected: { code: 'invalid-time', detail: `${name} is no number of nanoseconds` } };
    }
    const atMs = Math.floor(nanoseconds / 1e6);
    if (atMs >= RECORD_AT_MS_MIN) return { atMs };
    // Told here, for what is that small would be read as seconds (instantOf).
    return { rejected: { code: 'invalid-time', detail: `${name} is before 1980; it is in nanoseconds` } };
  }
  return { atMs: null };
}

/** Nanoseconds since 1970, 0 where there are none, as OTLP has it; NaN for what is no number. */
function nanosecondsOf(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? decimalOf(value) : Number.NaN;
}

function setAttribute(document: Fields, name: string, value: unknown): void {
  document[name] = value;
  const ecsName = Object.hasOwn(ECS_NAMES, name) ? ECS_NAMES[name] : undefined;
  if (ecsName !== undefined) document[ecsName] ??= value;
  // A client may be told by its name, and then it is no address.
  if (name === 'client.address' && typeof value === 'string' && isAddress(value)) {
    document['source.ip'] ??= value;
  }
}

/** Names and values of a list of key-values; what is none is passed over. */
function* attributesOf(list: unknown, depth: number): Generator<[string, unknown], void, undefined> {
  if (!Array.isArray(list)) return;
  for (const pair of list as unknown[]) {
    if (!isObject(pair) || typeof pair['key'] !== 'string') continue;
    const value = heldBy(pair['value'], depth);
    if (value !== undefined) yield [pair['key'], value];
  }
}

/** What an AnyValue holds; undefined where it is empty, none, or nested deeper than a record may be. */
function heldBy(value: unknown, depth: number): unknown {
  if (!isObject(value) || depth > JSON_DEPTH_MAX) return undefined;
  const text = value['stringValue'] ?? value['bytesValue'];
  if (typeof text === 'string') return text;
  if (typeof value['boolValue'] === 'boolean') return value['boolValue'];
  const number = numberOf(value['intValue'] ?? value['doubleValue']);
  if (number !== undefined) return number;
  const list = isObject(value['arrayValue']) ? value['arrayValue']['values'] : undefined;
  if (Array.isArray(list)) return (list as unknown[]).map(element => heldBy(element, depth + 1));
  if (!isObject(value['kvlistValue'])) return undefined;
  const map = fields();
  for (const [name, held] of attributesOf(value['kvlistValue']['values'], depth + 1)) map[name] = held;
  return map;
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Without a prototype: every name may be a sender's. */
function fields(): Fields {
  return Object.create(null) as Fields;
}

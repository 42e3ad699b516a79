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
import { AppError } from '../domain/errors.ts';
import { JSON_ARRAY_RECORDS_MAX, JSON_DEPTH_MAX } from '../domain/limits.ts';
import { isAddress } from './address.ts';
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

/**
 * The documents of a request, one at a time; null for a log record that is none.
 * @param request the parsed body
 * @throws AppError `invalid-request` where it is no logs request; `body-too-large` at a record too many
 * @example [...otlpDocuments({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'a' } }] }] }] })]
 *   // [{ message: 'a' }]
 */
export function* otlpDocuments(request: unknown): Generator<Fields | null, void, undefined> {
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
        yield isObject(logRecord) ? documentOf(logRecord, origin) : null;
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

function documentOf(logRecord: JsonObject, origin: Fields): Fields | null {
  const document = Object.assign(fields(), origin);
  for (const [name, value] of attributesOf(logRecord['attributes'], 0)) setAttribute(document, name, value);
  const body = heldBy(logRecord['body'], 0);
  if (isObject(body)) Object.assign(document, body);
  else if (body !== undefined) document['message'] = typeof body === 'string' ? body : JSON.stringify(body);
  const at = instantOf(logRecord['timeUnixNano']) ?? instantOf(logRecord['observedTimeUnixNano']);
  if (at !== undefined) document['@timestamp'] = at;
  for (const [name, from] of [
    ['trace.id', 'traceId'],
    ['span.id', 'spanId'],
  ] as const) {
    const id = logRecord[from];
    if (typeof id === 'string' && id !== '') document[name] = id;
  }
  return document;
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

/** Nanoseconds since 1970 as epoch milliseconds; 0 means that there is no time. */
function instantOf(nanoseconds: unknown): number | undefined {
  const number = numberOf(nanoseconds);
  return number === undefined || number <= 0 ? undefined : Math.floor(number / 1e6);
}

/** Without a prototype: every name may be a sender's. */
function fields(): Fields {
  return Object.create(null) as Fields;
}

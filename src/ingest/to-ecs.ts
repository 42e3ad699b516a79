/** Writes a record as the native format has it: reading it again (ecs.ts) gives an equal record. */
import type { Endpoint, TrafficRecord } from '../domain/record.ts';
import { rfc3339Of } from './time.ts';

/** A JSON object that is nested as ECS nests; nothing in it is undefined. */
export interface EcsDocument {
  [name: string]: EcsValue;
}
export type EcsValue = string | number | EcsDocument | EcsDocument[];

type Loose = { [name: string]: EcsValue | Loose | undefined };

/**
 * The document of a record. Times are RFC 3339 with milliseconds (microseconds where there are any), durations are
 * nanoseconds, and `kind` says the kind, so that nothing has to be guessed when it is read again.
 * @example toEcs({ kind: 'dns', dns: { question: { name: 'example.org' } } })
 *   // { kind: 'dns', dns: { question: { name: 'example.org' } } }
 */
export function toEcs(record: TrafficRecord): EcsDocument {
  const { network, tls, sensor } = record;
  return (
    compact({
      '@timestamp': record.atMs === undefined ? undefined : rfc3339Of(record.atMs),
      kind: record.kind,
      event: {
        id: record.eventId,
        dataset: record.dataset,
        duration: record.durationMs === undefined ? undefined : Math.round(record.durationMs * 1e3) * 1e3,
      },
      source: endpoint(record.source),
      destination: endpoint(record.destination),
      host: { name: record.hostName },
      user: { name: record.userName },
      user_agent: { original: record.userAgent },
      network: { ...network },
      tls: { client: { server_name: tls?.serverName, ja3: tls?.ja3 }, version: tls?.version },
      sensor: { ...sensor },
      ...(record.kind === 'dns' ? { dns: dns(record.dns) } : {}),
      ...(record.kind === 'http' ? { http: http(record.http), url: { ...record.url } } : {}),
      message: record.message,
    }) ?? {}
  );
}

function endpoint(side: Endpoint | undefined): Loose {
  return {
    ip: side?.ip,
    port: side?.port,
    bytes: side?.bytes,
    packets: side?.packets,
    geo: { country_iso_code: side?.countryIsoCode },
    as: { number: side?.asNumber },
  };
}

function dns({
  question,
  responseCode,
  answers,
  ttls,
}: Extract<TrafficRecord, { kind: 'dns' }>['dns']): Loose {
  return {
    question: { name: question.name, type: question.type },
    response_code: responseCode,
    answers: answers === undefined && ttls === undefined ? undefined : answersOf(answers ?? [], ttls ?? []),
  };
}

/** Answers and TTLs side by side: which belongs to which is not known where a sender gave fewer of one. */
function answersOf(answers: readonly string[], ttls: readonly number[]): EcsDocument[] {
  return Array.from({ length: Math.max(answers.length, ttls.length) }, (_, index) => {
    const [data, ttl] = [answers[index], ttls[index]];
    return { ...(data !== undefined && { data }), ...(ttl !== undefined && { ttl }) };
  });
}

function http(part: Extract<TrafficRecord, { kind: 'http' }>['http']): Loose {
  return {
    request: { method: part.method, referrer: part.referrer, bytes: part.requestBytes },
    response: { status_code: part.statusCode, body: { bytes: part.responseBodyBytes } },
  };
}

/** The object without what is undefined or empty; undefined where nothing is left. */
function compact(object: Loose): EcsDocument | undefined {
  const document: EcsDocument = {};
  for (const [name, value] of Object.entries(object)) {
    const kept = typeof value === 'object' && !Array.isArray(value) ? compact(value) : value;
    if (kept !== undefined) document[name] = kept;
  }
  return Object.keys(document).length === 0 ? undefined : document;
}

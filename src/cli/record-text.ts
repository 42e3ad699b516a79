/** A record in a few lines for people: when, from where to where, and the texts that evidence speaks of. */
import type { Endpoint, TrafficRecord } from '../domain/record.ts';
import type { ParserContext } from '../ingest/format.ts';
import { FORMATS, type FormatName } from '../ingest/formats.ts';
import { rfc3339Of } from '../ingest/time.ts';

/**
 * Reads one line again, as the server read it.
 * @param format as the summary names it; one that a newer server knows is not read here
 * @param preamble header and comments of the file, which a format may need
 * @param utcOf of times without an offset, as the server is told by its time zone
 * @returns null where the line, or its format, cannot be read here
 */
export function readRecord(
  line: string,
  format: string | undefined,
  preamble: readonly string[],
  utcOf?: ParserContext['utcOf'],
): TrafficRecord | null {
  if (format === undefined || !Object.hasOwn(FORMATS, format)) return null;
  // What is plausible has been decided by the server: no time is too late here.
  const parser = FORMATS[format as FormatName].open({ receivedAtMs: Number.MAX_SAFE_INTEGER, utcOf });
  for (const before of preamble) parser.parse(before);
  const parsed = parser.parse(line);
  return parsed !== null && 'record' in parsed ? parsed.record : null;
}

/** @example recordTexts(record) // ['2026-11-21T21:18:51.000Z  10.97.0.23', 'GET /item.php?id=1 200', 'agent sqlmap/1.7'] */
export function recordTexts(record: TrafficRecord): string[] {
  const more = [named('server', record.tls?.serverName), named('user', record.userName)];
  return [headOf(record), ...bodyOf(record), ...more].filter(Boolean);
}

function headOf({ atMs, source, destination, hostName }: TrafficRecord): string {
  const ends = [endpointText(source), endpointText(destination)].filter(Boolean).join(' → ');
  return joined('  ', atMs === undefined ? undefined : rfc3339Of(atMs), ends, hostName);
}

function endpointText(endpoint: Endpoint | undefined): string {
  const { ip = '', port } = endpoint ?? {};
  if (port === undefined) return ip;
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function bodyOf(record: TrafficRecord): string[] {
  switch (record.kind) {
    case 'dns': {
      const { question, responseCode, answers = [] } = record.dns;
      return [joined(' ', question.type, question.name, responseCode), answers.join(' ')];
    }
    case 'http': {
      const { domain = '', path, query, original = '' } = record.url;
      const target =
        path === undefined ? original : `${domain}${path}${query === undefined ? '' : `?${query}`}`;
      const { method, statusCode, referrer } = record.http;
      return [
        joined(' ', method, target, statusCode),
        named('agent', record.userAgent),
        named('referrer', referrer),
      ];
    }
    case 'flow': {
      const { transport, protocol, state } = record.network ?? {};
      return [joined(' ', transport, protocol, state, trafficText(record))];
    }
    case 'log':
      return [record.message];
  }
}

function named(name: string, text: string | undefined): string {
  return text === undefined ? '' : `${name} ${text}`;
}

/** @example '1,200 bytes there, 300 back' */
function trafficText({ source, destination }: TrafficRecord): string {
  const there = source?.bytes === undefined ? undefined : `${source.bytes.toLocaleString('en')} bytes there`;
  const back =
    destination?.bytes === undefined ? undefined : `${destination.bytes.toLocaleString('en')} back`;
  return joined(', ', there, back);
}

/** What is there of the parts, with a separator between. */
function joined(separator: string, ...parts: readonly (string | number | undefined)[]): string {
  return parts.filter(part => part !== undefined && part !== '').join(separator);
}

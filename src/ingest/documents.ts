/**
 * Documents, as shippers send them: a JSON object that is a record itself, in any JSON format that is known, or that holds
 * a line of any format as its `message`, `log` or `event.original`, with a time and a host of the shipper's around it.
 *
 * Each document is read by itself, whatever came before it: a shipper that sends again cuts its batches anew, and a record
 * must not become another one by that. So formats are told document by document, and lines that say something only with
 * those before them (a header) are read as what they are alone.
 */
import type { Rejection } from '../domain/errors.ts';
import type { TrafficRecord } from '../domain/record.ts';
import type { Format, ParsedLine, ParserContext } from './format.ts';
import { detectFormat, FORMATS } from './formats.ts';
import { isObject, type JsonObject, readObject } from './json.ts';
import { sampleOf } from './sample.ts';

/** A record with the name of the format that it was read as, or why the document is none. */
export type ReadDocument = { record: TrafficRecord; format: string } | { rejected: Rejection };

/**
 * The record of a document. Never throws.
 * @param format undefined to have it told by the document
 * @example readDocument('{"host":"web1","message":"10.0.0.7 - - [15/Jan/2026:12:00:00 +0000] \"GET / HTTP/1.1\" 200 5"}', …)
 *   // an http record of 10.0.0.7 with the host web1, read as common
 */
export function readDocument(text: string, context: ParserContext, format?: Format): ReadDocument {
  const own = format ?? detectFormat([text]);
  if (own !== FORMATS.ecs && own !== FORMATS.text && own.detect(sampleOf([text])) > 0) {
    return told(own.open(context).parse(text), own);
  }
  const read = readObject(text);
  if ('rejected' in read) return read;
  return readEnvelope(text, read.object, context, format);
}

/** An object by ECS names, or what its line says. */
function readEnvelope(
  text: string,
  object: JsonObject,
  context: ParserContext,
  format: Format | undefined,
): ReadDocument {
  const line = lineOf(object);
  const full = line === undefined || hasMessage(object) ? text : JSON.stringify({ ...object, message: line });
  const envelope = told(FORMATS.ecs.open(context).parse(full), FORMATS.ecs);
  if (format === FORMATS.ecs) return envelope;
  if ('rejected' in envelope) return envelope;
  const isLine = envelope.record.kind === 'log' && !Object.hasOwn(object, 'kind') && isOneLine(line);
  if (!isLine) return format === undefined || format === FORMATS.text ? envelope : NO_LINE;
  const inner = format ?? detectFormat([line]);
  if (inner === FORMATS.text) return envelope;
  const said = told(inner.open(context).parse(line), inner);
  if ('record' in said) return { record: within(said.record, envelope.record), format: inner.name };
  return format === undefined ? envelope : said;
}

const NO_LINE: ReadDocument = {
  rejected: { code: 'missing-field', detail: 'the document has no line of that format as its message' },
};

function hasMessage(object: JsonObject): boolean {
  return typeof object['message'] === 'string';
}

/** The text that a document wraps; fluentd's tools and Docker have it in `log`, where ECS has an object. */
function lineOf(object: JsonObject): string | undefined {
  const event = Object.hasOwn(object, 'event') ? object['event'] : undefined;
  const values = [
    object['message'],
    object['log'],
    object['event.original'],
    isObject(event) && event['original'],
  ];
  const line = values.find(value => typeof value === 'string' && value !== '');
  return typeof line === 'string' ? withoutEnd(line) : undefined;
}

function withoutEnd(line: string): string {
  if (line.endsWith('\r\n')) return line.slice(0, -2);
  return line.endsWith('\n') ? line.slice(0, -1) : line;
}

function isOneLine(line: string | undefined): line is string {
  return line !== undefined && !line.includes('\n');
}

/** What a parser said, with the name of its format. */
export function told(parsed: ParsedLine, { name }: Format): ReadDocument {
  if (parsed === null)
    return { rejected: { code: 'not-a-record', detail: 'a comment, a header or a blank line' } };
  return 'record' in parsed ? { record: parsed.record, format: name } : parsed;
}

/** What a line says, and besides it what the shipper knows: the line's own word counts. */
export function within(line: TrafficRecord, shipper: TrafficRecord): TrafficRecord {
  return {
    ...line,
    atMs: line.atMs ?? shipper.atMs,
    eventId: line.eventId ?? shipper.eventId,
    dataset: line.dataset ?? shipper.dataset,
    hostName: line.hostName ?? shipper.hostName,
    sensor: line.sensor ?? shipper.sensor,
  };
}

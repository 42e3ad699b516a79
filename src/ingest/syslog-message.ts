/**
 * A message that came over syslog: a head (syslog-header.ts), and behind it what its program said, which may be a line of any
 * format that is known, or a JSON object: nginx writes its access log so, rsyslog and Zeek's JSON files are sent on so. What
 * is read as nothing else is a log record.
 *
 * Each message is read by itself, as a document is: of several senders on one port each writes what it likes.
 */
import { type ReadDocument, readDocument, told, within } from './documents.ts';
import type { Format, ParserContext } from './format.ts';
import { detectFormat, FORMATS } from './formats.ts';
import { sampleOf } from './sample.ts';
import { syslogHeaderOf } from './syslog-header.ts';

/** What marks JSON behind a head (Common Event Expression; rsyslog and syslog-ng write it). */
const JSON_COOKIE = /^@cee: ?/;

/**
 * The record of a message. Never throws.
 * @param text without its frame; it may have line ends in it
 * @param format undefined to have it told by the message; `syslog` and `text` make a log record of each
 * @example readSyslogMessage('<190>Jan 15 12:00:00 web1 nginx: 10.0.0.7 - - [15/Jan/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 5', …)
 *   // an http record of 10.0.0.7 with the host web1, read as common
 */
export function readSyslogMessage(text: string, context: ParserContext, format?: Format): ReadDocument {
  const head = told(FORMATS.syslog.open(context).parse(text), FORMATS.syslog);
  if (format === FORMATS.syslog || format === FORMATS.text) return head;
  const { hasPriority, time, message } = syslogHeaderOf(text);
  if ('record' in head && (hasPriority || time !== null)) {
    const said = readAs(message.trim().replace(JSON_COOKIE, ''), context, format);
    if (said !== null && 'record' in said) {
      return { record: within(said.record, { ...head.record, dataset: undefined }), format: said.format };
    }
  }
  return readAs(text, context, format) ?? (format === undefined ? head : NOT_OF_FORMAT);
}

const NOT_OF_FORMAT: ReadDocument = {
  rejected: { code: 'not-a-record', detail: 'the message holds no line of the format that is configured' },
};

/** What a text is in another format than syslog's, with or without a head of its own; null where it is of none. */
function readAs(text: string, context: ParserContext, format: Format | undefined): ReadDocument | null {
  if (text.startsWith('{')) return readDocument(text, context, format);
  if (text.includes('\n')) return null;
  const own = format ?? detectFormat([text]);
  if (own === FORMATS.syslog || own === FORMATS.text || own.detect(sampleOf([text])) === 0) return null;
  return told(own.open(context).parse(text), own);
}

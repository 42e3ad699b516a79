/**
 * The head of a syslog line, as RFC 3164 and RFC 5424 have it and as daemons write it to their files: an optional `<PRI>`,
 * a time, a host, the program with its process id, and what it said.
 *
 * 1. RFC 5424: https://www.rfc-editor.org/rfc/rfc5424 (section 6)
 * 2. RFC 3164: https://www.rfc-editor.org/rfc/rfc3164 (section 4.1)
 *
 * Lines of files may have RFC 3339 times (rsyslog), no host (dnsmasq's own file), or a year (Cisco). One pass; a head that
 * is none leaves the whole line as what was said.
 */
import type { FieldCheck } from './field-check.ts';
import { isDigit } from './time.ts';
import { type MonthFirstTime, monthFirstTimeOf } from './wall-clock.ts';

export interface SyslogHeader {
  /** Whether the line begins with `<PRI>`. */
  hasPriority: boolean;
  /** RFC 3339 text, or a time that may lack its year; null where the line has none. */
  time: string | MonthFirstTime | null;
  host?: string;
  /** The program, without its process id. */
  application?: string;
  /** `[id name="value" …]` of RFC 5424, as it came. */
  structuredData?: string;
  message: string;
}

const LESS_THAN = 0x3c;
const NIL = '-';
/** A program's name; RFC 3164 allows 32 characters, RFC 5424 48, and paths of postfix are longer. */
const APPLICATION_CHARACTERS_MAX = 64;
const HOST_CHARACTERS_MAX = 255;
const TIME_CHARACTERS_MAX = 40;

/** @example syslogHeaderOf('<34>Oct 11 22:14:15 mymachine su[7]: failed').application // 'su' */
export function syslogHeaderOf(line: string): SyslogHeader {
  const start = priorityEnd(line);
  if (start > 0 && line.startsWith('1 ', start)) {
    const header = rfc5424HeaderOf(line, start + 2);
    if (header !== null) return header;
  }
  return rfc3164HeaderOf(line.slice(start), start > 0);
}

/** The instant of a head; undefined where it has none. What looks like a time and is none is told to `check`. */
export function syslogInstantOf({ time }: SyslogHeader, check: FieldCheck): number | undefined {
  if (time === null || typeof time === 'string') return check.instant(time, 'the timestamp');
  return time.hasYear
    ? check.wallTime(time.wallMsIn(0), 'the timestamp')
    : check.yearlessTime(time.wallMsIn, 'the timestamp');
}

/** Behind `<0>` to `<191>`; 0 where the line does not begin so. */
function priorityEnd(line: string): number {
  if (line.charCodeAt(0) !== LESS_THAN) return 0;
  let at = 1;
  while (at < 4 && isDigit(line.charCodeAt(at))) at += 1;
  return at > 1 && line[at] === '>' && Number(line.slice(1, at)) <= 191 ? at + 1 : 0;
}

/** `TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG`, from an index; null where the fields are not there. */
function rfc5424HeaderOf(line: string, from: number): SyslogHeader | null {
  const fields: string[] = [];
  let at = from;
  while (fields.length < 5) {
    const end = line.indexOf(' ', at);
    if (end === -1 || end - at > HOST_CHARACTERS_MAX) return null;
    fields.push(line.slice(at, end));
    at = end + 1;
  }
  const [time = NIL, host = NIL, application = NIL] = fields;
  if (time !== NIL && !looksLikeRfc3339(time)) return null;
  const dataEnd = line.startsWith(NIL, at) ? at + 1 : structuredDataEnd(line, at);
  const header: SyslogHeader = {
    hasPriority: true,
    time: time === NIL ? null : time,
    message: line
      .slice(dataEnd)
      .replace(/^ /, '')
      .replace(/^\ufeff/, ''),
  };
  if (host !== NIL) header.host = host;
  if (application !== NIL) header.application = application;
  if (line[at] === '[') header.structuredData = line.slice(at, dataEnd);
  return header;
}

/** Behind the elements `[…][…]` from an index on; in their values `\` escapes what would end them. */
function structuredDataEnd(line: string, from: number): number {
  let at = from;
  while (line[at] === '[') {
    const end = elementEnd(line, at + 1);
    if (end === -1) return at;
    at = end + 1;
  }
  return at;
}

function elementEnd(line: string, from: number): number {
  let inValue = false;
  for (let at = from; at < line.length; at++) {
    const character = line[at];
    if (character === '\\' && inValue) at += 1;
    else if (character === '"') inValue = !inValue;
    else if (character === ']' && !inValue) return at;
  }
  return -1;
}

/** The names and values of structured data, ids left out. @example structuredPairsOf('[a@1 iut="3"]') // [['iut', '3']] */
export function structuredPairsOf(data: string): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  let at = 0;
  while (pairs.length < PAIRS_MAX) {
    const equals = data.indexOf('="', at);
    if (equals === -1) break;
    let end = equals + 2;
    while (end < data.length && data[end] !== '"') end += data[end] === '\\' ? 2 : 1;
    const before = data.slice(at, equals);
    pairs.push([
      before.slice(before.lastIndexOf(' ') + 1),
      data.slice(equals + 2, end).replace(/\\(["\\\]])/g, '$1'),
    ]);
    at = end + 1;
  }
  return pairs;
}

const PAIRS_MAX = 1_024;

function rfc3164HeaderOf(line: string, hasPriority: boolean): SyslogHeader {
  const { time, end } = timeAtStart(line);
  const header: SyslogHeader = { hasPriority, time, message: line };
  if (time === null) {
    // RFC 3164 knows no head without a time, but daemons write a bare `<PRI>tag: text`.
    if (hasPriority) setApplication(header, line);
    return header;
  }
  const rest = line.slice(end).replace(/^:/, '').replace(/^ +/, '');
  if (setApplication(header, rest)) return header;
  const hostEnd = rest.indexOf(' ');
  if (hostEnd < 1 || hostEnd > HOST_CHARACTERS_MAX) {
    header.message = rest;
    return header;
  }
  header.host = rest.slice(0, hostEnd);
  const said = rest.slice(hostEnd + 1);
  if (!setApplication(header, said)) header.message = said;
  return header;
}

function timeAtStart(line: string): { time: SyslogHeader['time']; end: number } {
  const named = monthFirstTimeOf(line);
  if (named !== null) return { time: named, end: named.end };
  const end = line.slice(0, TIME_CHARACTERS_MAX + 1).indexOf(' ');
  const text = line.slice(0, Math.max(0, end));
  return looksLikeRfc3339(text) ? { time: text, end } : { time: null, end: 0 };
}

function looksLikeRfc3339(text: string): boolean {
  return text.length <= TIME_CHARACTERS_MAX && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text);
}

/** Takes `program:` or `program[pid]:` from the beginning of what follows the time; false where it does not begin so. */
function setApplication(header: SyslogHeader, text: string): boolean {
  const tagEnd = text.slice(0, APPLICATION_CHARACTERS_MAX + 1).search(/ |$/);
  if (tagEnd < 2 || tagEnd > APPLICATION_CHARACTERS_MAX || text[tagEnd - 1] !== ':') return false;
  const tag = text.slice(0, tagEnd - 1);
  const bracket = tag.endsWith(']') ? tag.indexOf('[') : -1;
  header.application = bracket > 0 ? tag.slice(0, bracket) : tag;
  header.message = text.slice(tagEnd + 1);
  return true;
}

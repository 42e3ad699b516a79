/**
 * What an event of a security product becomes, in CEF or in LEEF (cef.ts, leef.ts), which differ in how they write it and
 * in the names of its attributes.
 *
 * With a URL it is an http record; with both addresses and bytes that were measured, a flow; anything else is a log record
 * whose message holds the event's name, its text, its id and severity and the attributes that have no field. The name goes
 * with the other two as their message. Dataset: `<format>.<vendor>.<product>`.
 */
import type { RecordKind } from '../domain/record.ts';
import { type Draft, newDraft } from './draft.ts';
import { boundedText, type FieldCheck } from './field-check.ts';
import type { Format, ParsedLine } from './format.ts';
import { transportOf } from './ip-protocol.ts';
import { RemainingText } from './remaining-text.ts';
import { setUrl } from './request-target.ts';
import { type SyslogHeader, syslogHeaderOf, syslogInstantOf } from './syslog-header.ts';
import { textLines } from './text-lines.ts';
import { monthFirstTimeOf } from './wall-clock.ts';

/** What is read of an event, whatever its format calls it. */
export const EVENT_KEYS = [
  'at',
  'sourceAddress',
  'sourcePort',
  'destinationAddress',
  'destinationPort',
  'sourceBytes',
  'destinationBytes',
  'sourcePackets',
  'destinationPackets',
  'transport',
  'protocol',
  'direction',
  'user',
  'host',
  'sensor',
  'url',
  'method',
  'userAgent',
  'referrer',
  'text',
] as const;
export type EventKey = (typeof EVENT_KEYS)[number];

export interface SecurityEvent {
  format: 'cef' | 'leef';
  /** What stood before it in the line. */
  head: SyslogHeader;
  vendor: string;
  product: string;
  id: string;
  name: string;
  severity: string;
  /** In their order; of two with one name the first counts. */
  attributes: readonly (readonly [name: string, value: string])[];
}

/** Attributes that are kept of one event; a real one has about fifty. */
export const ATTRIBUTES_MAX = 1_024;
/** Ids that stand on one line only and would make every text look new, and cookies, which are secrets. */
const LEFT_OUT: ReadonlySet<string> = new Set(['externalId', 'requestCookies']);
/** Characters before `CEF:` or `LEEF:` in which a head of syslog may stand. */
const HEAD_CHARACTERS_MAX = 512;

/** Where in a line the event begins, or −1; a head of syslog may stand before it. @param mark `CEF:` or `LEEF:` */
export function eventStart(line: string, mark: string): number {
  const start = line.slice(0, HEAD_CHARACTERS_MAX).indexOf(mark);
  return start === -1 || start === 0 || line[start - 1] === ' ' || line[start - 1] === '\ufeff' ? start : -1;
}

export function eventHeadOf(line: string, start: number): SyslogHeader {
  return syslogHeaderOf(line.slice(0, start));
}

/** @param keys the format's names of attributes */
export function securityDraft(
  event: SecurityEvent,
  keys: ReadonlyMap<string, EventKey>,
  check: FieldCheck,
): Draft {
  const values = new Map<EventKey, string>();
  const remaining = new RemainingText();
  remaining.add('event_id', event.id);
  remaining.add('severity', event.severity);
  for (const [name, value] of event.attributes) {
    const key = keys.get(name);
    if (key === undefined) {
      if (!LEFT_OUT.has(name)) remaining.add(name, value);
    } else if (!values.has(key) && value !== '') values.set(key, value);
  }
  const draft = newDraft(kindOf(values));
  setCommon(draft, event, values, check);
  if (draft.kind === 'http') setHttp(draft, values, check);
  const parts = [event.name, values.get('text') ?? '', draft.kind === 'log' ? remaining.message : ''];
  draft.message = boundedText(parts.filter(part => part !== '').join(' ')) || undefined;
  if (draft.kind === 'log' && draft.message === undefined) {
    check.reject({ code: 'missing-field', detail: 'the event has neither a name nor attributes' });
  }
  return draft;
}

function kindOf(values: ReadonlyMap<EventKey, string>): RecordKind {
  if (values.has('url')) return 'http';
  const isMeasured = values.has('sourceBytes') || values.has('destinationBytes');
  return isMeasured && values.has('sourceAddress') && values.has('destinationAddress') ? 'flow' : 'log';
}

function setCommon(
  draft: Draft,
  event: SecurityEvent,
  values: ReadonlyMap<EventKey, string>,
  check: FieldCheck,
): void {
  const at = values.get('at');
  draft.atMs = at === undefined ? syslogInstantOf(event.head, check) : deviceInstantOf(at, check);
  draft.dataset = [event.format, folded(event.vendor), folded(event.product)].filter(Boolean).join('.');
  draft.sourceIp = check.address(values.get('sourceAddress'), 'src');
  draft.sourcePort = check.port(values.get('sourcePort'), 'the source port');
  draft.sourceBytes = check.count(values.get('sourceBytes'), 'the bytes of the source');
  draft.sourcePackets = check.count(values.get('sourcePackets'), 'the packets of the source');
  draft.destinationIp = check.address(values.get('destinationAddress'), 'dst');
  draft.destinationPort = check.port(values.get('destinationPort'), 'the destination port');
  draft.destinationBytes = check.count(values.get('destinationBytes'), 'the bytes of the destination');
  draft.destinationPackets = check.count(values.get('destinationPackets'), 'the packets of the destination');
  const transport = check.lowerText(values.get('transport'), 'proto');
  draft.transport = transport === undefined ? undefined : transportOf(transport);
  draft.protocol = check.lowerText(values.get('protocol'), 'the protocol');
  draft.direction = directionOf(check.lowerText(values.get('direction'), 'the direction'));
  draft.userName = check.text(values.get('user'), 'the user');
  draft.hostName = check.text(values.get('host'), 'the host');
  draft.sensorId = check.text(values.get('sensor') ?? event.head.host, 'the device');
}

function setHttp(draft: Draft, values: ReadonlyMap<EventKey, string>, check: FieldCheck): void {
  draft.method = check.text(values.get('method'), 'the method');
  draft.userAgent = check.text(values.get('userAgent'), 'the user agent');
  draft.referrer = check.text(values.get('referrer'), 'the referrer');
  setUrl(draft, check.text(values.get('url'), 'the URL'), undefined);
}

/** CEF numbers its directions. */
function directionOf(text: string | undefined): string | undefined {
  if (text === '0') return 'inbound';
  return text === '1' ? 'outbound' : text;
}

/**
 * Epoch milliseconds, RFC 3339, or `Nov 20 2026 09:46:59.123 UTC` with parts left out. A zone by its name is read where it is
 * UTC; of any other the clock is taken for the site's, as of a time without one.
 */
function deviceInstantOf(text: string, check: FieldCheck): number | undefined {
  const time = monthFirstTimeOf(text);
  if (time === null) return check.instant(text, 'the time of the event');
  const zone = text.slice(time.end).trim();
  if (zone === 'UTC' || zone === 'GMT' || zone === 'Z') {
    return check.plausible(time.hasYear ? time.wallMsIn(0) : Number.NaN, 'the time of the event');
  }
  return syslogInstantOf({ hasPriority: false, time, message: '' }, check);
}

const NAME_CHARACTERS_MAX = 48;

/** `Threat Manager` → 'threat_manager' */
function folded(text: string): string {
  return text
    .slice(0, NAME_CHARACTERS_MAX)
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .join('_');
}

/** A format of such events. @param unparsable why a line without one is rejected */
export function securityFormat(
  name: string,
  eventOf: (line: string) => SecurityEvent | null,
  keys: ReadonlyMap<string, EventKey>,
  unparsable: string,
): Format {
  const rejected: ParsedLine = { rejected: { code: 'unparsable-line', detail: unparsable } };
  return {
    name,
    detect: ({ lines }) => {
      const fitting = lines.filter(line => eventOf(line) !== null);
      return lines.length === 0 ? 0 : fitting.length / lines.length;
    },
    open: context =>
      textLines(
        context,
        (line, check) => {
          const event = eventOf(line);
          return event === null ? null : securityDraft(event, keys, check);
        },
        rejected,
      ),
  };
}

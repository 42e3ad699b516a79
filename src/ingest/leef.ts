/**
 * IBM's Log Event Extended Format 1.0 and 2.0, alone or behind a head of syslog (IBM QRadar, "LEEF event components"):
 *
 *     LEEF:1.0|Vendor|Product|1.0|EventID|src=192.0.2.10<tab>dst=198.51.100.9<tab>sev=5
 *     LEEF:2.0|Vendor|Product|1.0|EventID|^|src=192.0.2.10^dst=198.51.100.9
 *
 * Between attributes stands a tab, or the character that version 2.0 names, itself or in hexadecimal (`x5E`, `0x5E`).
 * A `devTime` is read in the common spellings; `devTimeFormat` is not asked.
 */
import {
  ATTRIBUTES_MAX,
  type EventKey,
  eventHeadOf,
  eventStart,
  type SecurityEvent,
  securityFormat,
} from './security-event.ts';

const KEYS: ReadonlyMap<string, EventKey> = new Map([
  ['devTime', 'at'],
  ['src', 'sourceAddress'],
  ['srcPort', 'sourcePort'],
  ['dst', 'destinationAddress'],
  ['dstPort', 'destinationPort'],
  ['srcBytes', 'sourceBytes'],
  ['dstBytes', 'destinationBytes'],
  ['srcPackets', 'sourcePackets'],
  ['dstPackets', 'destinationPackets'],
  ['proto', 'transport'],
  ['usrName', 'user'],
  ['identHostName', 'host'],
  ['url', 'url'],
  ['method', 'method'],
  ['userAgent', 'userAgent'],
  ['msg', 'text'],
]);
/** Attributes that say how another is written. */
const ABOUT_OTHERS: ReadonlySet<string> = new Set(['devTimeFormat']);

const MARK = 'LEEF:';
const HEAD_FIELDS = 5;

export const leef = securityFormat('leef', eventOf, KEYS, 'no LEEF head of five parts stands in the line');

function eventOf(line: string): SecurityEvent | null {
  const start = eventStart(line, MARK);
  if (start === -1) return null;
  const fields: string[] = [];
  let at = start + MARK.length;
  while (fields.length < HEAD_FIELDS) {
    const end = line.indexOf('|', at);
    if (end === -1) return null;
    fields.push(line.slice(at, end));
    at = end + 1;
  }
  const [version = '', vendor = '', product = '', , id = ''] = fields;
  if (version !== '1.0' && version !== '2.0') return null;
  const { delimiter, end } = version === '2.0' ? delimiterAt(line, at) : { delimiter: '\t', end: at };
  const attributes = attributesOf(line, end, delimiter);
  const severity = attributes.find(([name]) => name === 'sev')?.[1] ?? '';
  return {
    format: 'leef',
    head: eventHeadOf(line, start),
    vendor,
    product,
    id: '',
    name: id,
    severity,
    attributes: attributes.filter(([name]) => name !== 'sev' && !ABOUT_OTHERS.has(name)),
  };
}

/** The sixth part of a head of version 2.0; a tab where it is empty or left out. */
function delimiterAt(line: string, from: number): { delimiter: string; end: number } {
  const named = /^(?:0?x([0-9a-f]{2,4})|([^|]?))\|/i.exec(line.slice(from, from + 8));
  if (named === null) return { delimiter: '\t', end: from };
  const [all, hexadecimal, character] = named;
  const delimiter =
    hexadecimal === undefined ? character : String.fromCharCode(Number.parseInt(hexadecimal, 16));
  return { delimiter: delimiter || '\t', end: from + all.length };
}

function attributesOf(line: string, from: number, delimiter: string): [name: string, value: string][] {
  const attributes: [string, string][] = [];
  for (let at = from; at < line.length && attributes.length < ATTRIBUTES_MAX; ) {
    const found = line.indexOf(delimiter, at);
    const end = found === -1 ? line.length : found;
    const text = line.slice(at, end);
    const equals = text.indexOf('=');
    const name = text.slice(0, Math.max(0, equals)).trim();
    if (/^[A-Za-z0-9_.-]{1,64}$/.test(name)) attributes.push([name, text.slice(equals + 1).trim()]);
    at = end + 1;
  }
  return attributes;
}

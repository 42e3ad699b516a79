/**
 * ArcSight's Common Event Format, alone or behind a head of syslog (Micro Focus Security ArcSight, "Common Event Format:
 * Implementation Standard", version 25):
 *
 *     CEF:0|Vendor|Product|1.0|100|worm stopped|10|src=192.0.2.10 dst=198.51.100.9 spt=1232 msg=a \= b
 *
 * `\|` and `\\` stand in the head, `\=`, `\\`, `\n` and `\r` in the extension. `in` are the bytes from source to destination,
 * `out` those that came back. A custom field goes by its label (`cs1Label=Rule cs1=x` is `Rule=x`).
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
  ['rt', 'at'],
  ['start', 'at'],
  ['end', 'at'],
  ['src', 'sourceAddress'],
  ['spt', 'sourcePort'],
  ['dst', 'destinationAddress'],
  ['dpt', 'destinationPort'],
  ['in', 'sourceBytes'],
  ['out', 'destinationBytes'],
  ['proto', 'transport'],
  ['app', 'protocol'],
  ['deviceDirection', 'direction'],
  ['suser', 'user'],
  ['duser', 'user'],
  ['shost', 'host'],
  ['dvchost', 'sensor'],
  ['dvc', 'sensor'],
  ['request', 'url'],
  ['requestMethod', 'method'],
  ['requestClientApplication', 'userAgent'],
  ['requestContext', 'referrer'],
  ['msg', 'text'],
]);

const MARK = 'CEF:';
const HEAD_FIELDS = 7;

export const cef = securityFormat('cef', eventOf, KEYS, 'no CEF head of seven parts stands in the line');

function eventOf(line: string): SecurityEvent | null {
  const start = eventStart(line, MARK);
  if (start === -1) return null;
  const fields: string[] = [];
  let at = start + MARK.length;
  while (fields.length < HEAD_FIELDS) {
    const end = unescapedIndex(line, '|', at);
    // The extension may be missing, and the pipe before it with it.
    if (end === -1 && fields.length < HEAD_FIELDS - 1) return null;
    fields.push(unescaped(line.slice(at, end === -1 ? line.length : end)));
    at = end === -1 ? line.length : end + 1;
  }
  const [version = '', vendor = '', product = '', , id = '', name = '', severity = ''] = fields;
  if (!/^\d{1,3}(?:\.\d{1,3})?$/.test(version)) return null;
  const attributes = labelled(attributesOf(line, at));
  return { format: 'cef', head: eventHeadOf(line, start), vendor, product, id, name, severity, attributes };
}

/** The index of a character that no backslash escapes, or −1. */
function unescapedIndex(line: string, character: string, from: number): number {
  for (let at = from; at < line.length; at++) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === character) return at;
  }
  return -1;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r' };

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([\\|=nr])/g, (_, character: string) => ESCAPES[character] ?? character);
}

/**
 * `key=value` with spaces between; a value may hold spaces, so it ends where the next key begins: the word before the next
 * `=`. What is no key there (`a b.c$=`) belongs to the value.
 */
function attributesOf(line: string, from: number): [name: string, value: string][] {
  const attributes: [string, string][] = [];
  let name: string | null = null;
  let valueStart = from;
  let at = from;
  for (;;) {
    const equals = unescapedIndex(line, '=', at);
    const wordStart = equals === -1 ? line.length : Math.max(valueStart, at + spaceBefore(line, at, equals));
    const word = equals === -1 ? '' : line.slice(wordStart, equals);
    const isBehindSpace = wordStart > valueStart && line[wordStart - 1] === ' ';
    const isKey = equals !== -1 && isAttributeName(word) && (name === null || isBehindSpace);
    if (isKey || equals === -1) {
      if (name !== null) attributes.push([name, unescaped(line.slice(valueStart, wordStart).trim())]);
      if (equals === -1 || attributes.length === ATTRIBUTES_MAX) return attributes;
      name = word;
      valueStart = equals + 1;
    }
    at = equals + 1;
  }
}

/** Where the last word before `end` begins, from `start`. */
function spaceBefore(line: string, start: number, end: number): number {
  return line.slice(start, end).lastIndexOf(' ') + 1;
}

function isAttributeName(text: string): boolean {
  return text.length <= 64 && /^[A-Za-z0-9_][A-Za-z0-9_.[\]-]*$/.test(text);
}

/** The attributes, custom ones by their labels. */
function labelled(attributes: [name: string, value: string][]): [name: string, value: string][] {
  const labels = new Map<string, string>();
  for (const [name, value] of attributes) {
    if (name.endsWith('Label') && isAttributeName(value.replaceAll(' ', '_'))) {
      labels.set(name.slice(0, -'Label'.length), value.replaceAll(' ', '_'));
    }
  }
  if (labels.size === 0) return attributes;
  return attributes.flatMap(([name, value]): [string, string][] => {
    if (name.endsWith('Label') && labels.has(name.slice(0, -'Label'.length))) return [];
    return [[labels.get(name) ?? name, value]];
  });
}

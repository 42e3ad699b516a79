/**
 * The log of dnsmasq (`log-queries`, `log-queries=extra`), from its own file or through syslog. A query, its forwarding and
 * each of its answers are a line, and a dns record, each; what else dnsmasq says (its start, DHCP), and what other programs
 * say in the same file, are log records. Dataset: `dnsmasq.dns`, `dnsmasq.log`. (dnsmasq 2.90, src/cache.c, log_query)
 *
 *     query[A] www.example.org from 192.0.2.10
 *     forwarded www.example.org to 198.51.100.53
 *     reply www.example.org is 203.0.113.7
 *     17 192.0.2.10/53124 cached www.example.org is NXDOMAIN          (with =extra: serial, and who asked)
 *
 * Source is who asked, where the line tells. The destination of a forwarded query is the server that it went to. The kind of
 * an answer that dnsmasq writes in the place of its data (`<CNAME>`), and a name that it would not print, are absent.
 */
import { DNS_ANSWERS_MAX } from '../domain/limits.ts';
import { isAddress } from './address.ts';
import { questionTypeOf } from './dns-codes.ts';
import { type Draft, newDraft } from './draft.ts';
import type { FieldCheck } from './field-check.ts';
import type { Format } from './format.ts';
import { type SyslogHeader, syslogHeaderOf, syslogInstantOf } from './syslog-header.ts';
import { syslogDraft } from './syslog-log.ts';
import { textLines } from './text-lines.ts';

export const dnsmasq: Format = {
  name: 'dnsmasq',
  detect: ({ lines }) => {
    const fitting = lines.filter(line => isDnsmasq(syslogHeaderOf(line)));
    return lines.length === 0 ? 0 : (0.95 * fitting.length) / lines.length;
  },
  open: context => textLines(context, draftOf),
};

/** `dnsmasq`, `dnsmasq-dhcp`, `dnsmasq-tftp`, `dnsmasq-script`. */
function isDnsmasq({ application }: SyslogHeader): boolean {
  return application === 'dnsmasq' || application?.startsWith('dnsmasq-') === true;
}

function draftOf(line: string, check: FieldCheck): Draft {
  const header = syslogHeaderOf(line);
  if (!isDnsmasq(header)) return syslogDraft(header, 'syslog', check);
  const draft = newDraft('dns');
  const { message } = header;
  const said = message.slice(setClient(draft, message));
  if (header.application !== 'dnsmasq' || !setEvent(draft, said, check)) {
    return syslogDraft(header, 'dnsmasq.log', check);
  }
  draft.atMs = syslogInstantOf(header, check);
  draft.dataset = 'dnsmasq.dns';
  draft.sensorId = check.text(header.host, 'the host');
  return draft;
}

/** Who asked, as `=extra` puts it before the line. @returns where the rest begins */
function setClient(draft: Draft, message: string): number {
  const match = /^\d{1,10} ([0-9A-Fa-f.:%a-z]{2,64})\/(\d{1,5}) /.exec(message.slice(0, 96));
  const [all = '', address = '', port = ''] = match ?? [];
  if (!isAddress(address) || Number(port) > 65_535) return 0;
  draft.sourceIp = address;
  draft.sourcePort = Number(port);
  return all.length;
}

/** Fills the draft of a query, a forwarded query or an answer; false for anything else. */
function setEvent(draft: Draft, said: string, check: FieldCheck): boolean {
  const verbEnd = said.slice(0, 256).indexOf(' ');
  const verb = said.slice(0, Math.max(0, verbEnd));
  const rest = said.slice(verbEnd + 1);
  const bracket = verb.endsWith(']') ? verb.indexOf('[') : -1;
  const kind = bracket === -1 ? verb : verb.slice(0, bracket);
  const type = bracket === -1 ? undefined : verb.slice(bracket + 1, -1);
  if (kind === 'query' && type !== undefined) return setQuery(draft, type, rest, check);
  if (kind === 'forwarded' || kind === 'dnssec-query') return setForwarded(draft, type, rest, check);
  return isAnswerer(kind) && setAnswer(draft, rest, check);
}

/** Where answers come from: upstream, the cache, the configuration, leases, or a file of hosts. */
const ANSWERERS: ReadonlySet<string> = new Set(['reply', 'cached', 'cached-stale', 'config', 'auth', 'DHCP']);

function isAnswerer(kind: string): boolean {
  return ANSWERERS.has(kind) || kind.startsWith('/');
}

function setQuery(draft: Draft, type: string, rest: string, check: FieldCheck): boolean {
  const from = rest.lastIndexOf(' from ');
  const address = rest.slice(from + ' from '.length).trim();
  if (from === -1 || !isAddress(address)) return false;
  draft.sourceIp = address;
  setQuestion(draft, rest.slice(0, from), type, check);
  return true;
}

function setForwarded(draft: Draft, type: string | undefined, rest: string, check: FieldCheck): boolean {
  const to = rest.lastIndexOf(' to ');
  const [address = '', port = '53'] = rest
    .slice(to + ' to '.length)
    .trim()
    .split('#', 2);
  if (to === -1 || !isAddress(address)) return false;
  draft.destinationIp = address;
  draft.destinationPort = check.port(port, 'the port of the server');
  setQuestion(draft, rest.slice(0, to), type, check);
  return true;
}

function setAnswer(draft: Draft, rest: string, check: FieldCheck): boolean {
  const is = rest.indexOf(' is');
  if (is === -1 || !(rest.length === is + 3 || rest[is + 3] === ' ')) return false;
  const value = rest.slice(is + ' is '.length);
  const name = rest.slice(0, is);
  draft.responseCode = responseCodeIn(value);
  // `reply error is SERVFAIL`: dnsmasq does not say for which name.
  const isNameless = name === 'error' && draft.responseCode !== undefined;
  if (!isNameless) setQuestion(draft, name, undefined, check);
  if (draft.responseCode === undefined && !isMarker(value)) {
    draft.answers = check.texts(value, 'the answer', DNS_ANSWERS_MAX);
  }
  return true;
}

const RESPONSE_CODES: ReadonlyMap<string, string> = new Map([
  ['NXDOMAIN', 'NXDOMAIN'],
  ['NODATA', 'NOERROR'],
  ['SERVFAIL', 'SERVFAIL'],
  ['REFUSED', 'REFUSED'],
  ['FORMERR', 'FORMERR'],
]);

/** `NXDOMAIN`, `NODATA-IPv6`, `SERVFAIL (EDE: network error)`: a code in the place of an answer. */
function responseCodeIn(value: string): string | undefined {
  const text = value.slice(0, 64);
  const end = text.search(/ \(|-IPv[46]|$/);
  if (text === 'NOT IMPLEMENTED') return 'NOTIMP';
  return RESPONSE_CODES.get(text.slice(0, end));
}

/** `<CNAME>`, `<MX>`: the kind of an answer, where its data are not shown. */
function isMarker(value: string): boolean {
  return value.length <= 32 && /^<[A-Z0-9=a-z-]+>$/.test(value);
}

const UNPRINTABLE = '<name unprintable>';

function setQuestion(draft: Draft, name: string, type: string | undefined, check: FieldCheck): void {
  if (isAddress(name)) {
    // Answers to the reverse of an address are logged by the address.
    draft.questionName = reverseNameOf(name);
    draft.questionType = 'PTR';
    return;
  }
  if (name !== UNPRINTABLE) draft.questionName = check.domainName(name, 'the name');
  // A type without a name of its own is written as `type=64`.
  const known = type?.startsWith('type=') === true ? questionTypeOf(type.slice('type='.length)) : type;
  draft.questionType = check.upperText(known, 'the type');
}

/** The name under which the reverse of an IPv4 address is asked for. @example '192.0.2.10' → '10.2.0.192.in-addr.arpa' */
function reverseNameOf(address: string): string | undefined {
  return address.includes(':') ? undefined : `${address.split('.').reverse().join('.')}.in-addr.arpa`;
}

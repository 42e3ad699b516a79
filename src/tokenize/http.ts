/** HTTP: what was asked of whom, by which software, and how it was answered. */
import { SEQUENCE_SYMBOLS_MAX } from '../domain/limits.ts';
import type { Observations } from '../domain/observation.ts';
import type { HttpRecord } from '../domain/record.ts';
import { addressClassOf } from './address.ts';
import { logBin } from './buckets.ts';
import { bareHostOf } from './host-name.ts';
import { observeAmount, observeHostName, observeSequence, observeToken } from './observe.ts';

const DOMAIN_FIELDS = {
  name: 'url.domain',
  topLevelDomain: 'url.top_level_domain',
  registeredDomain: 'url.registered_domain',
} as const;

/** RFC 9110 and 5789, WebDAV (RFC 4918, 3253, 3744, 5323), and those that proxies and media servers add. */
const METHODS: ReadonlySet<string> = new Set(
  (
    'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT SEARCH ' +
    'ACL MERGE CHECKOUT PURGE TRACK DEBUG DESCRIBE SUBSCRIBE NOTIFY PRI RPC_IN_DATA RPC_OUT_DATA'
  ).split(' '),
);
const METHOD_CHARACTERS_MAX = 16;
const EXTENSION_CHARACTERS_MAX = 8;

/** Appends what is seen in an HTTP record alone. */
export function observeHttp(into: Observations, record: HttpRecord): void {
  const { http, url } = record;
  if (http.method !== undefined) observeToken(into, 'http.request.method', methodTokenOf(http.method));
  if (http.statusCode !== undefined) observeStatus(into, http.statusCode);
  observeAmount(into, 'http.request.bytes', http.requestBytes);
  observeAmount(into, 'http.response.body.bytes', http.responseBodyBytes);
  observeHost(into, url.domain, http.referrer);
  // A request line that is no request line has no path; what came instead is the most telling part of the record.
  const path = url.path ?? url.original;
  observeSequence(into, 'url.path', path);
  if (path !== undefined) observeToken(into, 'url.extension', extensionOf(path));
  observeSequence(into, 'url.query', url.query);
  observeToken(into, 'url.query.parameters', logBin(parametersOf(url.query)));
  const userAgent = record.userAgent;
  observeToken(into, 'user_agent.presence', presenceOf(userAgent));
}

function methodTokenOf(method: string): string {
  if (METHODS.has(method)) return method;
  const folded = method.length > METHOD_CHARACTERS_MAX ? method : method.toUpperCase();
  return METHODS.has(folded) ? folded : 'other';
}

const STATUS_CLASSES: readonly string[] = ['1xx', '2xx', '3xx', '4xx', '5xx'];

function observeStatus(into: Observations, statusCode: number): void {
  const statusClass = STATUS_CLASSES[Math.floor(statusCode / 100) - 1];
  const isStatus = Number.isInteger(statusCode) && statusClass !== undefined;
  observeToken(into, 'http.response.status_code', isStatus ? String(statusCode) : 'invalid');
  observeToken(into, 'http.response.status_class', isStatus ? statusClass : 'invalid');
}

/** The host that was asked, what kind of host it is, and whether the referrer names the same. */
function observeHost(into: Observations, domain: string | undefined, referrer: string | undefined): void {
  const host = domain === undefined || domain === '-' ? '' : bareHostOf(domain);
  observeHostName(into, DOMAIN_FIELDS, host);
  observeToken(into, 'url.domain.kind', hostKindOf(host));
  observeToken(into, 'http.request.referrer.kind', referrerKindOf(referrer, host));
}

/** `blank`, `ipv4`, `ipv6`, `single-label` or `name`. */
function hostKindOf(host: string): string {
  if (host === '') return 'blank';
  const address = addressClassOf(host);
  if (address !== undefined) return `ipv${address.version}`;
  return host.includes('.') ? 'name' : 'single-label';
}

/** `absent`, `same-host`, `other-host` or `no-url`. */
function referrerKindOf(referrer: string | undefined, host: string): string {
  if (referrer === undefined || referrer === '' || referrer === '-') return 'absent';
  const referring = hostOfUrl(referrer);
  if (referring === '') return 'no-url';
  return referring === host.toLowerCase() ? 'same-host' : 'other-host';
}

const HOST_CHARACTERS_MAX = 512;

/**
 * The lower-case host of an absolute URL; empty where there is none.
 * @example hostOfUrl('https://user@Example.org:8443/a') // 'example.org'
 */
function hostOfUrl(url: string): string {
  const text = url.length > HOST_CHARACTERS_MAX ? url.slice(0, HOST_CHARACTERS_MAX) : url;
  const scheme = text.indexOf('://');
  if (scheme < 1) return '';
  const start = scheme + 3;
  let end = start;
  while (end < text.length && !isAuthorityEnd(text.charCodeAt(end))) end += 1;
  const userEnd = text.lastIndexOf('@', end);
  return bareHostOf(text.slice(userEnd >= start ? userEnd + 1 : start, end)).toLowerCase();
}

/** / ? # and the backslash that browsers read as a slash. */
function isAuthorityEnd(code: number): boolean {
  return code === 47 || code === 63 || code === 35 || code === 92;
}

/**
 * The file extension of a path: `none`, at most eight letters and digits in lower case, or `other`.
 * @example extensionOf('/wp-login.PHP') // 'php'
 */
function extensionOf(path: string): string {
  const dot = path.lastIndexOf('.');
  if (dot === -1 || dot < path.lastIndexOf('/')) return 'none';
  const length = path.length - dot - 1;
  if (length === 0) return 'none';
  if (length > EXTENSION_CHARACTERS_MAX) return 'other';
  for (let index = dot + 1; index < path.length; index += 1) {
    const code = path.charCodeAt(index);
    const lower = code | 32;
    if (!((lower >= 97 && lower <= 122) || (code >= 48 && code <= 57))) return 'other';
  }
  return path.slice(dot + 1).toLowerCase();
}

/** Parameters of a query among its first SEQUENCE_SYMBOLS_MAX characters: what stands between `&` and `;`. */
function parametersOf(query: string | undefined): number {
  if (query === undefined || query === '') return 0;
  const read = Math.min(query.length, SEQUENCE_SYMBOLS_MAX);
  let count = 0;
  let start = 0;
  for (let index = 0; index <= read; index += 1) {
    const code = index < read ? query.charCodeAt(index) : 38;
    if (code === 38 /* & */ || code === 59 /* ; */) {
      if (index > start) count += 1;
      start = index + 1;
    }
  }
  return count;
}

/** `present`; `absent` where the log has no user agent; `blank` where it was sent empty or as a dash. */
function presenceOf(userAgent: string | undefined): string {
  if (userAgent === undefined) return 'absent';
  return userAgent === '-' || userAgent.trim() === '' ? 'blank' : 'present';
}

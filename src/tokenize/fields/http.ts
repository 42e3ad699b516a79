/** Fields of HTTP records: what was asked of whom, by which software, and how it was answered. */
import type { HttpRecord } from '../../domain/record.ts';
import { addressClassOf } from '../address.ts';
import { bareHostOf, type HostNameParts } from '../host-name.ts';
import { differentParametersOf, extensionOf, hostOfUrl, parametersOf } from '../url-parts.ts';
import { Facts, partsOf } from './facts.ts';
import { type Query, queryOf } from './query.ts';
import type { FieldRow } from './row.ts';

export const HTTP_ROWS: readonly FieldRow<HttpFacts>[] = [
  {
    kind: 'category',
    field: 'http.request.method',
    says: 'a known method in upper case, else `other`',
    cut: 'word',
    example: 'POST',
    since: 1,
    read: ({ record: { http } }) => (http.method === undefined ? undefined : methodTokenOf(http.method)),
  },
  {
    kind: 'category',
    field: 'http.response.status_code',
    says: '100 to 599, else `invalid`',
    cut: 'word',
    example: '404',
    since: 1,
    read: ({ record: { http } }) =>
      http.statusCode === undefined || statusClassOf(http.statusCode) === 'invalid'
        ? statusClassOf(http.statusCode)
        : String(http.statusCode),
  },
  {
    kind: 'category',
    field: 'http.response.status_class',
    says: 'likewise',
    cut: 'word',
    example: '4xx',
    since: 1,
    read: ({ record: { http } }) => statusClassOf(http.statusCode),
  },
  {
    kind: 'category',
    field: 'http.request.bytes',
    says: 'of the request',
    cut: 'amount',
    example: '96',
    since: 1,
    read: ({ record: { http } }) => http.requestBytes,
  },
  {
    kind: 'category',
    field: 'http.response.body.bytes',
    says: 'of the answer',
    cut: 'amount',
    example: '4096',
    since: 1,
    read: ({ record: { http } }) => http.responseBodyBytes,
  },
  {
    kind: 'string',
    field: 'url.domain',
    says: 'the host that was asked, without port and brackets',
    example: 'www.example.org',
    since: 1,
    read: ({ host }) => host,
    prefixLengthOf: ({ hostParts }) => hostParts.prefixLength,
    recurs: true,
  },
  {
    kind: 'category',
    field: 'url.top_level_domain',
    says: 'public suffix of the host',
    cut: 'text',
    example: 'org',
    since: 1,
    read: ({ hostParts }) => hostParts.publicSuffix,
  },
  {
    kind: 'category',
    field: 'url.registered_domain',
    says: 'registrable domain of the host',
    cut: 'text',
    example: 'example.org',
    since: 1,
    read: ({ hostParts }) => hostParts.registrable,
  },
  {
    kind: 'category',
    field: 'url.domain.kind',
    says: '`name`, `single-label`, `ipv4`, `ipv6`, `blank` (absent, empty or `-`)',
    cut: 'word',
    example: 'ipv4',
    since: 1,
    read: ({ host }) => hostKindOf(host),
  },
  {
    kind: 'category',
    field: 'http.request.referrer.kind',
    says: '`absent`, `same-host`, `other-host`, `no-url` ([ADR 15](adr/0015-fields.md))',
    cut: 'word',
    example: 'other-host',
    since: 1,
    until: 2,
    read: ({ record, host }) => referrerKindOf(record.http.referrer, host),
  },
  {
    kind: 'category',
    field: 'http.request.referrer.relation',
    says: '`absent`, `same-host`, `same-domain` (one registrable domain), `other-domain`, `no-url` ([ADR 15](adr/0015-fields.md))',
    cut: 'word',
    example: 'other-domain',
    since: 3,
    onByDefault: false,
    read: facts => referrerRelationOf(facts),
  },
  {
    kind: 'category',
    field: 'http.request.host.relation',
    says: 'whether the host that was asked is the TLS server name (`server-name`, `not-server-name`), or without one, an address: that of the destination or not (`destination`, `other-address`; [ADR 15](adr/0015-fields.md))',
    cut: 'word',
    example: 'not-server-name',
    since: 3,
    onByDefault: false,
    read: facts => hostRelationOf(facts),
  },
  {
    kind: 'string',
    field: 'url.path',
    says: 'the path; where the request line was none, what came instead (`url.original`)',
    example: '/wp-login.php',
    since: 1,
    read: ({ path }) => path,
  },
  {
    kind: 'category',
    field: 'url.extension',
    says: 'of the path, at most eight letters and digits in lower case; `none`, `other`',
    cut: 'word',
    example: 'php',
    since: 1,
    read: ({ path }) => (path === undefined ? undefined : extensionOf(path)),
  },
  {
    kind: 'string',
    field: 'url.query',
    says: 'the query without `?`',
    example: 'page=2&sort=name',
    since: 1,
    read: ({ record }) => record.url.query,
  },
  {
    kind: 'string',
    field: 'url.query.keys',
    says: "names of the query's parameters, decoded once ([ADR 15](adr/0015-fields.md))",
    example: 'page&sort',
    onByDefault: false,
    since: 3,
    read: ({ query }) => query?.keys,
  },
  {
    kind: 'string',
    field: 'url.query.values',
    says: 'their values, likewise ([ADR 15](adr/0015-fields.md))',
    example: '2&name',
    onByDefault: false,
    since: 3,
    read: ({ query }) => query?.values,
  },
  {
    kind: 'category',
    field: 'url.query.encoding',
    says: 'how the query is written: `plain`, or `escaped` and what applies of `double` (escapes of escapes), `malformed`, `control` (of control characters), `not-utf8` ([ADR 15](adr/0015-fields.md))',
    cut: 'words',
    example: 'double',
    since: 3,
    onByDefault: false,
    read: ({ query }) => query?.encoding,
  },
  {
    kind: 'category',
    field: 'url.query.parameters',
    says: 'how many; `0` without a query',
    cut: 'amount',
    example: '2',
    since: 1,
    until: 4,
    read: ({ record }) => parametersOf(record.url.query),
  },
  {
    kind: 'category',
    field: 'url.query.parameters',
    says: 'how many different ones; `0` without a query',
    cut: 'amount',
    example: '2',
    since: 5,
    read: ({ record }) => differentParametersOf(record.url.query),
  },
  {
    kind: 'category',
    field: 'user_agent.presence',
    says: '`present`, `blank` (empty or `-`), `absent` ([ADR 15](adr/0015-fields.md))',
    cut: 'word',
    example: 'absent',
    since: 1,
    until: 2,
    read: ({ userAgentText }) => presenceOf(userAgentText),
  },
];

export class HttpFacts extends Facts<HttpRecord> {
  #host: string | null = null;
  #hostParts: HostNameParts | null = null;
  #query: Query | undefined | null = null;

  /** The host that was asked, without port, brackets or trailing dot; empty where none is told. */
  get host(): string {
    if (this.#host === null) {
      const { domain } = this.record.url;
      this.#host = domain === undefined || domain === '-' ? '' : bareHostOf(domain);
    }
    return this.#host;
  }

  get hostParts(): HostNameParts {
    this.#hostParts ??= partsOf(this.host);
    return this.#hostParts;
  }

  /** The parts of the query; undefined where there is none. */
  get query(): Query | undefined {
    if (this.#query === null) {
      const { query } = this.record.url;
      this.#query = query === undefined || query === '' ? undefined : queryOf(query);
    }
    return this.#query;
  }

  /** A request line that is no request line has no path; what came instead is the most telling part of the record. */
  get path(): string | undefined {
    return this.record.url.path ?? this.record.url.original;
  }
}

/** RFC 9110 and 5789, WebDAV (RFC 4918, 3253, 3744, 5323), and those that proxies and media servers add. */
const METHODS: ReadonlySet<string> = new Set(
  (
    'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT SEARCH ' +
    'ACL MERGE CHECKOUT PURGE TRACK DEBUG DESCRIBE SUBSCRIBE NOTIFY PRI RPC_IN_DATA RPC_OUT_DATA'
  ).split(' '),
);
const METHOD_CHARACTERS_MAX = 16;

function methodTokenOf(method: string): string {
  if (METHODS.has(method)) return method;
  const folded = method.length > METHOD_CHARACTERS_MAX ? method : method.toUpperCase();
  return METHODS.has(folded) ? folded : 'other';
}

const STATUS_CLASSES: readonly string[] = ['1xx', '2xx', '3xx', '4xx', '5xx'];

/** `1xx` … `5xx`, `invalid`; undefined where there is none. */
function statusClassOf(statusCode: number | undefined): string | undefined {
  if (statusCode === undefined) return undefined;
  if (!Number.isInteger(statusCode)) return 'invalid';
  return STATUS_CLASSES[Math.floor(statusCode / 100) - 1] ?? 'invalid';
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

/** As referrerKindOf, telling other hosts of the same registrable domain from the rest. */
function referrerRelationOf({ record, host, hostParts }: HttpFacts): string {
  const kind = referrerKindOf(record.http.referrer, host);
  if (kind !== 'other-host') return kind;
  const referring = partsOf(hostOfUrl(record.http.referrer ?? '')).registrable;
  return referring !== undefined && referring === hostParts.registrable ? 'same-domain' : 'other-domain';
}

/** Whether the host that was asked is the one that was connected to; undefined where nothing tells. */
function hostRelationOf({ host, serverName, destination }: HttpFacts): string | undefined {
  if (host === '') return undefined;
  if (serverName !== undefined && serverName !== '')
    return serverName.toLowerCase() === host.toLowerCase() ? 'server-name' : 'not-server-name';
  if (destination?.ip === undefined || addressClassOf(host) === undefined) return undefined;
  return destination.ip.toLowerCase() === host.toLowerCase() ? 'destination' : 'other-address';
}

/** `present`; `absent` where the log has no user agent; `blank` where it was sent empty or as a dash. */
function presenceOf(userAgent: string | undefined): string {
  if (userAgent === undefined) return 'absent';
  return userAgent === '-' || userAgent.trim() === '' ? 'blank' : 'present';
}

/** What attackers write: records of every kind whose every text is hostile, for the contract and property tests. */
import fc from 'fast-check';
import { FLOW_STATISTICS } from '../../src/domain/flow-statistics.ts';
import type { RecordKind, TrafficRecord } from '../../src/domain/record.ts';

const LENGTH = 65_536;

function filled(piece: string): string {
  return piece.repeat(Math.ceil(LENGTH / piece.length)).slice(0, LENGTH);
}

/** 64 KiB each: the worst cases of regular expressions, splitters, parsers and string builders. */
export const HOSTILE_TEXTS: readonly (readonly [name: string, text: string])[] = [
  ['one letter', filled('a')],
  ['dots', filled('.')],
  ['one-letter labels', filled('a.')],
  ['slashes', filled('/')],
  ['spaces', filled(' ')],
  ['digits', `Mozilla/5.0 version/${filled('1')}`],
  ['digits and underscores', `Mozilla/5.0 (iphone; cpu iphone os ${filled('1_')}`],
  ['open brackets', `Mozilla/5.0 ${filled('(')}`],
  ['product after product', filled('a/1 ')],
  ['colons', filled(':')],
  ['percent signs', filled('%')],
  ['escapes', filled('%2e')],
  ['escapes of escapes', filled('%25')],
  ['broken escapes of characters', filled('%e2%82')],
  ['escaped controls', filled('%00=%0d&')],
  ['ampersands', filled('&')],
  [
    'different words',
    Array.from({ length: 10_000 }, (_, index) => `w${index}x`)
      .join(' ')
      .slice(0, LENGTH),
  ],
  ['endings', filled('izationalingedness')],
  ['NUL bytes', filled('\u0000')],
  ['lone surrogates', filled('\ud800')],
  ['emoji', filled('😀')],
  ['bidirectional marks', filled('a\u202e')],
  ['letters that grow in lower case', filled('İ')],
  ['letters that grow in upper case', filled('ß')],
  ['prototype', filled('__proto__.')],
  ['hex groups', filled('ffff:')],
  ['labels of Punycode', filled('xn--a-9.')],
  ['Cyrillic and Latin', filled('раy.')],
  ['at signs', `http://${filled('@')}`],
];

/** A record whose every text is `text`. */
export function recordOf(kind: RecordKind, text: string): TrafficRecord {
  const common = {
    eventId: text,
    dataset: text,
    durationMs: 1.5,
    source: { ip: text, port: 1, bytes: 1, packets: 1, countryIsoCode: text, asNumber: 1 },
    destination: { ip: text, port: 1, bytes: 1, packets: 1, countryIsoCode: text, asNumber: 1 },
    hostName: text,
    userName: text,
    userAgent: text,
    network: {
      transport: text,
      protocol: text,
      bytes: 1,
      packets: 1,
      direction: text,
      state: text,
      history: text,
    },
    tls: { serverName: text, ja3: text, version: text },
    sensor: { id: text, vantage: text, domain: 'network' },
  } as const;
  switch (kind) {
    case 'dns':
      return {
        ...common,
        kind,
        dns: {
          question: { name: text, type: text },
          responseCode: text,
          answers: Array(500).fill(text),
          ttls: Array(500).fill(1),
        },
      };
    case 'flow':
      return { ...common, kind };
    case 'http':
      return {
        ...common,
        kind,
        http: { method: text, referrer: text, requestBytes: 1, statusCode: 200, responseBodyBytes: 1 },
        url: { domain: text, path: text, query: text, original: text },
      };
    case 'log':
      return { ...common, kind, message: text };
  }
}

const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.domain(),
  fc.ipV4(),
  fc.ipV6(),
  fc.webUrl({ withQueryParameters: true }),
  fc.constantFrom('', '-', '.', '__proto__', 'constructor', 'a.b.', 'xn--mnchen-3ya.de', '\u0000', '\ud800'),
  fc.constantFrom(...HOSTILE_TEXTS.map(([, hostile]) => hostile.slice(0, 1500))),
);
const amount = fc.oneof(
  fc.nat(),
  fc.double(),
  fc.constantFrom(-1, 0, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1e308),
);

function partly<T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

const endpoint = partly({
  ip: text,
  port: amount,
  bytes: amount,
  packets: amount,
  countryIsoCode: text,
  asNumber: amount,
});
const common = partly({
  atMs: amount,
  dataset: text,
  durationMs: amount,
  source: endpoint,
  destination: endpoint,
  hostName: text,
  userName: text,
  userAgent: text,
  network: partly({
    transport: text,
    protocol: text,
    bytes: amount,
    packets: amount,
    direction: text,
    state: text,
    history: text,
    statistics: partly(Object.fromEntries(FLOW_STATISTICS.map(statistic => [statistic, amount]))),
  }),
  tls: partly({ serverName: text, ja3: text, version: text }),
  sensor: partly({ id: text, vantage: text }),
});

/** Records of one kind, any field missing, any field hostile. */
export function arbitraryRecord(kind: RecordKind): fc.Arbitrary<TrafficRecord> {
  const own: Record<RecordKind, fc.Arbitrary<object>> = {
    dns: fc.record({
      dns: fc.record(
        {
          question: partly({ name: text, type: text }),
          responseCode: text,
          answers: fc.array(text, { maxLength: 80 }),
          ttls: fc.array(amount, { maxLength: 80 }),
        },
        { requiredKeys: ['question'] },
      ),
    }),
    flow: fc.constant({}),
    http: fc.record({
      http: partly({
        method: text,
        referrer: text,
        requestBytes: amount,
        statusCode: amount,
        responseBodyBytes: amount,
      }),
      url: partly({ domain: text, path: text, query: text, original: text }),
    }),
    log: fc.record({ message: text }),
  };
  return fc
    .tuple(common, own[kind])
    .map(([shared, specific]) => ({ ...shared, ...specific, kind }) as TrafficRecord);
}

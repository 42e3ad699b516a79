/** One usual record of each kind with everything that it may carry, for the contract and the list of fields. */
import { FLOW_STATISTICS } from '../../src/domain/flow-statistics.ts';
import type { RecordKind, TrafficRecord } from '../../src/domain/record.ts';

const common = {
  atMs: 1_714_564_800_000,
  eventId: 'CHhAvVGS1DHFjwGM9',
  durationMs: 12.5,
  source: {
    ip: '192.168.1.7',
    port: 51_234,
    bytes: 420,
    packets: 5,
    countryIsoCode: 'AT',
    asNumber: 64_500,
  },
  destination: {
    ip: '203.0.114.9',
    port: 443,
    bytes: 12_000,
    packets: 11,
    countryIsoCode: 'NL',
    asNumber: 64_501,
  },
  hostName: 'Host7',
  userName: 'alice',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  network: {
    transport: 'tcp',
    protocol: 'ssl',
    bytes: 12_420,
    packets: 16,
    direction: 'outbound',
    state: 'sf',
    history: 'ShADadFf',
  },
  tls: { serverName: 'www.example.org', ja3: 'e7d705a3286e19ea42f587b344ee6865', version: 'TLSv13' },
  sensor: { id: 'dmz-1', vantage: 'perimeter', domain: 'network' },
} as const;

export const SAMPLES: Readonly<Record<RecordKind, TrafficRecord>> = {
  dns: {
    ...common,
    kind: 'dns',
    dataset: 'zeek.dns',
    dns: {
      question: { name: 'a1b2.cdn.example.co.uk', type: 'A' },
      responseCode: 'NOERROR',
      answers: ['edge.example.net', '198.51.99.4'],
      ttls: [300, 60],
    },
  },
  flow: {
    ...common,
    kind: 'flow',
    dataset: 'zeek.conn',
    network: {
      ...common.network,
      statistics: Object.fromEntries(FLOW_STATISTICS.map((statistic, index) => [statistic, 7 * index])),
    },
  },
  http: {
    ...common,
    kind: 'http',
    dataset: 'zeek.http',
    http: {
      method: 'GET',
      referrer: 'https://www.example.org/',
      requestBytes: 0,
      statusCode: 200,
      responseBodyBytes: 5120,
    },
    url: { domain: 'www.example.org', path: '/a/b.php', query: 'x=1&y=%2e', original: '/a/b.php?x=1&y=%2e' },
  },
  log: {
    ...common,
    kind: 'log',
    dataset: 'syslog',
    message:
      '<34>Oct 11 22:14:15 host7 sshd[2211]: Failed password for root from 10.0.0.5 port 22 ssh2, by /etc/ssh/sshd_config',
  },
};

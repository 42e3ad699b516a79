/** Fields that records of every kind may carry: who, from where, over what, how much, and which client software. */
import { ratioBin } from '../buckets.ts';
import { directionOf } from './direction.ts';
import { ENDPOINT_ROWS } from './endpoint.ts';
import type { Facts } from './facts.ts';
import { type FieldRow, rowsOfPart } from './row.ts';

const WHO_ROWS: readonly FieldRow<Facts>[] = [
  {
    kind: 'category',
    field: 'event.dataset',
    says: 'which log it comes from',
    cut: 'folded',
    example: 'zeek.dns',
    since: 1,
    read: ({ record }) => record.dataset,
  },
  {
    kind: 'category',
    field: 'host.name',
    says: 'the host that logged or is meant',
    cut: 'folded',
    example: 'host7',
    since: 1,
    read: ({ record }) => record.hostName,
  },
  {
    kind: 'category',
    field: 'user.name',
    says: 'the user',
    cut: 'text',
    example: 'alice',
    since: 1,
    read: ({ record }) => record.userName,
  },
];

const SENSOR_ROWS = rowsOfPart('sensor', [
  {
    kind: 'category',
    field: 'sensor.id',
    says: 'which sensor saw it',
    cut: 'text',
    example: 'dmz-1',
    since: 1,
    read: ({ sensor }) => sensor?.id,
  },
  {
    kind: 'category',
    field: 'sensor.vantage',
    says: 'where in the network the sensor sits',
    cut: 'folded',
    example: 'perimeter',
    since: 1,
    read: ({ sensor }) => sensor?.vantage,
  },
  {
    kind: 'category',
    field: 'sensor.domain',
    says: 'which part of an event the sensor can see',
    cut: 'text',
    example: 'network',
    since: 1,
    read: ({ sensor }) => sensor?.domain,
  },
]);

const NETWORK_ROWS = rowsOfPart('network', [
  {
    kind: 'category',
    field: 'network.transport',
    says: 'over what',
    cut: 'folded',
    example: 'udp',
    since: 1,
    read: ({ network }) => network?.transport,
  },
  {
    kind: 'category',
    field: 'network.protocol',
    says: 'the service that the sensor recognised',
    cut: 'folded',
    example: 'dns',
    since: 1,
    read: ({ network }) => network?.protocol,
  },
  {
    kind: 'category',
    field: 'network.bytes',
    says: 'both directions',
    cut: 'amount',
    example: '12288',
    since: 1,
    read: ({ network }) => network?.bytes,
  },
  {
    kind: 'category',
    field: 'network.packets',
    says: 'both directions',
    cut: 'amount',
    example: '16',
    since: 1,
    read: ({ network }) => network?.packets,
  },
]);

const EXCHANGE_ROWS: readonly FieldRow<Facts>[] = [
  {
    kind: 'category',
    field: 'network.direction',
    says: 'by the sender, else from the two addresses: `inbound`, `outbound`, `internal`, `external`',
    cut: 'folded',
    example: 'outbound',
    since: 1,
    read: facts => facts.network?.direction ?? directionOf(facts),
  },
  {
    kind: 'category',
    field: 'network.bytes.ratio',
    says: 'what the source sent to what came back',
    cut: 'ratio',
    example: '1:32',
    since: 1,
    read: ({ source, destination }) =>
      source?.bytes === undefined || destination?.bytes === undefined
        ? undefined
        : ratioBin(source.bytes, destination.bytes),
  },
  {
    kind: 'category',
    field: 'event.duration',
    says: 'how long it took',
    cut: 'duration',
    example: '96ms',
    since: 1,
    read: ({ record }) => record.durationMs,
  },
];

const TLS_ROWS = rowsOfPart('tls', [
  {
    kind: 'string',
    field: 'tls.client.server_name',
    says: 'the server name that the client asked for (SNI)',
    example: 'www.example.co.uk',
    since: 1,
    read: ({ serverName }) => serverName,
    prefixLengthOf: ({ serverNameParts }) => serverNameParts.prefixLength,
    recurs: true,
  },
  {
    kind: 'category',
    field: 'tls.client.top_level_domain',
    says: 'public suffix of the server name',
    cut: 'text',
    example: 'co.uk',
    since: 1,
    read: ({ serverNameParts }) => serverNameParts.publicSuffix,
  },
  {
    kind: 'category',
    field: 'tls.client.registered_domain',
    says: 'registrable domain of the server name',
    cut: 'text',
    example: 'example.co.uk',
    since: 1,
    read: ({ serverNameParts }) => serverNameParts.registrable,
  },
  {
    kind: 'category',
    field: 'tls.client.ja3',
    says: "fingerprint of the client's hello",
    cut: 'folded',
    example: 'e7d705a3286e19ea42f587b344ee6865',
    since: 1,
    read: ({ tls }) => tls?.ja3,
  },
  {
    kind: 'category',
    field: 'tls.version',
    says: 'of the protocol',
    cut: 'folded',
    example: 'tlsv13',
    since: 1,
    read: ({ tls }) => tls?.version,
  },
]);

const USER_AGENT_ROWS = rowsOfPart('userAgentText', [
  {
    kind: 'string',
    field: 'user_agent.original',
    says: 'the user agent',
    example: 'curl/8.5.0',
    since: 1,
    read: ({ userAgentText }) => userAgentText,
    recurs: true,
  },
  {
    kind: 'category',
    field: 'user_agent.name',
    says: 'tool, bot or browser that it claims to be; `other`',
    cut: 'word',
    example: 'sqlmap',
    since: 1,
    read: ({ userAgent }) => userAgent?.name,
  },
  {
    kind: 'category',
    field: 'user_agent.kind',
    says: '`scanner`, `library`, `service`, `bot`, `browser`, `other`',
    cut: 'word',
    example: 'scanner',
    since: 1,
    read: ({ userAgent }) => userAgent?.kind,
  },
  {
    kind: 'category',
    field: 'user_agent.os.name',
    says: 'system that it claims to run on; `unknown`',
    cut: 'word',
    example: 'windows',
    since: 1,
    read: ({ userAgent }) => userAgent?.os,
  },
  {
    kind: 'category',
    field: 'user_agent.version',
    says: 'its name with the first number of its version, or `none`',
    cut: 'word',
    example: 'firefox 128',
    since: 3,
    read: ({ userAgent }) => (userAgent === undefined ? undefined : `${userAgent.name} ${userAgent.major}`),
  },
  {
    kind: 'category',
    field: 'user_agent.device.name',
    says: '`desktop`, `mobile`, `tablet`, `tv`, `bot`, `tool`, `unknown`',
    cut: 'word',
    example: 'mobile',
    since: 3,
    read: ({ userAgent }) => userAgent?.device,
  },
]);

export const COMMON_ROWS: readonly FieldRow<Facts>[] = [
  ...WHO_ROWS,
  ...SENSOR_ROWS,
  ...ENDPOINT_ROWS,
  ...NETWORK_ROWS,
  ...EXCHANGE_ROWS,
  ...TLS_ROWS,
  ...USER_AGENT_ROWS,
];

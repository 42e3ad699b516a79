/** Fields that records of every kind may carry: who, from where, over what, how much, and which client software. */
import { ratioBin } from '../buckets.ts';
import { destinationPortClassOf, sourcePortClassOf } from '../port.ts';
import { directionOf } from './direction.ts';
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

const SOURCE_ROWS = rowsOfPart('source', [
  {
    kind: 'category',
    field: 'source.ip',
    says: 'who opened the connection',
    cut: 'folded',
    example: '192.168.1.7',
    since: 1,
    read: ({ source }) => source?.ip,
  },
  {
    kind: 'category',
    field: 'source.ip.class',
    says: 'scope and version of that address: `public`, `private`, `shared` (carrier NAT), `loopback`, `link-local`, `multicast`, `broadcast`, `unspecified`, `documentation`, `transition` (6to4, Teredo), `reserved`; an IPv4 address mapped into IPv6 counts as IPv4',
    cut: 'word',
    example: 'private-v4',
    since: 1,
    read: ({ sourceClass }) => sourceClass?.token,
  },
  {
    kind: 'category',
    field: 'source.port',
    says: 'range of the port: `system`, `user`, `dynamic`, `invalid`',
    cut: 'word',
    example: 'dynamic',
    since: 1,
    read: ({ source }) => {
      const port = source?.port;
      return port === undefined ? undefined : sourcePortClassOf(port);
    },
  },
  {
    kind: 'category',
    field: 'source.bytes',
    says: 'what the source sent',
    cut: 'amount',
    example: '384',
    since: 1,
    read: ({ source }) => source?.bytes,
  },
  {
    kind: 'category',
    field: 'source.packets',
    says: 'what the source sent',
    cut: 'amount',
    example: '4',
    since: 1,
    read: ({ source }) => source?.packets,
  },
  {
    kind: 'category',
    field: 'source.geo.country_iso_code',
    says: 'country, by the sender, else by the database of the installation',
    cut: 'code',
    example: 'AT',
    since: 1,
    read: ({ source }) => source?.countryIsoCode,
  },
  {
    kind: 'category',
    field: 'source.as.number',
    says: 'autonomous system, likewise',
    cut: 'word',
    example: '64500',
    since: 1,
    read: ({ source }) => wholeOf(source?.asNumber),
  },
]);

const DESTINATION_ROWS = rowsOfPart('destination', [
  {
    kind: 'category',
    field: 'destination.ip',
    says: 'to whom',
    cut: 'folded',
    example: '203.0.114.9',
    since: 1,
    read: ({ destination }) => destination?.ip,
  },
  {
    kind: 'category',
    field: 'destination.ip.class',
    says: 'as `source.ip.class`',
    cut: 'word',
    example: 'public-v4',
    since: 1,
    read: ({ destinationClass }) => destinationClass?.token,
  },
  {
    kind: 'category',
    field: 'destination.port',
    says: 'the port below 1024 or where it is a well-known one; else `high`, `invalid`',
    cut: 'word',
    example: '443',
    since: 1,
    read: ({ destination }) => {
      const port = destination?.port;
      return port === undefined ? undefined : destinationPortClassOf(port);
    },
  },
  {
    kind: 'category',
    field: 'destination.bytes',
    says: 'what came back',
    cut: 'amount',
    example: '8192',
    since: 1,
    read: ({ destination }) => destination?.bytes,
  },
  {
    kind: 'category',
    field: 'destination.packets',
    says: 'what came back',
    cut: 'amount',
    example: '8',
    since: 1,
    read: ({ destination }) => destination?.packets,
  },
  {
    kind: 'category',
    field: 'destination.geo.country_iso_code',
    says: 'as `source.geo.country_iso_code`',
    cut: 'code',
    example: 'NL',
    since: 1,
    read: ({ destination }) => destination?.countryIsoCode,
  },
  {
    kind: 'category',
    field: 'destination.as.number',
    says: 'as `source.as.number`',
    cut: 'word',
    example: '64501',
    since: 1,
    read: ({ destination }) => wholeOf(destination?.asNumber),
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
]);

export const COMMON_ROWS: readonly FieldRow<Facts>[] = [
  ...WHO_ROWS,
  ...SENSOR_ROWS,
  ...SOURCE_ROWS,
  ...DESTINATION_ROWS,
  ...NETWORK_ROWS,
  ...EXCHANGE_ROWS,
  ...TLS_ROWS,
  ...USER_AGENT_ROWS,
];

function wholeOf(number: number | undefined): string | undefined {
  return number === undefined ? undefined : String(number);
}

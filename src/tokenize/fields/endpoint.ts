/** Fields of both ends of a connection: which address, in which network and part of the world, and how much it sent. */
import { destinationPortClassOf, sourcePortClassOf } from '../port.ts';
import type { Facts } from './facts.ts';
import { type FieldRow, rowsOfPart } from './row.ts';

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
    field: 'source.ip.network',
    says: 'its network: /24 of IPv4, /48 of IPv6; what the address says is what it says beyond its network',
    cut: 'word',
    example: '192.168.1.0/24',
    since: 3,
    read: ({ sourceNetwork }) => sourceNetwork,
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
    field: 'destination.ip.network',
    says: 'as `source.ip.network`',
    cut: 'word',
    example: '203.0.114.0/24',
    since: 3,
    read: ({ destinationNetwork }) => destinationNetwork,
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

export const ENDPOINT_ROWS: readonly FieldRow<Facts>[] = [...SOURCE_ROWS, ...DESTINATION_ROWS];

export function wholeOf(number: number | undefined): string | undefined {
  return number === undefined ? undefined : String(number);
}

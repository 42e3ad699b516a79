/** Fields of flows that follow from bytes, packets and duration: rates, sizes of packets, who answered. */
import type { FlowRecord } from '../../domain/record.ts';
import { ratioBin } from '../buckets.ts';
import {
  bytesPerPacketOf,
  bytesPerPacketOfBoth,
  bytesPerSecondOf,
  durationClassOf,
  exchangeOf,
  packetsPerMinuteOf,
} from '../flow-rates.ts';
import type { Facts } from './facts.ts';
import type { FieldRow } from './row.ts';

export const FLOW_RATE_ROWS: readonly FieldRow<Facts<FlowRecord>>[] = [
  {
    kind: 'category',
    field: 'network.bytes.rate',
    says: 'bytes a second, both ways; not of flows that took no time ([ADR 16](adr/0016-flow-statistics.md))',
    cut: 'amount',
    example: '6144',
    since: 3,
    onByDefault: false,
    read: ({ record }) => bytesPerSecondOf(record),
  },
  {
    kind: 'category',
    field: 'network.packets.rate',
    says: 'packets a minute, both ways, likewise ([ADR 16](adr/0016-flow-statistics.md))',
    cut: 'amount',
    example: '4',
    since: 3,
    onByDefault: false,
    read: ({ record }) => packetsPerMinuteOf(record),
  },
  {
    kind: 'category',
    field: 'network.bytes.per_packet',
    says: 'bytes a packet, both ways',
    cut: 'amount',
    example: '192',
    since: 3,
    read: ({ record }) => bytesPerPacketOfBoth(record),
  },
  {
    kind: 'category',
    field: 'source.bytes.per_packet',
    says: 'bytes a packet of the source',
    cut: 'amount',
    example: '96',
    since: 3,
    read: ({ source }) => bytesPerPacketOf(source),
  },
  {
    kind: 'category',
    field: 'destination.bytes.per_packet',
    says: 'bytes a packet of what came back',
    cut: 'amount',
    example: '1024',
    since: 3,
    read: ({ destination }) => bytesPerPacketOf(destination),
  },
  {
    kind: 'category',
    field: 'network.packets.ratio',
    says: 'packets of the source to those that came back ([ADR 16](adr/0016-flow-statistics.md))',
    cut: 'ratio',
    example: '2:1',
    since: 3,
    onByDefault: false,
    read: ({ source, destination }) =>
      source?.packets === undefined || destination?.packets === undefined
        ? undefined
        : ratioBin(source.packets, destination.packets),
  },
  {
    kind: 'category',
    field: 'network.exchange',
    says: 'who sent anything, by packets, else by bytes: `one-way`, `both-ways`, `answer-only`, `nothing`',
    cut: 'word',
    example: 'one-way',
    since: 3,
    read: ({ record }) => exchangeOf(record),
  },
  {
    kind: 'category',
    field: 'event.duration.class',
    says: 'how long in a word: `instant`, `below-second`, `below-minute`, `below-hour`, `long-lived`',
    cut: 'word',
    example: 'long-lived',
    since: 3,
    read: ({ record }) => durationClassOf(record.durationMs),
  },
];

/** What follows from bytes, packets and duration of a flow, whatever sensor told them. Undefined where something is missing. */
import type { Endpoint, TrafficRecord } from '../domain/record.ts';

const MS_PER_SECOND = 1_000;
const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;

type Counted = 'bytes' | 'packets';

/** Both ways together, as told, else as the sum of both. */
function totalOf({ network, source, destination }: TrafficRecord, what: Counted): number | undefined {
  const told = network?.[what];
  if (told !== undefined) return told;
  const forward = source?.[what];
  const backward = destination?.[what];
  return forward === undefined || backward === undefined ? undefined : forward + backward;
}

/** @returns undefined where it took no time, which is no rate */
function rateOf(amount: number | undefined, durationMs: number | undefined, unitMs: number) {
  if (amount === undefined || durationMs === undefined || !(durationMs > 0)) return undefined;
  return (amount * unitMs) / durationMs;
}

/** Both ways. @example 1,500 bytes in 250 ms: 6000 */
export function bytesPerSecondOf(record: TrafficRecord): number | undefined {
  return rateOf(totalOf(record, 'bytes'), record.durationMs, MS_PER_SECOND);
}

/** Both ways; by the minute, so that slow beacons differ. @example 2 packets in 30 s: 4 */
export function packetsPerMinuteOf(record: TrafficRecord): number | undefined {
  return rateOf(totalOf(record, 'packets'), record.durationMs, MS_PER_MINUTE);
}

/** Of one side; undefined where it sent no packet. */
export function bytesPerPacketOf(side: Endpoint | undefined): number | undefined {
  return shareOf(side?.bytes, side?.packets);
}

/** Of both sides together. */
export function bytesPerPacketOfBoth(record: TrafficRecord): number | undefined {
  return shareOf(totalOf(record, 'bytes'), totalOf(record, 'packets'));
}

function shareOf(bytes: number | undefined, packets: number | undefined): number | undefined {
  return bytes === undefined || packets === undefined || !(packets > 0) ? undefined : bytes / packets;
}

/** Who sent anything: by packets, else by bytes. @example 3 packets, none back: 'one-way' */
export function exchangeOf({ source, destination }: TrafficRecord): string | undefined {
  const byPackets = source?.packets !== undefined && destination?.packets !== undefined;
  const forward = byPackets ? source.packets : source?.bytes;
  const backward = byPackets ? destination.packets : destination?.bytes;
  if (forward === undefined || backward === undefined) return undefined;
  if (backward > 0) return forward > 0 ? 'both-ways' : 'answer-only';
  return forward > 0 ? 'one-way' : 'nothing';
}

/** How long, in five words: what is long-lived is so whether it took two hours or six. @example 7_200_000 // 'long-lived' */
export function durationClassOf(durationMs: number | undefined): string | undefined {
  if (durationMs === undefined || !(durationMs >= 0)) return undefined;
  if (durationMs === 0) return 'instant';
  if (durationMs < MS_PER_SECOND) return 'below-second';
  if (durationMs < MS_PER_MINUTE) return 'below-minute';
  return durationMs < MS_PER_HOUR ? 'below-hour' : 'long-lived';
}

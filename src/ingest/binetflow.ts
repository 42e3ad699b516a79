/**
 * Argus flows as columns (`ra -c ,`; the bidirectional flows of the CTU captures), with commas or tabs between them.
 * Dataset: `argus.flow`. The label column is not read: evidence must not hold the answer.
 *
 * - `State` is kept as `network.state`, in lower case; sTos and dTos are statistics (`fwd_tos`, `bwd_tos`).
 * - ICMP's type and code stand in the port columns, in hexadecimal, and MAC addresses in those of link-layer frames: neither
 *   is a port or an address, so they are left out. Argus without `-n` writes `http` for 80: that is the protocol then.
 * - A TCP flow that is drawn `<-` was opened by the other side (ra(1), dir), so it is turned.
 * - Argus' own management records (`man`) tell of no traffic: `not-a-record`.
 */
import type { Rejection } from '../domain/errors.ts';
import type { FlowStatistic } from '../domain/flow-statistics.ts';
import { isAddress } from './address.ts';
import { type Cells, columnFormat } from './column-format.ts';
import { type Draft, newDraft } from './draft.ts';
import type { FieldCheck } from './field-check.ts';
import { hasPorts, transportOf } from './ip-protocol.ts';
import { countOf, measureOf } from './measure.ts';
import { type StatisticColumn, statisticNames, statisticsOf } from './statistic-columns.ts';
import { swapEndpoints } from './swap-endpoints.ts';
import { yearFirstWallMsOf } from './wall-clock.ts';

const COLUMNS = {
  start: ['starttime', 'stime'],
  duration: ['dur', 'duration'],
  proto: ['proto'],
  sourceAddress: ['srcaddr', 'saddr'],
  sourcePort: ['sport', 'srcport'],
  direction: ['dir'],
  destinationAddress: ['dstaddr', 'daddr'],
  destinationPort: ['dport', 'dstport'],
  state: ['state'],
  packets: ['totpkts', 'pkts'],
  bytes: ['totbytes', 'bytes'],
  sourcePackets: ['srcpkts', 'spkts'],
  sourceBytes: ['srcbytes', 'sbytes'],
  destinationPackets: ['dstpkts', 'dpkts'],
  destinationBytes: ['dstbytes', 'dbytes'],
} as const;
type Key = keyof typeof COLUMNS | FlowStatistic;

const STATISTICS: readonly StatisticColumn[] = [
  { statistic: 'fwd_tos', names: ['stos'], place: 9 },
  { statistic: 'bwd_tos', names: ['dtos'], place: 10 },
];

/** The columns of the CTU captures; a later tool added SrcPkts before the label. */
const USUAL: readonly (Key | null)[] = [
  'start',
  'duration',
  'proto',
  'sourceAddress',
  'sourcePort',
  'direction',
  'destinationAddress',
  'destinationPort',
  'state',
  'fwd_tos',
  'bwd_tos',
  'packets',
  'bytes',
  'sourceBytes',
];
const LAYOUTS: ReadonlyMap<number, readonly (Key | null)[]> = new Map([
  [15, [...USUAL, null]],
  [16, [...USUAL, 'sourcePackets', null]],
]);

export const binetflow = columnFormat<Key>({
  name: 'binetflow',
  columns: { ...COLUMNS, ...statisticNames(STATISTICS) },
  required: ['start', 'proto', 'sourceAddress', 'destinationAddress', 'direction'],
  separators: [',', '\t'],
  certainty: 0.98,
  layoutOf: cells => {
    const layout = LAYOUTS.get(cells.length) ?? null;
    const [start = '', , , source = '', , , destination = ''] = cells;
    const fits = !Number.isNaN(yearFirstWallMsOf(start)) && isAddress(source) && isAddress(destination);
    return fits ? layout : null;
  },
  draftOf,
});

const MANAGEMENT: Rejection = {
  code: 'not-a-record',
  detail: 'a management record of Argus, which tells of no traffic',
};

function draftOf(cell: Cells<Key>, check: FieldCheck): Draft {
  const proto = check.lowerText(cell('proto'), 'Proto');
  if (proto === 'man') check.reject(MANAGEMENT);
  const draft = newDraft('flow');
  draft.atMs = startOf(cell('start'), check);
  draft.dataset = 'argus.flow';
  draft.durationMs = check.seconds(measureOf(cell('duration')), 'Dur');
  setTransport(draft, proto);
  draft.sourceIp = addressOf(cell('sourceAddress'), 'SrcAddr', check);
  draft.destinationIp = addressOf(cell('destinationAddress'), 'DstAddr', check);
  setPorts(draft, cell, check);
  draft.state = check.lowerText(cell('state'), 'State');
  setVolume(draft, cell, check);
  const packets = { fwd: draft.sourcePackets, bwd: draft.destinationPackets };
  draft.statistics = statisticsOf(STATISTICS, cell, packets);
  const direction = cell('direction') ?? '';
  if (draft.transport === 'tcp' && /^<[-|o]$/.test(direction)) turn(draft);
  return draft;
}

/** The state of TCP is the flags that each side sent, the first one's first. @example 'a_fa' → 'fa_a' */
function turn(draft: Draft): void {
  swapEndpoints(draft);
  if (draft.statistics !== undefined) {
    const { fwd_tos: first, bwd_tos: answer } = draft.statistics;
    draft.statistics = {
      ...(answer === undefined ? {} : { fwd_tos: answer }),
      ...(first === undefined ? {} : { bwd_tos: first }),
    };
  }
  const [first, second, ...others] = draft.state?.split('_') ?? [];
  if (first !== undefined && second !== undefined && others.length === 0) draft.state = `${second}_${first}`;
}

/** Times have no offset; `ra -u` writes epoch seconds. A time of day alone is no instant. */
function startOf(text: string | undefined, check: FieldCheck): number | undefined {
  return text?.[4] === '/'
    ? check.wallTime(yearFirstWallMsOf(text), 'StartTime')
    : check.instant(text, 'StartTime');
}

/** Argus recognises a few protocols above UDP and names them in the place of it. */
const ABOVE_UDP: ReadonlySet<string> = new Set(['rtp', 'rtcp', 'udt']);

function setTransport(draft: Draft, proto: string | undefined): void {
  if (proto !== undefined && ABOVE_UDP.has(proto)) {
    draft.transport = 'udp';
    draft.protocol = proto;
  } else if (proto !== undefined) {
    draft.transport = transportOf(proto);
  }
}

const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;

function addressOf(text: string | undefined, name: string, check: FieldCheck): string | undefined {
  return text === undefined || text === '0' || MAC.test(text) ? undefined : check.address(text, name);
}

/** `http`, `ms-wbt-server`: a name as /etc/services has them. */
const SERVICE = /^[a-z][a-z0-9_.+-]{0,31}$/i;

function setPorts(draft: Draft, cell: Cells<Key>, check: FieldCheck): void {
  if (!hasPorts(draft.transport)) return;
  const source = cell('sourcePort');
  const destination = cell('destinationPort');
  if (source !== undefined && !SERVICE.test(source)) draft.sourcePort = portOf(source, 'Sport', check);
  if (destination === undefined) return;
  if (SERVICE.test(destination)) draft.protocol ??= destination.toLowerCase();
  else draft.destinationPort = portOf(destination, 'Dport', check);
}

/** In decimal, or in hexadecimal as Argus writes what it has no name for. */
function portOf(text: string, name: string, check: FieldCheck): number | undefined {
  return check.port(/^0x[0-9a-f]{1,4}$/i.test(text) ? Number.parseInt(text, 16) : text, name);
}

/** Argus counts both ways together and the source's share; the rest is the destination's. */
function setVolume(draft: Draft, cell: Cells<Key>, check: FieldCheck): void {
  draft.packets = countOf(cell('packets'), 'TotPkts', check);
  draft.bytes = countOf(cell('bytes'), 'TotBytes', check);
  draft.sourcePackets = countOf(cell('sourcePackets'), 'SrcPkts', check);
  draft.sourceBytes = countOf(cell('sourceBytes'), 'SrcBytes', check);
  draft.destinationPackets =
    countOf(cell('destinationPackets'), 'DstPkts', check) ?? restOf(draft.packets, draft.sourcePackets);
  draft.destinationBytes =
    countOf(cell('destinationBytes'), 'DstBytes', check) ?? restOf(draft.bytes, draft.sourceBytes);
}

/** @example restOf(213, 92) // 121 */
function restOf(total: number | undefined, part: number | undefined): number | undefined {
  return total === undefined || part === undefined || part > total ? undefined : total - part;
}

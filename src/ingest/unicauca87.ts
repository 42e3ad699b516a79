/**
 * Flow statistics of CICFlowMeter: the 87 columns of the Unicauca captures (with nDPI's protocol at the end), and the
 * shorter tables of that tool and its successors (CIC-IDS, `Src IP`, `Tot Fwd Pkts`), by their headers. Dataset:
 * `unicauca.flow`. The label is not read. Sizes and gaps of packets, flags, bulks and windows are
 * statistics (cic-statistics.ts).
 *
 * Durations are microseconds. Totals are written as decimals (`132.0`), `NaN`, `Infinity` and −1 for what the tool could
 * not tell. Times have the day first, and no offset. Source is who sent the first packet that the tool saw.
 */
import type { FlowStatistic } from '../domain/flow-statistics.ts';
import { isAddress } from './address.ts';
import { CIC_STATISTICS } from './cic-statistics.ts';
import { type Cells, columnFormat } from './column-format.ts';
import { type Draft, newDraft } from './draft.ts';
import type { FieldCheck } from './field-check.ts';
import { hasPorts, transportOf } from './ip-protocol.ts';
import { countOf, measureOf } from './measure.ts';
import { layoutWith, statisticNames, statisticsOf } from './statistic-columns.ts';
import { dayFirstWallMsOf } from './wall-clock.ts';

const COLUMNS = {
  sourceAddress: ['sourceip', 'srcip'],
  sourcePort: ['sourceport', 'srcport'],
  destinationAddress: ['destinationip', 'dstip'],
  destinationPort: ['destinationport', 'dstport'],
  proto: ['protocol'],
  at: ['timestamp'],
  duration: ['flowduration'],
  sourcePackets: ['totalfwdpackets', 'totalfwdpacket', 'totfwdpkts'],
  destinationPackets: ['totalbackwardpackets', 'totalbwdpackets', 'totbwdpkts'],
  sourceBytes: ['totallengthoffwdpackets', 'totallengthoffwdpacket', 'totlenfwdpkts'],
  destinationBytes: ['totallengthofbwdpackets', 'totallengthofbwdpacket', 'totlenbwdpkts'],
  application: ['protocolname'],
} as const;
type Column = keyof typeof COLUMNS;
type Key = Column | FlowStatistic;

const USUAL_COUNT = 87;
const USUAL_PLACES: Readonly<Record<Column, number>> = {
  sourceAddress: 1,
  sourcePort: 2,
  destinationAddress: 3,
  destinationPort: 4,
  proto: 5,
  at: 6,
  duration: 7,
  sourcePackets: 8,
  destinationPackets: 9,
  sourceBytes: 10,
  destinationBytes: 11,
  application: 86,
};
const USUAL = layoutWith(USUAL_COUNT, USUAL_PLACES, CIC_STATISTICS);

export const unicauca87 = columnFormat<Key>({
  name: 'unicauca87',
  columns: { ...COLUMNS, ...statisticNames(CIC_STATISTICS) },
  required: ['proto', 'at', 'duration', 'sourcePackets'],
  separators: [',', ';', '\t'],
  certainty: 0.98,
  layoutOf: cells => {
    const [, source = '', , destination = '', , , at = ''] = cells;
    const fits =
      cells.length === USUAL_COUNT &&
      isAddress(source) &&
      isAddress(destination) &&
      !Number.isNaN(dayFirstWallMsOf(at));
    return fits ? USUAL : null;
  },
  draftOf,
});

/** What the tool writes for whatever is neither TCP nor UDP. */
const NEITHER_TCP_NOR_UDP = '0';

function draftOf(cell: Cells<Key>, check: FieldCheck): Draft {
  const draft = newDraft('flow');
  draft.atMs = startOf(cell('at'), check);
  draft.dataset = 'unicauca.flow';
  draft.durationMs = check.microseconds(measureOf(cell('duration')), 'Flow.Duration');
  draft.sourceIp = check.address(cell('sourceAddress'), 'Source.IP');
  draft.destinationIp = check.address(cell('destinationAddress'), 'Destination.IP');
  const proto = check.lowerText(measureOf(cell('proto')), 'Protocol');
  if (proto !== undefined && proto !== NEITHER_TCP_NOR_UDP) draft.transport = transportOf(proto);
  if (proto !== NEITHER_TCP_NOR_UDP && hasPorts(draft.transport)) {
    draft.sourcePort = check.port(measureOf(cell('sourcePort')), 'Source.Port');
    draft.destinationPort = check.port(measureOf(cell('destinationPort')), 'Destination.Port');
  }
  draft.sourcePackets = countOf(cell('sourcePackets'), 'Total.Fwd.Packets', check);
  draft.destinationPackets = countOf(cell('destinationPackets'), 'Total.Backward.Packets', check);
  draft.sourceBytes = countOf(cell('sourceBytes'), 'Total.Length.of.Fwd.Packets', check);
  draft.destinationBytes = countOf(cell('destinationBytes'), 'Total.Length.of.Bwd.Packets', check);
  const application = check.lowerText(cell('application'), 'ProtocolName');
  if (application !== 'unknown') draft.protocol = application;
  const packets = { fwd: draft.sourcePackets, bwd: draft.destinationPackets };
  draft.statistics = statisticsOf(CIC_STATISTICS, cell, packets);
  return draft;
}

function startOf(text: string | undefined, check: FieldCheck): number | undefined {
  if (text === undefined || !text.slice(0, 3).includes('/')) return check.instant(text, 'Timestamp');
  return check.wallTime(dayFirstWallMsOf(text), 'Timestamp');
}

/**
 * Flow statistics of 48 columns, as jsrojas' FlowLabeler writes them with the help of nDPI, and the tables that were made
 * with it (Unicauca 2018 and 2019). Dataset: `flowlabeler.flow`. `f_` columns are the source's packets, `b_` the answers;
 * of a flow that went one way they are zeros. Sizes and gaps of packets and flowEndReason are statistics
 * (flowlabeler-statistics.ts); the category has no field in a record.
 */
import type { FlowStatistic, FlowStatistics } from '../domain/flow-statistics.ts';
import { isAddress } from './address.ts';
import { type Cells, columnFormat } from './column-format.ts';
import { type Draft, newDraft } from './draft.ts';
import type { FieldCheck } from './field-check.ts';
import { FLOWLABELER_STATISTICS } from './flowlabeler-statistics.ts';
import { hasPorts, transportOf } from './ip-protocol.ts';
import { countOf, measureOf } from './measure.ts';
import { layoutWith, measuredOf, statisticNames, statisticsOf } from './statistic-columns.ts';
import { durationMsOf } from './time.ts';

const COLUMNS = {
  sourceAddress: ['srcip'],
  sourcePort: ['srcport'],
  destinationAddress: ['dstip'],
  destinationPort: ['dstport'],
  proto: ['proto', 'protocol'],
  packets: ['pkttotalcount'],
  bytes: ['octettotalcount'],
  start: ['flowstart'],
  end: ['flowend'],
  duration: ['flowduration'],
  sourcePackets: ['fpkttotalcount'],
  sourceBytes: ['foctettotalcount'],
  destinationPackets: ['bpkttotalcount'],
  destinationBytes: ['boctettotalcount'],
  destinationStart: ['bflowstart'],
  application: ['applicationname', 'applicationprotocol'],
} as const;
type Column = keyof typeof COLUMNS;
type Key = Column | FlowStatistic;

const USUAL_COUNT = 48;
const USUAL_PLACES: Readonly<Record<Column, number>> = {
  sourceAddress: 1,
  sourcePort: 2,
  destinationAddress: 3,
  destinationPort: 4,
  proto: 5,
  packets: 6,
  bytes: 7,
  start: 12,
  end: 13,
  duration: 14,
  sourcePackets: 19,
  sourceBytes: 20,
  destinationPackets: 32,
  destinationBytes: 33,
  destinationStart: 38,
  application: 47,
};
const USUAL = layoutWith(USUAL_COUNT, USUAL_PLACES, FLOWLABELER_STATISTICS);

export const flowlabeler = columnFormat<Key>({
  name: 'flowlabeler',
  columns: { ...COLUMNS, ...statisticNames(FLOWLABELER_STATISTICS) },
  required: ['sourceAddress', 'destinationAddress', 'start', 'packets'],
  separators: [',', ';', '\t'],
  certainty: 0.98,
  layoutOf: cells => {
    const [, source = '', , destination = '', , proto = ''] = cells;
    const fits =
      cells.length === USUAL_COUNT &&
      isAddress(source) &&
      isAddress(destination) &&
      /^\d{1,3}$/.test(proto) &&
      /^\d{9,13}(?:\.\d{1,9})?$/.test(cells[USUAL_PLACES.start] ?? '');
    return fits ? USUAL : null;
  },
  draftOf,
});

function draftOf(cell: Cells<Key>, check: FieldCheck): Draft {
  const draft = newDraft('flow');
  draft.atMs = check.instant(cell('start'), 'flowStart');
  draft.dataset = 'flowlabeler.flow';
  draft.durationMs = durationOf(cell, draft.atMs, check);
  draft.sourceIp = check.address(cell('sourceAddress'), 'src_ip');
  draft.destinationIp = check.address(cell('destinationAddress'), 'dst_ip');
  const proto = check.lowerText(measureOf(cell('proto')), 'proto');
  draft.transport = proto === undefined ? undefined : transportOf(proto);
  if (hasPorts(draft.transport)) {
    draft.sourcePort = check.port(measureOf(cell('sourcePort')), 'src_port');
    draft.destinationPort = check.port(measureOf(cell('destinationPort')), 'dst_port');
  }
  draft.packets = countOf(cell('packets'), 'pktTotalCount', check);
  draft.bytes = countOf(cell('bytes'), 'octetTotalCount', check);
  draft.sourcePackets = countOf(cell('sourcePackets'), 'f_pktTotalCount', check);
  draft.sourceBytes = countOf(cell('sourceBytes'), 'f_octetTotalCount', check);
  draft.destinationPackets = countOf(cell('destinationPackets'), 'b_pktTotalCount', check);
  draft.destinationBytes = countOf(cell('destinationBytes'), 'b_octetTotalCount', check);
  const application = check.lowerText(cell('application'), 'application_name');
  if (application !== 'unknown') draft.protocol = application;
  draft.statistics = statisticsOfFlow(cell, draft);
  return draft;
}

/** What the columns tell, and how long the first answer took. */
function statisticsOfFlow(cell: Cells<Key>, draft: Draft): FlowStatistics | undefined {
  const packets = { fwd: draft.sourcePackets, bwd: draft.destinationPackets };
  const statistics = statisticsOf(FLOWLABELER_STATISTICS, cell, packets);
  const startSeconds = measuredOf(cell('start'));
  const answerSeconds = measuredOf(cell('destinationStart'));
  if (startSeconds === undefined || answerSeconds === undefined || answerSeconds < startSeconds)
    return statistics;
  return { ...statistics, bwd_delay: Math.round((answerSeconds - startSeconds) * 1e6) / 1e3 };
}

/** From start to end, whatever unit flowDuration has; by that, in seconds, where the end is missing. */
function durationOf(cell: Cells<Key>, startAtMs: number | undefined, check: FieldCheck): number | undefined {
  const endAtMs = check.instant(measureOf(cell('end')), 'flowEnd');
  if (startAtMs === undefined || endAtMs === undefined) {
    return check.seconds(measureOf(cell('duration')), 'flowDuration');
  }
  return endAtMs < startAtMs ? undefined : durationMsOf((endAtMs - startAtMs) / 1e3);
}

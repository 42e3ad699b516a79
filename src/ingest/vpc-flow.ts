/**
 * Flow logs of Amazon VPC, versions 2 to 5 and later, as they are put into files: a header of field names and spaces
 * between the columns; without one, the default format of version 2. Dataset: `aws.vpcflow`. Each line is one direction of
 * a connection, for as long as it was gathered. (Amazon VPC User Guide, "Flow log records")
 *
 * `action` is kept as `network.state` (`accept`, `reject`), the network interface as the sensor. Where addresses were
 * translated, `srcaddr` and `dstaddr` are those of the interface; `pkt-srcaddr` and `pkt-dstaddr` count where the others are
 * not logged. `tcp-flags`, services and places have no field in a record.
 */
import { isAddress } from './address.ts';
import { type Cells, columnFormat } from './column-format.ts';
import { type Draft, newDraft } from './draft.ts';
import type { FieldCheck } from './field-check.ts';
import { hasPorts, transportOf } from './ip-protocol.ts';
import { durationMsOf } from './time.ts';

const COLUMNS = {
  version: ['version'],
  account: ['accountid'],
  networkInterface: ['interfaceid'],
  sourceAddress: ['srcaddr'],
  destinationAddress: ['dstaddr'],
  packetSourceAddress: ['pktsrcaddr'],
  packetDestinationAddress: ['pktdstaddr'],
  sourcePort: ['srcport'],
  destinationPort: ['dstport'],
  proto: ['protocol'],
  packets: ['packets'],
  bytes: ['bytes'],
  start: ['start'],
  end: ['end'],
  action: ['action'],
  status: ['logstatus'],
  direction: ['flowdirection'],
} as const;
type Key = keyof typeof COLUMNS;

const DEFAULT: readonly Key[] = [
  'version',
  'account',
  'networkInterface',
  'sourceAddress',
  'destinationAddress',
  'sourcePort',
  'destinationPort',
  'proto',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'status',
];

export const vpcFlow = columnFormat<Key>({
  name: 'vpc-flow',
  columns: COLUMNS,
  required: ['start', 'end'],
  requiredOneOf: ['sourceAddress', 'packetSourceAddress'],
  separators: [' ', '\t', ','],
  certainty: 0.95,
  layoutOf: cells => (isDefault(cells) ? DEFAULT : null),
  draftOf,
});

function isDefault(cells: readonly string[]): boolean {
  const [version, account = '', networkInterface = '', source = '', destination = ''] = cells;
  const [status = ''] = cells.slice(-1);
  return (
    cells.length === DEFAULT.length &&
    version === '2' &&
    /^(?:\d{12}|unknown)$/.test(account) &&
    /^eni-[0-9a-z]{1,32}$/.test(networkInterface) &&
    [source, destination].every(address => address === '-' || isAddress(address)) &&
    /^(?:OK|NODATA|SKIPDATA)$/.test(status)
  );
}

/** Null for an interval without traffic, of which there are many. */
function draftOf(columnOf: Cells<Key>, check: FieldCheck): Draft | null {
  const cell: Cells<Key> = key => {
    const text = columnOf(key);
    return text === '-' ? undefined : text;
  };
  const status = cell('status');
  if (status === 'NODATA') return null;
  const draft = newDraft('flow');
  if (status === 'SKIPDATA') {
    const detail = 'the flows of this interval were skipped when they were gathered';
    check.reject({ code: 'not-a-record', detail });
    return draft;
  }
  setTime(draft, cell, check);
  draft.dataset = 'aws.vpcflow';
  draft.sourceIp = check.address(cell('sourceAddress') ?? cell('packetSourceAddress'), 'srcaddr');
  draft.destinationIp = check.address(
    cell('destinationAddress') ?? cell('packetDestinationAddress'),
    'dstaddr',
  );
  const proto = check.lowerText(cell('proto'), 'protocol');
  draft.transport = proto === undefined ? undefined : transportOf(proto);
  if (hasPorts(draft.transport)) {
    draft.sourcePort = check.port(cell('sourcePort'), 'srcport');
    draft.destinationPort = check.port(cell('destinationPort'), 'dstport');
  }
  draft.sourcePackets = check.count(cell('packets'), 'packets');
  draft.sourceBytes = check.count(cell('bytes'), 'bytes');
  draft.state = check.lowerText(cell('action'), 'action');
  draft.direction = check.lowerText(cell('direction'), 'flow-direction');
  draft.sensorId = check.text(cell('networkInterface'), 'interface-id');
  return draft;
}

function setTime(draft: Draft, cell: Cells<Key>, check: FieldCheck): void {
  const endAtMs = check.instant(cell('end'), 'end');
  draft.atMs = check.instant(cell('start'), 'start');
  if (draft.atMs === undefined || endAtMs === undefined || endAtMs < draft.atMs) return;
  draft.durationMs = durationMsOf((endAtMs - draft.atMs) / 1e3);
}

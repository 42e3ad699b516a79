/**
 * The statistical columns of FlowLabeler's tables, by their places: packet sizes (`ps`) and gaps (`piat`, seconds) of both
 * ways together, then of the source's packets (`f_`), then of the answers (`b_`).
 */
import type { StatisticColumn } from './statistic-columns.ts';

const MS_PER_SECOND = 1_000;

export const FLOWLABELER_STATISTICS: readonly StatisticColumn[] = [
  { statistic: 'pkt_size_min', names: ['minps'], place: 8 },
  { statistic: 'pkt_size_max', names: ['maxps'], place: 9 },
  { statistic: 'pkt_size_mean', names: ['avgps'], place: 10 },
  { statistic: 'pkt_size_std', names: ['stddevps'], place: 11 },
  { statistic: 'flow_iat_min', names: ['minpiat'], place: 15, times: MS_PER_SECOND, packetsMin: 2 },
  { statistic: 'flow_iat_max', names: ['maxpiat'], place: 16, times: MS_PER_SECOND, packetsMin: 2 },
  { statistic: 'flow_iat_mean', names: ['avgpiat'], place: 17, times: MS_PER_SECOND, packetsMin: 2 },
  { statistic: 'flow_iat_std', names: ['stddevpiat'], place: 18, times: MS_PER_SECOND, packetsMin: 2 },
  ...columnsOfWay('fwd', 'f', 21),
  ...columnsOfWay('bwd', 'b', 34),
  // Which codes there are depends on the version of the tool; 0 is none of IPFIX's.
  { statistic: 'flow_end_reason', names: ['flowendreason'], place: 45, zeroIsNone: true },
];

/** The columns of one way, of which the first (its smallest packet) stands at `place`. */
function columnsOfWay(way: 'fwd' | 'bwd', prefix: 'f' | 'b', place: number): StatisticColumn[] {
  const gaps = { of: way, times: MS_PER_SECOND, packetsMin: 2 } as const;
  return [
    { statistic: `${way}_pkt_size_min`, names: [`${prefix}minps`], place, of: way },
    { statistic: `${way}_pkt_size_max`, names: [`${prefix}maxps`], place: place + 1, of: way },
    { statistic: `${way}_pkt_size_mean`, names: [`${prefix}avgps`], place: place + 2, of: way },
    { statistic: `${way}_pkt_size_std`, names: [`${prefix}stddevps`], place: place + 3, of: way },
    // Between them stand when the way began and ended.
    { statistic: `${way}_iat_tot`, names: [`${prefix}flowduration`], place: place + 6, ...gaps },
    { statistic: `${way}_iat_min`, names: [`${prefix}minpiat`], place: place + 7, ...gaps },
    { statistic: `${way}_iat_max`, names: [`${prefix}maxpiat`], place: place + 8, ...gaps },
    { statistic: `${way}_iat_mean`, names: [`${prefix}avgpiat`], place: place + 9, ...gaps },
    { statistic: `${way}_iat_std`, names: [`${prefix}stddevpiat`], place: place + 10, ...gaps },
  ];
}

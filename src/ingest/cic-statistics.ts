/**
 * The statistical columns of CICFlowMeter's tables, under the names of the 87 columns, of the CIC's own captures, and of the
 * tool's later versions. Durations are microseconds. Not read, for they say again what another column or the record says:
 * rates, `Down.Up.Ratio`, `Average.Packet.Size` (of bytes, packets and duration), `Packet.Length.Variance` (of the deviation),
 * `Avg.*.Segment.Size` (of the mean lengths), `Fwd.Header.Length.1`.
 */
import type { StatisticColumn } from './statistic-columns.ts';

const MS_PER_MICROSECOND = 1e-3;
type Way = 'fwd' | 'bwd';

export const CIC_STATISTICS: readonly StatisticColumn[] = [
  ...lengthsOf('fwd', 12),
  ...lengthsOf('bwd', 16),
  { statistic: 'flow_iat_mean', names: ['flowiatmean'], place: 22, ...gaps() },
  { statistic: 'flow_iat_std', names: ['flowiatstd'], place: 23, ...gaps() },
  { statistic: 'flow_iat_max', names: ['flowiatmax'], place: 24, ...gaps() },
  { statistic: 'flow_iat_min', names: ['flowiatmin'], place: 25, ...gaps() },
  ...gapsOf('fwd', 26),
  ...gapsOf('bwd', 31),
  { statistic: 'fwd_psh_flags', names: ['fwdpshflags'], place: 36, of: 'fwd' },
  { statistic: 'bwd_psh_flags', names: ['bwdpshflags'], place: 37, of: 'bwd' },
  { statistic: 'fwd_urg_flags', names: ['fwdurgflags'], place: 38, zeroIsNone: true },
  { statistic: 'bwd_urg_flags', names: ['bwdurgflags'], place: 39, zeroIsNone: true },
  { statistic: 'fwd_header_len', names: ['fwdheaderlength', 'fwdheaderlen'], place: 40, of: 'fwd' },
  { statistic: 'bwd_header_len', names: ['bwdheaderlength', 'bwdheaderlen'], place: 41, of: 'bwd' },
  { statistic: 'pkt_len_min', names: ['minpacketlength', 'packetlengthmin', 'pktlenmin'], place: 44 },
  { statistic: 'pkt_len_max', names: ['maxpacketlength', 'packetlengthmax', 'pktlenmax'], place: 45 },
  { statistic: 'pkt_len_mean', names: ['packetlengthmean', 'pktlenmean'], place: 46 },
  { statistic: 'pkt_len_std', names: ['packetlengthstd', 'pktlenstd'], place: 47 },
  ...(['fin', 'syn', 'rst', 'psh', 'ack'] as const).map(
    (flag, index): StatisticColumn => ({
      statistic: `${flag}_flag_cnt`,
      names: [`${flag}flagcount`, `${flag}flagcnt`],
      place: 49 + index,
    }),
  ),
  { statistic: 'urg_flag_cnt', names: ['urgflagcount', 'urgflagcnt'], place: 54, zeroIsNone: true },
  {
    statistic: 'cwe_flag_cnt',
    names: ['cweflagcount', 'cwrflagcount', 'cweflagcnt'],
    place: 55,
    zeroIsNone: true,
  },
  { statistic: 'ece_flag_cnt', names: ['eceflagcount', 'eceflagcnt'], place: 56, zeroIsNone: true },
  ...bulksOf('fwd', 62),
  ...bulksOf('bwd', 65),
  ...subflowsOf('fwd', 68),
  ...subflowsOf('bwd', 70),
  {
    statistic: 'init_fwd_win_byts',
    names: ['initwinbytesforward', 'fwdinitwinbytes', 'initfwdwinbyts'],
    place: 72,
    of: 'fwd',
  },
  {
    statistic: 'init_bwd_win_byts',
    names: ['initwinbytesbackward', 'bwdinitwinbytes', 'initbwdwinbyts'],
    place: 73,
    of: 'bwd',
  },
  {
    statistic: 'fwd_act_data_pkts',
    names: ['actdatapktfwd', 'fwdactdatapkts', 'fwdactdatapackets'],
    place: 74,
    of: 'fwd',
  },
  {
    statistic: 'fwd_seg_size_min',
    names: ['minsegsizeforward', 'fwdsegsizemin', 'fwdsegmentsizemin'],
    place: 75,
    of: 'fwd',
  },
  ...spellsOf('active', 76),
  ...spellsOf('idle', 80),
];

function gaps(of?: Way): Pick<StatisticColumn, 'times' | 'packetsMin' | 'of'> {
  return { times: MS_PER_MICROSECOND, packetsMin: 2, ...(of === undefined ? {} : { of }) };
}

/** Max, Min, Mean, Std of the lengths of one way. */
function lengthsOf(way: Way, place: number): StatisticColumn[] {
  return (['max', 'min', 'mean', 'std'] as const).map((spread, index) => ({
    statistic: `${way}_pkt_len_${spread}`,
    names: [`${way}packetlength${spread}`, `${way}pktlen${spread}`],
    place: place + index,
    of: way,
  }));
}

/** Total, Mean, Std, Max, Min of the gaps of one way. */
function gapsOf(way: Way, place: number): StatisticColumn[] {
  return [
    { statistic: `${way}_iat_tot`, names: [`${way}iattotal`, `${way}iattot`], place, ...gaps(way) },
    ...(['mean', 'std', 'max', 'min'] as const).map(
      (spread, index): StatisticColumn => ({
        statistic: `${way}_iat_${spread}`,
        names: [`${way}iat${spread}`],
        place: place + 1 + index,
        ...gaps(way),
      }),
    ),
  ];
}

/** What is sent in one go; most versions of the tool write zeros whatever was sent. */
function bulksOf(way: Way, place: number): StatisticColumn[] {
  return [
    {
      statistic: `${way}_byts_b_avg`,
      names: [`${way}avgbytesbulk`, `${way}bytsbavg`, `${way}bytesbulkavg`],
      place,
      zeroIsNone: true,
    },
    {
      statistic: `${way}_pkts_b_avg`,
      names: [`${way}avgpacketsbulk`, `${way}pktsbavg`, `${way}packetbulkavg`],
      place: place + 1,
      zeroIsNone: true,
    },
    {
      statistic: `${way}_blk_rate_avg`,
      names: [`${way}avgbulkrate`, `${way}blkrateavg`, `${way}bulkrateavg`],
      place: place + 2,
      zeroIsNone: true,
    },
  ];
}

function subflowsOf(way: Way, place: number): StatisticColumn[] {
  return [
    {
      statistic: `subflow_${way}_pkts`,
      names: [`subflow${way}packets`, `subflow${way}pkts`],
      place,
      of: way,
    },
    {
      statistic: `subflow_${way}_byts`,
      names: [`subflow${way}bytes`, `subflow${way}byts`],
      place: place + 1,
      of: way,
    },
  ];
}

/** Mean, Std, Max, Min of how long a flow was active, or idle, between pauses; zeros where it never paused. */
function spellsOf(spell: 'active' | 'idle', place: number): StatisticColumn[] {
  return (['mean', 'std', 'max', 'min'] as const).map((spread, index) => ({
    statistic: `${spell}_${spread}`,
    names: [`${spell}${spread}`],
    place: place + index,
    times: MS_PER_MICROSECOND,
    zeroIsNone: true,
  }));
}

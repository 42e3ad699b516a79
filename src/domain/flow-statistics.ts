/**
 * Statistics of a flow's packets, as flow meters write them: `network.statistics.<name>` of a record. One closed list: a column
 * that is not in it is no statistic, and no name of a sender becomes a key. Names are those of CICFlowMeter's tables, in lower
 * case; `fwd` is from source to destination, `bwd` the answers.
 *
 *   *_iat_*, *_delay, active_*, idle_*   milliseconds      *_len_*, *_size_*, *_byts*   bytes
 *   *_pkts, *_cnt, *_flags               things            *_rate_avg                   bytes a second
 *
 * What follows from bytes, packets and duration (rates, bytes a packet, ratios) is not kept: it is worked out of any flow.
 */

const SPREADS = ['min', 'max', 'mean', 'std'] as const;
type Spread = (typeof SPREADS)[number];

/** The four numbers that tell how something is spread. @example spreadOf('idle') // ['idle_min', 'idle_max', 'idle_mean', 'idle_std'] */
function spreadOf<const N extends string>(name: N): `${N}_${Spread}`[] {
  return SPREADS.map(spread => `${name}_${spread}` as const);
}

export const FLOW_STATISTICS = [
  // Sizes of IP packets (FlowLabeler, NFStream).
  ...spreadOf('pkt_size'),
  ...spreadOf('fwd_pkt_size'),
  ...spreadOf('bwd_pkt_size'),
  // Lengths of what they carry (CICFlowMeter).
  ...spreadOf('pkt_len'),
  ...spreadOf('fwd_pkt_len'),
  ...spreadOf('bwd_pkt_len'),
  // Gaps between packets; `tot` is from the first to the last of one way.
  ...spreadOf('flow_iat'),
  ...spreadOf('fwd_iat'),
  ...spreadOf('bwd_iat'),
  'fwd_iat_tot',
  'bwd_iat_tot',
  // From the first packet to the first answer.
  'bwd_delay',
  'fwd_header_len',
  'bwd_header_len',
  'fin_flag_cnt',
  'syn_flag_cnt',
  'rst_flag_cnt',
  'psh_flag_cnt',
  'ack_flag_cnt',
  'urg_flag_cnt',
  'cwe_flag_cnt',
  'ece_flag_cnt',
  'fwd_psh_flags',
  'bwd_psh_flags',
  'fwd_urg_flags',
  'bwd_urg_flags',
  'fwd_byts_b_avg',
  'fwd_pkts_b_avg',
  'fwd_blk_rate_avg',
  'bwd_byts_b_avg',
  'bwd_pkts_b_avg',
  'bwd_blk_rate_avg',
  'subflow_fwd_pkts',
  'subflow_fwd_byts',
  'subflow_bwd_pkts',
  'subflow_bwd_byts',
  'init_fwd_win_byts',
  'init_bwd_win_byts',
  'fwd_act_data_pkts',
  'fwd_seg_size_min',
  ...spreadOf('active'),
  ...spreadOf('idle'),
  // Bytes with the headers of IP, and those that the sensor missed (Zeek).
  'fwd_ip_byts',
  'bwd_ip_byts',
  'missed_byts',
  // Type of service of the first packets (Argus).
  'fwd_tos',
  'bwd_tos',
  // IPFIX's flowEndReason: 1 idle, 2 active time-out, 3 ended, 4 forced, 5 lack of resources.
  'flow_end_reason',
] as const;
export type FlowStatistic = (typeof FLOW_STATISTICS)[number];

/** Finite numbers of at least 0; what the meter could not tell is absent. */
export type FlowStatistics = Readonly<Partial<Record<FlowStatistic, number>>>;

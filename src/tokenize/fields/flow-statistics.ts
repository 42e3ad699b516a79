/** Fields of flow statistics: one of each name in domain/flow-statistics.ts, by the cut points of this release. */
import { FLOW_STATISTICS, type FlowStatistic } from '../../domain/flow-statistics.ts';
import type { Observations } from '../../domain/observation.ts';
import type { FlowRecord } from '../../domain/record.ts';
import { flowBinOf } from '../flow-bins.ts';
import type { Facts } from './facts.ts';
import { type FieldRow, rowsOfPart } from './row.ts';

/** Packet sizes of which the rest of them, and bytes a packet, tell the same (docs/adr/0015-fields.md). */
const LEFT_OUT: ReadonlySet<FlowStatistic> = new Set([
  'pkt_size_max',
  'pkt_size_std',
  'fwd_pkt_size_max',
  'fwd_pkt_size_mean',
  'fwd_pkt_size_std',
]);

export const FLOW_STATISTIC_ROWS: readonly FieldRow<Facts<FlowRecord>>[] = rowsOfPart(
  'statistics',
  FLOW_STATISTICS.map(statistic => ({
    kind: 'category',
    field: `network.statistics.${statistic}`,
    says: LEFT_OUT.has(statistic)
      ? 'a size of packets of which others tell the same ([ADR 15](adr/0015-fields.md))'
      : 'what a flow meter measured ([formats.md](formats.md#statistics-of-flows))',
    cut: 'quantile',
    example: flowBinOf(statistic, 1) ?? '',
    since: 3,
    ...(LEFT_OUT.has(statistic) ? { onByDefault: false } : {}),
    statistic,
    read: ({ network }) => flowBinOf(statistic, network?.statistics?.[statistic]),
  })),
);

interface AskedStatistic {
  field: string;
  statistic: FlowStatistic;
}

/**
 * Observes what their rows would read of a flow, in that order. Of some eighty statistics a sensor tells three and a flow meter
 * half, so what the flow has is looked up among the rows, which costs a tenth of asking the flow for each.
 */
export function statisticsObserver(
  asked: readonly AskedStatistic[],
): (into: Observations, facts: Facts) => void {
  const placeOf = new Map<string, number>(asked.map(({ statistic }, place) => [statistic, place]));
  return ({ categories }, { network }) => {
    const statistics = network?.statistics;
    if (statistics === undefined) return;
    const places: number[] = [];
    let isRising = true;
    for (const name of Object.keys(statistics)) {
      const place = placeOf.get(name);
      if (place === undefined) continue;
      if (place < (places.at(-1) ?? 0)) isRising = false;
      places.push(place);
    }
    if (!isRising) places.sort((a, b) => a - b);
    for (const place of places) {
      const { field, statistic } = asked[place] as AskedStatistic;
      const token = flowBinOf(statistic, statistics[statistic]);
      if (token !== undefined) categories.push({ field, token });
    }
  };
}

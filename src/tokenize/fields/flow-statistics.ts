/** Fields of flow statistics: one of each name in domain/flow-statistics.ts, by the cut points of this release. */
import { FLOW_STATISTICS } from '../../domain/flow-statistics.ts';
import type { FlowRecord } from '../../domain/record.ts';
import { flowBinOf } from '../flow-bins.ts';
import type { Facts } from './facts.ts';
import { type FieldRow, rowsOfPart } from './row.ts';

export const FLOW_STATISTIC_ROWS: readonly FieldRow<Facts<FlowRecord>>[] = rowsOfPart(
  'statistics',
  FLOW_STATISTICS.map(statistic => ({
    kind: 'category',
    field: `network.statistics.${statistic}`,
    says: 'what a flow meter measured ([formats.md](formats.md#statistics-of-flows))',
    cut: 'quantile',
    example: flowBinOf(statistic, 1) ?? '',
    since: 3,
    read: ({ network }) => flowBinOf(statistic, network?.statistics?.[statistic]),
  })),
);

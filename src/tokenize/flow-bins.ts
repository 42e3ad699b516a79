/** The bin of each flow statistic, by the cut points that this release ships (flow-cut-points.ts). */
import { FLOW_STATISTICS, type FlowStatistic } from '../domain/flow-statistics.ts';
import { CutBins } from './cut-points.ts';
import { FLOW_CUT_POINTS, FLOW_CUT_VERSION } from './flow-cut-points.ts';

const BINS = Object.fromEntries(
  FLOW_STATISTICS.map(statistic => [statistic, new CutBins(FLOW_CUT_VERSION, FLOW_CUT_POINTS[statistic])]),
) as Record<FlowStatistic, CutBins>;

/**
 * The token of a statistic; undefined where the flow has none.
 * @example flowBinOf('flow_end_reason', 3) // '1:04': codes are bins of their own, from 0
 */
export function flowBinOf(statistic: FlowStatistic, value: number | undefined): string | undefined {
  return value === undefined ? undefined : BINS[statistic].tokenOf(value);
}

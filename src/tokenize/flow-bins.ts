/**
 * The bin of each flow statistic: cut by the good of the developer data (flow-cut-points.ts), and in half-octaves around it,
 * wherever the name's unit lets a number lie. So a network whose good lies elsewhere, or a column that no capture has, is told
 * apart as well (docs/adr/0016-flow-statistics.md).
 */
import { FLOW_STATISTICS, type FlowStatistic } from '../domain/flow-statistics.ts';
import { CutBins, guardedCuts, type PlausibleRange } from './cut-points.ts';
import { FLOW_CUT_POINTS, FLOW_CUT_VERSION } from './flow-cut-points.ts';

const DAY_MS = 86_400_000;
const TIME: PlausibleRange = { from: 1e-3, to: DAY_MS };
const SIZE: PlausibleRange = { from: 1, to: 2 ** 16 };
/** Means and deviations of sizes. */
const FRACTION: PlausibleRange = { from: 0.25, to: 2 ** 16 };
const WINDOW: PlausibleRange = { from: 16, to: 2 ** 30 };
const BYTES: PlausibleRange = { from: 1, to: 2 ** 36 };
const COUNT: PlausibleRange = { from: 1, to: 2 ** 20 };

/** By what the name says. @example rangeOf('fwd_iat_max') // a microsecond to a day, in ms */
function rangeOf(statistic: FlowStatistic): PlausibleRange {
  if (/_iat_|_delay$|^active_|^idle_/.test(statistic)) return TIME;
  if (/_(?:len|size)_(?:mean|std)$/.test(statistic)) return FRACTION;
  if (/_(?:len|size)_/.test(statistic)) return SIZE;
  if (statistic.startsWith('init_')) return WINDOW;
  return /_byts$|_header_len$|_rate_avg$|_b_avg$/.test(statistic) ? BYTES : COUNT;
}

/** Codes rather than amounts: each is a bin, those of type of service by four (the two lowest bits tell of congestion). */
const CODES: ReadonlyMap<FlowStatistic, readonly number[]> = new Map([
  ['fwd_tos', stepsTo(256, 4)],
  ['bwd_tos', stepsTo(256, 4)],
  ['flow_end_reason', stepsTo(6, 1)],
]);

function stepsTo(end: number, step: number): number[] {
  return Array.from({ length: end / step + 1 }, (_, index) => index * step);
}

const BINS = Object.fromEntries(
  FLOW_STATISTICS.map(statistic => {
    const good = FLOW_CUT_POINTS[statistic] ?? [];
    const cuts = CODES.get(statistic) ?? guardedCuts(good, rangeOf(statistic));
    return [statistic, new CutBins(FLOW_CUT_VERSION, cuts)];
  }),
) as Record<FlowStatistic, CutBins>;

/**
 * The token of a statistic; undefined where the flow has none.
 * @example flowBinOf('flow_end_reason', 3) // '1:04': codes are bins of their own, from 0
 */
export function flowBinOf(statistic: FlowStatistic, value: number | undefined): string | undefined {
  return value === undefined ? undefined : BINS[statistic].tokenOf(value);
}

/**
 * Makes the cut points that flow statistics are binned by, of the good flows of the developer data, and writes
 * src/tokenize/flow-cut-points.ts: `npm run bench:cut-points`. Captures weigh the same, however long they are. What no capture
 * has (the columns that CICFlowMeter alone writes) is cut by a grid.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  FLOW_STATISTICS,
  type FlowStatistic,
  type FlowStatistics,
} from '../../src/domain/flow-statistics.ts';
import { cutPointsOf, guardedCuts, type PlausibleRange } from '../../src/tokenize/cut-points.ts';
import { flowCaptures } from './tasks/flow-captures.ts';

/** Raised whenever the numbers change; part of every token. */
const VERSION = 1;
/** Values that stand for a capture: enough that its twentieths are right to a tenth. */
const CAPTURE_VALUES = 201;
const DIGITS = 6;

/** By the unit, which the name tells. */
function rangeOf(statistic: FlowStatistic): PlausibleRange {
  if (/_iat_|_delay$|^active_|^idle_/.test(statistic)) return { from: 1e-3, to: 8.64e7 };
  if (/_(?:len|size)_(?!std|mean)/.test(statistic)) return { from: 1, to: 65_536 };
  if (/_(?:len|size)_/.test(statistic)) return { from: 0.25, to: 65_536 };
  if (/_win_byts$/.test(statistic)) return { from: 16, to: 2 ** 30 };
  if (/_(?:byts|header_len|rate_avg|b_avg)$/.test(statistic)) return { from: 1, to: 2 ** 36 };
  return { from: 1, to: 2 ** 20 };
}

/** Codes rather than amounts: each is a bin. */
const CODES: Readonly<Partial<Record<FlowStatistic, number>>> = {
  fwd_tos: 255,
  bwd_tos: 255,
  flow_end_reason: 6,
};

const CUT_BY_CODE_EVERY = 4;

function cutsOf(statistic: FlowStatistic, captures: readonly (readonly FlowStatistics[])[]): number[] {
  const codes = CODES[statistic];
  // Of a type of service the two lowest bits tell of congestion: DSCP is what is left.
  if (codes !== undefined) {
    const step = codes > 10 ? CUT_BY_CODE_EVERY : 1;
    return Array.from({ length: Math.floor(codes / step) + 1 }, (_, code) => code * step);
  }
  const values = captures.flatMap(flows => {
    const own = flows.flatMap(flow => flow[statistic] ?? []).sort((a, b) => a - b);
    if (own.length === 0) return [];
    return Array.from(
      { length: CAPTURE_VALUES },
      (_, index) => own[Math.round((index * (own.length - 1)) / (CAPTURE_VALUES - 1))] as number,
    );
  });
  const cuts = guardedCuts(cutPointsOf(values), rangeOf(statistic)).map(cut =>
    Number(cut.toPrecision(DIGITS)),
  );
  return [...new Set(cuts)].sort((a, b) => a - b);
}

const captures = flowCaptures().map(({ cases }) =>
  cases.flatMap(({ label, record }) =>
    label === 'good' && record.network?.statistics !== undefined ? [record.network.statistics] : [],
  ),
);
const rows = FLOW_STATISTICS.map(statistic => `  ${statistic}: [${cutsOf(statistic, captures).join(', ')}],`);
const source = `/**
 * Where flow statistics are cut: twentieths of the good flows of the developer data, and half-octaves wherever a bin would be
 * wider than that. Written by \`npm run bench:cut-points\` (docs/adr/0016-flow-statistics.md).
 */
import type { FlowStatistic } from '../domain/flow-statistics.ts';

/** Part of every token: bins of two versions are different things. */
export const FLOW_CUT_VERSION = ${VERSION};

export const FLOW_CUT_POINTS: Readonly<Record<FlowStatistic, readonly number[]>> = {
${rows.join('\n')}
};
`;
writeFileSync(join(import.meta.dirname, '../../src/tokenize/flow-cut-points.ts'), source);

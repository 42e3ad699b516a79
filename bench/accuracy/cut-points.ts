/**
 * Makes the cut points that flow statistics are binned by, of the good flows of the developer data, and writes
 * src/tokenize/flow-cut-points.ts: `npm run bench:cut-points`. Captures weigh the same, however long they are. What no capture
 * has (the columns that CICFlowMeter alone writes) is left to the grid of src/tokenize/flow-bins.ts.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  FLOW_STATISTICS,
  type FlowStatistic,
  type FlowStatistics,
} from '../../src/domain/flow-statistics.ts';
import { cutPointsOf } from '../../src/tokenize/cut-points.ts';
import { flowCaptures } from './tasks/flow-captures.ts';

/** Raised whenever the numbers change; part of every token. */
const VERSION = 1;
/** Values that stand for a capture: enough that its twentieths are right to a tenth. */
const CAPTURE_VALUES = 201;
const DIGITS = 6;

/** What each capture's flows tell of a statistic, as many values of each. */
function cutsOf(statistic: FlowStatistic, captures: readonly (readonly FlowStatistics[])[]): number[] {
  const values = captures.flatMap(flows => {
    const own = flows.flatMap(flow => flow[statistic] ?? []).sort((a, b) => a - b);
    if (own.length === 0) return [];
    return Array.from(
      { length: CAPTURE_VALUES },
      (_, index) => own[Math.round((index * (own.length - 1)) / (CAPTURE_VALUES - 1))] as number,
    );
  });
  const cuts = cutPointsOf(values).map(cut => Number(cut.toPrecision(DIGITS)));
  return [...new Set(cuts)].sort((a, b) => a - b);
}

const captures = flowCaptures().map(({ cases }) =>
  cases.flatMap(({ label, record }) =>
    label === 'good' && record.network?.statistics !== undefined ? [record.network.statistics] : [],
  ),
);
const rows = FLOW_STATISTICS.map(statistic => `  ${statistic}: [${cutsOf(statistic, captures).join(', ')}],`);
const source = `/**
 * Where flow statistics are cut: twentieths of the good flows of the developer data, captures weighing the same. Written by \`npm run bench:cut-points\` (docs/adr/0016-flow-statistics.md).
 */
import type { FlowStatistic } from '../domain/flow-statistics.ts';

/** Part of every token: bins of two versions are different things. */
export const FLOW_CUT_VERSION = ${VERSION};

export const FLOW_CUT_POINTS: Readonly<Partial<Record<FlowStatistic, readonly number[]>>> = {
${rows.join('\n')}
};
`;
writeFileSync(join(import.meta.dirname, '../../src/tokenize/flow-cut-points.ts'), source);

/**
 * What a site's policy could gain by another threshold: detection, false alarms, alarms a day and expected cost at each, by
 * the scores that records got when they came, before anybody had judged them.
 */
import {
  type CostPoint,
  cheapestOf,
  costAt,
  costCurve,
  costOfSilence,
  thinned,
} from '../bayes/cost-curve.ts';
import { TRAFFIC_SAMPLE_MAX } from '../domain/limits.ts';
import { type Policy, thresholdOf } from '../domain/policy.ts';
import { DAY_MS } from '../domain/time.ts';
import type { Store } from '../store/port.ts';
import { judgedSample, type SampleDependencies } from './judged-sample.ts';

/** Points of the curve that are told: enough to draw it. */
const POINTS_MAX = 101;
const READ_HEADS = 1_024;

export interface CurvePoint extends CostPoint {
  /** Of all that is scored; null where no traffic is known to span any time. */
  alertsPerDay: number | null;
}

export interface PolicyCurve extends Pick<Policy, 'costs' | 'baseRate'> {
  /** How many records of each class it rests on. */
  judged: { bad: number; good: number };
  /** The newest scored records, judged or not, that alarms a day are counted in. */
  traffic: { records: number; fromMs: number | null; toMs: number | null };
  costOfSilence: number;
  /** At the threshold that the costs ask for; null where nothing bad or nothing good is judged. */
  inForce: CurvePoint | null;
  /** Null where no threshold costs less than never to raise an alarm, and as above. */
  cheapest: CurvePoint | null;
  /** By ascending threshold; empty as above. */
  points: CurvePoint[];
}

interface Traffic {
  scores: number[];
  fromMs: number;
  toMs: number;
}

export async function policyCurve(
  deps: SampleDependencies & { policyOf: (site: string) => Promise<Policy> },
  site: string,
): Promise<PolicyCurve> {
  const { costs, baseRate } = await deps.policyOf(site);
  const weights = { costs, baseRate };
  const judged = await judgedSample(deps, site);
  const traffic = await newestTraffic(deps.store, site);
  const isKnown = judged.bad.length > 0 && judged.good.length > 0;
  const curve = isKnown ? costCurve(judged, weights) : [];
  const cheapest = cheapestOf(curve, weights);
  const alertsPerDay = alertCounter(traffic);
  const withAlerts = (point: CostPoint): CurvePoint => ({
    ...point,
    alertsPerDay: alertsPerDay(point.threshold),
  });
  return {
    ...weights,
    judged: { bad: judged.bad.length, good: judged.good.length },
    traffic: {
      records: traffic.scores.length,
      fromMs: traffic.scores.length === 0 ? null : traffic.fromMs,
      toMs: traffic.scores.length === 0 ? null : traffic.toMs,
    },
    costOfSilence: costOfSilence(weights),
    inForce: isKnown ? withAlerts(costAt(thresholdOf(costs), judged, weights)) : null,
    cheapest: cheapest === null ? null : withAlerts(cheapest),
    points: thinned(curve, POINTS_MAX).map(withAlerts),
  };
}

/** Scores of the newest records that are of no labelled corpus, and the time that they span. */
async function newestTraffic(store: Store, site: string): Promise<Traffic> {
  const traffic: Traffic = {
    scores: [],
    fromMs: Number.POSITIVE_INFINITY,
    toMs: Number.NEGATIVE_INFINITY,
  };
  let cursor: string | undefined;
  for (let looked = 0; looked < TRAFFIC_SAMPLE_MAX; looked += READ_HEADS) {
    const page = await store.searchHeads(site, { sort: 'time', cursor, limit: READ_HEADS });
    const heads = page.items.map(({ head }) => head);
    const scores = await store.findScores(
      site,
      heads.map(({ slice, identity }) => ({ slice, identity })),
    );
    for (const [index, { atMs, labelled }] of heads.entries()) {
      const score = scores[index] ?? null;
      if (score === null || labelled || atMs === undefined) continue;
      traffic.scores.push(score);
      traffic.fromMs = Math.min(traffic.fromMs, atMs);
      traffic.toMs = Math.max(traffic.toMs, atMs);
    }
    cursor = page.nextCursor;
    if (cursor === undefined) break;
  }
  return traffic;
}

/** Alarms a day at a threshold: scores from there on, over the days that all of them span. */
function alertCounter({ scores, fromMs, toMs }: Traffic): (threshold: number) => number | null {
  const days = (toMs - fromMs) / DAY_MS;
  return threshold => (days > 0 ? scores.filter(score => score >= threshold).length / days : null);
}

/**
 * What each threshold of alarm would cost, by scores of records whose class is known: a receiver operating characteristic,
 * weighed by what mistakes cost and how rare the bad is (Drummond and Holte, Cost curves, Machine Learning 65, 2006).
 */

export interface JudgedScores {
  bad: readonly number[];
  good: readonly number[];
}

export interface MistakeWeights {
  /** P(bad) of a record before anything is known of it, in (0, 1). */
  baseRate: number;
  costs: { readonly falseAlarm: number; readonly missed: number };
}

export interface CostPoint {
  /** Scores from here on raise an alarm. */
  threshold: number;
  /** Share of the bad that raises one, in [0, 1]. */
  detection: number;
  /** Share of the good that raises one, in [0, 1]. */
  falseAlarmRate: number;
  /** Of a record, in the unit of the costs. */
  expectedCost: number;
}

/**
 * One threshold: cost = C_false-alarm · (1 − π) · P(s ≥ t | good) + C_missed · π · P(s < t | bad), π the base rate.
 * @throws RangeError where no bad or no good score is given
 * @example costAt(0.5, { bad: [0.9, 0.2], good: [0.6, 0.1, 0.1, 0.1] }, { baseRate: 0.01, costs: { falseAlarm: 1, missed: 99 } })
 * // { threshold: 0.5, detection: 0.5, falseAlarmRate: 0.25, expectedCost: 0.7425 }: 0.99 · 0.25 + 99 · 0.01 · 0.5
 */
export function costAt(threshold: number, scores: JudgedScores, weights: MistakeWeights): CostPoint {
  const detection = shareFrom(threshold, scores.bad);
  const falseAlarmRate = shareFrom(threshold, scores.good);
  return { threshold, detection, falseAlarmRate, expectedCost: costOf(detection, falseAlarmRate, weights) };
}

/** The cost of never raising an alarm: C_missed · π. @example 99 · 0.01 = 0.99 */
export function costOfSilence({ baseRate, costs }: MistakeWeights): number {
  return costs.missed * baseRate;
}

/**
 * Every threshold at which something changes: 0, where all raises an alarm, and each distinct score, ascending.
 * @throws RangeError where no bad or no good score is given
 */
export function costCurve({ bad, good }: JudgedScores, weights: MistakeWeights): CostPoint[] {
  assertSome(bad);
  assertSome(good);
  const thresholds = [...new Set([0, ...bad, ...good])].sort((a, b) => a - b);
  const badFrom = countsFrom(thresholds, bad);
  const goodFrom = countsFrom(thresholds, good);
  return thresholds.map((threshold, index) => {
    const detection = (badFrom[index] ?? 0) / bad.length;
    const falseAlarmRate = (goodFrom[index] ?? 0) / good.length;
    return { threshold, detection, falseAlarmRate, expectedCost: costOf(detection, falseAlarmRate, weights) };
  });
}

/** The point of least cost, of several the one with the fewest alarms; null where silence costs no more. */
export function cheapestOf(curve: readonly CostPoint[], weights: MistakeWeights): CostPoint | null {
  let cheapest: CostPoint | null = null;
  for (const point of curve) {
    if (point.expectedCost <= (cheapest?.expectedCost ?? Number.POSITIVE_INFINITY)) cheapest = point;
  }
  return cheapest !== null && cheapest.expectedCost < costOfSilence(weights) ? cheapest : null;
}

/**
 * So many items at most, spread evenly, the first and the last among them.
 * @param count ≥ 2
 * @example thinned([1, 2, 3, 4, 5], 3) // [1, 3, 5]
 */
export function thinned<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  const step = (items.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => items[Math.round(index * step)] as T);
}

function costOf(detection: number, falseAlarmRate: number, { baseRate, costs }: MistakeWeights): number {
  return costs.falseAlarm * (1 - baseRate) * falseAlarmRate + costs.missed * baseRate * (1 - detection);
}

/** Share of the scores that are at least so high. @throws RangeError where there are none */
function shareFrom(threshold: number, scores: readonly number[]): number {
  assertSome(scores);
  return scores.filter(score => score >= threshold).length / scores.length;
}

function assertSome(scores: readonly number[]): void {
  if (scores.length === 0) throw new RangeError('a share of no scores');
}

/** How many of the scores are at least each threshold. @param thresholds ascending */
function countsFrom(thresholds: readonly number[], scores: readonly number[]): number[] {
  const ascending = scores.toSorted((a, b) => a - b);
  let below = 0;
  return thresholds.map(threshold => {
    while (below < ascending.length && (ascending[below] as number) < threshold) below += 1;
    return ascending.length - below;
  });
}

/** How well scores tell bad from good: area under the ROC curve, and detection at a false-alarm rate. */

export interface Scored {
  score: number;
  bad: boolean;
}

/**
 * Area under the ROC curve: P(score of a bad > score of a good), ties one half (Mann and Whitney).
 * @returns [0, 1]; NaN where a class is empty
 * @example auc([{score: 2, bad: true}, {score: 1, bad: false}, {score: 2, bad: false}]) // 0.75
 */
export function auc(scored: readonly Scored[]): number {
  const order = [...scored].sort((a, b) => a.score - b.score);
  let rankSum = 0;
  let badCount = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let badTied = 0;
    while (end < order.length && order[end]?.score === order[start]?.score) {
      if (order[end]?.bad) badTied++;
      end++;
    }
    rankSum += badTied * ((start + 1 + end) / 2);
    badCount += badTied;
    start = end;
  }
  const goodCount = order.length - badCount;
  return (rankSum - (badCount * (badCount + 1)) / 2) / (badCount * goodCount);
}

/**
 * Share of the bad above the lowest threshold at which at most `falseAlarmRate` of the good are above it.
 * Ties with the threshold are not detected, so a score that saturates gains nothing by it.
 * @returns [0, 1]; NaN where the rate allows not one false alarm, or a class is empty: a threshold that a single good
 * record sets tells of that record, not of the rate
 * @example detectionAt([{score: 2, bad: true}, {score: 1, bad: true}, {score: 3, bad: false}, {score: 1, bad: false}], 0.5) // 0.5
 */
export function detectionAt(scored: readonly Scored[], falseAlarmRate: number): number {
  const bad = scored.filter(one => one.bad);
  if (falseAlarmRate * (scored.length - bad.length) < 1) return Number.NaN;
  const threshold = thresholdAt(scored, falseAlarmRate);
  return bad.filter(one => one.score > threshold).length / bad.length;
}

/** The good score that ⌊rate·good⌋ good ones may exceed; −Infinity where all may. */
export function thresholdAt(scored: readonly Scored[], falseAlarmRate: number): number {
  const good = scored.filter(one => !one.bad).map(one => one.score);
  good.sort((a, b) => b - a);
  return good[Math.floor(falseAlarmRate * good.length)] ?? Number.NEGATIVE_INFINITY;
}

export interface Quality {
  auc: number;
  detectionAt1Percent: number;
  detectionAt01Percent: number;
}

export function qualityOf(scored: readonly Scored[]): Quality {
  return {
    auc: auc(scored),
    detectionAt1Percent: detectionAt(scored, 0.01),
    detectionAt01Percent: detectionAt(scored, 0.001),
  };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

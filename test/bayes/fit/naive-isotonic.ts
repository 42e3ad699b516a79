/** Isotonic regression straight from its definition, sharing no code with what it checks. */
export interface NaiveSample {
  evidence: number;
  bad: boolean;
  weight: number;
}

/** The isotonic value at x: max over a ≤ x of min over b ≥ x of the mean of what lies between a and b. */
export function naiveIsotonicAt(samples: readonly NaiveSample[], x: number): number {
  const places = [...new Set(samples.map(one => one.evidence))];
  const meanBetween = (a: number, b: number) => {
    const within = samples.filter(one => one.evidence >= a && one.evidence <= b);
    const weight = within.reduce((sum, one) => sum + one.weight, 0);
    return within.reduce((sum, one) => sum + (one.bad ? one.weight : 0), 0) / weight;
  };
  const lower = places.filter(place => place <= x);
  const upper = places.filter(place => place >= x);
  return Math.max(...lower.map(a => Math.min(...upper.map(b => meanBetween(a, b)))));
}

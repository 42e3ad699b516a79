/**
 * The weight of a token: its log-odds with a prior that says "nothing", solved exactly.
 * Prior λ ~ N(0, τ²); likelihood: of the C⁺ + C⁻ episodes that hold the token each is bad with probability σ(λ + o),
 * where o = ln(N⁺/N⁻) is what the field says without any token. So a token seen no more than by chance weighs 0 at any
 * imbalance of the classes, and one never seen weighs exactly 0.
 */

/** Something counted in both classes: decayed episodes, or records where the caller says so. */
export interface ClassCounts {
  bad: number;
  good: number;
}

/** Newton is there in about five; halving alone would be in a hundred, whatever the counts. */
const ROUNDS_MAX = 200;
/** A step of this size, relative to the weight, is rounding. */
const STEP_MIN = 1e-14;

/** Logistic function without overflow. @example sigmoid(0) // 0.5 */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/**
 * `ln(eᵃ + eᵇ)`, in nats, within any exponent's range; NaN where both are the same infinity.
 * @example logAddExp(0, 0) // 0.693
 * @example logAddExp(-1000, -Infinity) // -1000
 */
export function logAddExp(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** Inverse of sigmoid. @param p in (0, 1). @example logit(0.5) // 0 */
export function logit(p: number): number {
  return Math.log(p / (1 - p));
}

/**
 * The λ that solves `C⁺ − (C⁺ + C⁻)·σ(λ + o) − λ/τ² = 0`, o = ln(N⁺/N⁻): the mode of the posterior.
 * The left side falls strictly, so there is one root, and it lies between 0 and both the maximum-likelihood log-odds
 * `ln(C⁺/C⁻) − o` and τ²·(left side at 0). A step of Newton's that leaves this bracket, or is more than half of the step
 * before (where σ bends, Newton can bounce for ever), is replaced by halving the bracket.
 * @param token C⁺, C⁻ ≥ 0    @param field N⁺, N⁻ ≥ 0: presence of the field    @param tauSquared τ² > 0, nats²
 * @returns nats towards bad; 0 while N⁺ or N⁻ is 0
 * @example logOdds({ bad: 5, good: 0 }, { bad: 10, good: 10 }, 2) // 1.6335: 5 − 5·σ(1.6335) = 0.8168 = 1.6335/2
 * @see Press, Teukolsky, Vetterling, Flannery, Numerical Recipes, §9.4 (rtsafe); for the model, Genkin, Lewis, Madigan,
 *   Large-scale Bayesian logistic regression, Technometrics 49 (2007)
 */
export function logOdds(token: ClassCounts, field: ClassCounts, tauSquared: number): number {
  if (field.bad <= 0 || field.good <= 0) return 0;
  return deviation(token, offsetOf(field), tauSquared);
}

/** o = ln(N⁺/N⁻), in nats. @param field N⁺, N⁻ > 0 */
export function offsetOf(field: ClassCounts): number {
  return Math.log(field.bad / field.good);
}

/**
 * The λ of logOdds by how much it is beyond what was to be expected: the root of `C⁺ − (C⁺ + C⁻)·σ(λ + o) − λ/τ² = 0`.
 * @param offset o: the log-odds to be expected without the token, in nats
 * @example deviation({ bad: 5, good: 0 }, 0, 2) // 1.6335, as above
 */
export function deviation(token: ClassCounts, offset: number, tauSquared: number): number {
  const count = token.bad + token.good;
  if (count <= 0) return 0;
  const slope = token.bad - count * sigmoid(offset);
  if (slope === 0) return 0;
  const likeliest = Math.log(token.bad / token.good) - offset;
  const reach = tauSquared * slope;
  // Where rounding puts the two on different sides of 0, the slope is all but 0 and its own reach is the bracket.
  const bound = likeliest * slope > 0 && Math.abs(likeliest) < Math.abs(reach) ? likeliest : reach;
  let low = Math.min(0, bound);
  let high = Math.max(0, bound);
  let lambda = (low + high) / 2;
  let stepBefore = high - low;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const p = sigmoid(lambda + offset);
    const value = token.bad - count * p - lambda / tauSquared;
    const step = value / (count * p * (1 - p) + 1 / tauSquared);
    if (Math.abs(step) <= STEP_MIN * (1 + Math.abs(lambda))) return lambda;
    if (value > 0) low = lambda;
    else high = lambda;
    let next = lambda + step;
    if (!(next > low && next < high) || Math.abs(step) > stepBefore / 2) next = (low + high) / 2;
    stepBefore = Math.abs(next - lambda);
    lambda = next;
  }
  return lambda;
}

/**
 * Standard deviation of the weight, by Laplace: `1/√((C⁺ + C⁻)·σ(1 − σ) + 1/τ²)` at its mode.
 * @param lambda the weight that logOdds found for the same counts
 * @example logOddsSd(0, { bad: 0, good: 0 }, { bad: 3, good: 4 }, 2) // √2: the prior's
 */
export function logOddsSd(
  lambda: number,
  token: ClassCounts,
  field: ClassCounts,
  tauSquared: number,
): number {
  if (field.bad <= 0 || field.good <= 0) return Math.sqrt(tauSquared);
  const p = sigmoid(lambda + Math.log(field.bad / field.good));
  return 1 / Math.sqrt((token.bad + token.good) * p * (1 - p) + 1 / tauSquared);
}

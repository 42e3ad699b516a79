/**
 * The chi-squared distribution's upper tail: how likely chance alone makes a statistic as large.
 * W. Press, S. Teukolsky, W. Vetterling, B. Flannery, Numerical Recipes (3rd ed.), §6.1 and §6.2.
 */

/** Lanczos' approximation, g = 7, nine terms: some fifteen digits. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;
const LANCZOS_G = 7;
const LN_SQRT_TWO_PI = 0.5 * Math.log(2 * Math.PI);
/** A term of this size, relative to the sum, is rounding. */
const TERM_MIN = 1e-16;
/** Enough for some hundred degrees of freedom; what has not converged by then is far in a tail. */
const TERMS_MAX = 10_000;
/** Keeps the continued fraction from dividing by zero. */
const TINY = 1e-300;

/**
 * P(X ≥ x) of a chi-squared variable.
 * @param x ≥ 0    @param degrees of freedom, > 0    @returns in [0, 1]; 0 where it is smaller than a number can be
 * @example chiSquaredTail(3.841, 1) // 0.0500
 */
export function chiSquaredTail(x: number, degrees: number): number {
  const a = degrees / 2;
  const half = x / 2;
  if (half <= 0) return 1;
  const tail = half < a + 1 ? 1 - lowerSeries(a, half) : upperFraction(a, half);
  return Math.min(1, Math.max(0, tail));
}

/** ln Γ(x). @param x ≥ ½ @example lnGamma(5) // ln 24 */
export function lnGamma(x: number): number {
  const z = x - 1;
  let sum: number = LANCZOS[0];
  for (let term = 1; term < LANCZOS.length; term++) sum += (LANCZOS[term] as number) / (z + term);
  const t = z + LANCZOS_G + 0.5;
  return LN_SQRT_TWO_PI + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** x^a·e^−x / Γ(a). */
function factorOf(a: number, x: number): number {
  return Math.exp(a * Math.log(x) - x - lnGamma(a));
}

/** The regularised lower incomplete gamma function, by its series: for x < a + 1. */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < TERMS_MAX && term > sum * TERM_MIN; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * factorOf(a, x);
}

/** The upper one, by Lentz' continued fraction: for x ≥ a + 1. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < TERMS_MAX; n++) {
    const factor = -n * (n - a);
    b += 2;
    d = 1 / awayFromZero(factor * d + b);
    c = awayFromZero(b + factor / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) <= TERM_MIN) break;
  }
  return fraction * factorOf(a, x);
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

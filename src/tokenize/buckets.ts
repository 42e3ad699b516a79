/**
 * Numbers as tokens. A count that was seen once says nothing about its neighbours, so amounts are cut into bins, the same
 * for every site and release: bins that moved with the traffic would make yesterday's counts mean something else.
 */

/** Powers of two up to 2^53, each with its half-step; index 2k is 2^k, index 2k + 1 is 1.5·2^k. */
const LOG_LABELS: readonly string[] = Array.from({ length: 108 }, (_, index) =>
  String((index % 2 === 0 ? 2 : 3) * 2 ** ((index >> 1) - 1)),
);
const AMOUNT_MAX = Number.MAX_SAFE_INTEGER;
const HIGH_SHIFT = 22;
const HIGH_SCALE = 2 ** HIGH_SHIFT;
const THIRTY_ONE_BITS = 2 ** 31;

/** Index into LOG_LABELS of the bin that holds an amount in [1, 2^53). */
function logIndexOf(amount: number): number {
  const shift = amount < THIRTY_ONE_BITS ? 0 : HIGH_SHIFT;
  const scaled = Math.floor(shift === 0 ? amount : amount / HIGH_SCALE);
  const exponent = 31 - Math.clz32(scaled);
  const half = exponent === 0 ? 0 : (scaled >>> (exponent - 1)) & 1;
  return 2 * (exponent + shift) + half;
}

/** Labels of the bins of amounts, by amountIndexOf. */
export const AMOUNT_LABELS: readonly string[] = ['invalid', '0', ...LOG_LABELS];

/** Index in AMOUNT_LABELS of logBin: for who keeps what was made of a bin before. */
export function amountIndexOf(amount: number): number {
  if (!(amount >= 0)) return 0;
  return amount < 1 ? 1 : 2 + logIndexOf(Math.min(amount, AMOUNT_MAX));
}

/**
 * Bin of an amount: ⌊log₂⌋ with half-steps, named by its lower bound. Each bin is at most half as wide as its bound:
 * 0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128 …
 * @param amount bytes, packets, characters, things; a fraction is cut off
 * @returns the lower bound; `invalid` for what is negative or no number; everything from 2^53 is one bin
 * @example logBin(100) // '96': 96 ≤ 100 < 128
 * @example logBin(1500) // '1024': 1024 ≤ 1500 < 1536
 */
export function logBin(amount: number): string {
  return AMOUNT_LABELS[amountIndexOf(amount)] ?? 'invalid';
}

const MS_LABELS: readonly string[] = LOG_LABELS.map(label => `${label}ms`);
const US_LABELS: readonly string[] = LOG_LABELS.map(label => `${label}us`);

/**
 * Bin of a duration, as logBin, in microseconds below one millisecond.
 * @param durationMs milliseconds, fractions allowed
 * @example durationBin(100) // '96ms'
 * @example durationBin(0.25) // '192us': 192 ≤ 250 < 256
 */
export function durationBin(durationMs: number): string {
  if (!(durationMs >= 0)) return 'invalid';
  if (durationMs >= 1) return MS_LABELS[logIndexOf(Math.min(durationMs, AMOUNT_MAX))] ?? 'invalid';
  // A clock that ticks in microseconds writes 0.025 ms as a binary fraction a hair below it.
  const durationUs = durationMs * 1000 + 1e-6;
  return durationUs < 1 ? '0' : (US_LABELS[logIndexOf(durationUs)] ?? 'invalid');
}

/** Labels of the bins of shares, by shareIndexOf. */
export const SHARE_LABELS: readonly string[] = [
  ...['none', '0', '>0'],
  ...['0.125', '0.25', '0.375', '0.5', '0.625', '0.75', '0.875', '1'],
];

/**
 * Bin of a share in eighths, named by its lower bound; none (`0`) and all (`1`) are bins of their own.
 * @param share part / whole, of which eight times is exact; 0 / 0 is `none`: there is nothing to share
 * @example SHARE_LABELS[shareIndexOf(3 / 10)] // '0.25'
 * @example SHARE_LABELS[shareIndexOf(1 / 100)] // '>0'
 */
export function shareIndexOf(share: number): number {
  if (!(share > 0)) return share <= 0 ? 1 : 0;
  return share < 1 ? 2 + Math.floor(8 * share) : 10;
}

const QUARTERS_MAX = 40;
/** Labels of the bins of entropies, by entropyIndexOf. */
export const ENTROPY_LABELS: readonly string[] = Array.from({ length: QUARTERS_MAX + 1 }, (_, index) =>
  String(index / 4),
);

/**
 * Bin of an entropy in quarter bits, named by its lower bound.
 * @param bits bits per character, 0 … 10 (1,024 characters hold no more)
 * @example ENTROPY_LABELS[entropyIndexOf(3.6)] // '3.5'
 */
export function entropyIndexOf(bits: number): number {
  // Sums of logarithms land a hair below the number that they mean: eight different letters have 3 bits, not 2.9999….
  return Math.max(0, Math.min(Math.floor(bits * 4 + 1e-9), QUARTERS_MAX));
}

const RATIO_EXPONENT_MAX = 10;

/**
 * Bin of the ratio of two amounts: the nearest power of two, to 1,024 at most.
 * @param source what the source sent, ≥ 0    @param destination what came back, ≥ 0
 * @returns `8:1` (the source sent eight times as much), `1:8`; `source-only`, `destination-only`, `none`; `invalid`
 * @example ratioBin(3000, 400) // '8:1': 7.5 is nearest to 2^3
 */
export function ratioBin(source: number, destination: number): string {
  if (!(source >= 0 && destination >= 0)) return 'invalid';
  if (source === 0) return destination === 0 ? 'none' : 'destination-only';
  if (destination === 0) return 'source-only';
  const exponent = Math.round(
    Math.log2(Math.min(source, AMOUNT_MAX)) - Math.log2(Math.min(destination, AMOUNT_MAX)),
  );
  const power = 2 ** Math.min(Math.abs(exponent), RATIO_EXPONENT_MAX);
  return exponent < 0 ? `1:${power}` : `${power}:1`;
}

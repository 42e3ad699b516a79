/** The tokens that the peers get: the n-grams of every text, with their field, and every shape and category token. */
import type { Observations } from '../../../src/domain/observation.ts';
import { hashOf } from '../seeded.ts';

/** n-grams of `from` to `to` characters, lower case, with an end mark; then `field=token`. With repetitions. */
export function tokensOf({ sequences, shape, categories }: Observations, from: number, to: number): string[] {
  const tokens: string[] = [];
  for (const { field, text } of sequences) {
    const closed = `${text.toLowerCase()}\n`;
    for (let end = 1; end <= closed.length; end++) {
      for (let start = Math.max(0, end - to); start <= end - from; start++) {
        tokens.push(`${field} ${closed.slice(start, end)}`);
      }
    }
  }
  for (const { field, token } of shape) tokens.push(`${field}=${token}`);
  for (const { field, token } of categories) tokens.push(`${field}=${token}`);
  return tokens;
}

const NUMBERS = new WeakMap<Observations, Float64Array>();

/** 53 bits of hash: of a million tokens two are the same once in twenty thousand runs. */
function numberOf(token: string): number {
  return hashOf(token, 1) * 2 ** 21 + (hashOf(token, 2) >>> 11);
}

/** The tokens of tokensOf with n-grams of 1 to 4 characters as numbers; kept as long as the observations are. */
export function tokenNumbersOf(observations: Observations): Float64Array {
  let numbers = NUMBERS.get(observations);
  if (numbers === undefined) {
    numbers = Float64Array.from(tokensOf(observations, 1, 4), numberOf);
    NUMBERS.set(observations, numbers);
  }
  return numbers;
}

/** The n-grams of those alone. */
export function ngramNumbersOf(observations: Observations): Float64Array {
  const numbers = tokenNumbersOf(observations);
  return numbers.subarray(0, numbers.length - observations.shape.length - observations.categories.length);
}
